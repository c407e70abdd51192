import { replaysShared } from './compare.ts';

replaysShared({ build: 0.95 });
