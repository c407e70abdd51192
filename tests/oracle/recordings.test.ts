import { replaysOwn } from './compare.ts';

replaysOwn('walkthrough');
replaysOwn('mistakes');
replaysOwn('devices');
replaysOwn('removal');
