import { replaysShared } from './compare.ts';

replaysShared({ 'run-basic': 1, 'run-flags': 0.98 });
