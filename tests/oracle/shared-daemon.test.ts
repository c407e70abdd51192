import { replaysShared } from './compare.ts';

// A daemon that is away, one that is configured, and a swarm that there is not.
replaysShared({ daemon: 0.89, daemon2: 0.75, swarm: 0.85 });
