import { replaysShared } from './compare.ts';

replaysShared({ info: 0.9 });
replaysShared({ images: 0.97 }, () => true);
