import { replaysOwn } from './compare.ts';

replaysOwn('walkthrough');
replaysOwn('mistakes');
replaysOwn('copy');
replaysOwn('devices');
replaysOwn('limits');
replaysOwn('removal');
