import { replaysShared } from './compare.ts';

replaysShared({ info: 0.96 }, () => true);
replaysShared({ images: 0.97 }, () => true);
