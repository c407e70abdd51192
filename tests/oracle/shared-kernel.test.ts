import { replaysShared } from './compare.ts';

// What the kernel shows and what its tools say: commands of Docker and others alike.
replaysShared({ kernel: 0.9 });
