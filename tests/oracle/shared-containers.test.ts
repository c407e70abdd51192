import { replaysShared } from './compare.ts';

replaysShared({ 'run-basic': 0.9, 'run-flags': 0.9 });
