import { replaysShared } from './compare.ts';

replaysShared({ registry: 1 });
