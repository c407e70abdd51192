import { replaysShared } from './compare.ts';

replaysShared({ network: 0.98 });
