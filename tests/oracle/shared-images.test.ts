import { replaysShared } from './compare.ts';

replaysShared({ info: 1 });
replaysShared({ images: 1 });
