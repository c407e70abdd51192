import { replaysShared } from './compare.ts';

replaysShared({ registry: 0.97 }, () => true);
