import { replaysOwn } from './compare.ts';

replaysOwn('walkthrough');
replaysOwn('mistakes');
replaysOwn('commit');
replaysOwn('copy');
replaysOwn('devices');
replaysOwn('limits');
replaysOwn('removal');
replaysOwn('disk-usage');
replaysOwn('events');
replaysOwn('contexts');
replaysOwn('logging');
replaysOwn('building');
replaysOwn('classic-building');
replaysOwn('dockerfiles');
replaysOwn('addresses');
