import { replaysShared } from './compare.ts';

replaysShared({ info: 0.9, images: 0.9 });
