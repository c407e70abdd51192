import type { SearchEntry } from '../../registry/search.ts';
import type { Recipe } from '../recipe.ts';
import { alpine320, alpine322 } from './alpine.ts';
import { busybox136, busybox137 } from './busybox.ts';
import { helloWorld } from './hello-world.ts';
import { nginx127, nginx129, nginxAlpine } from './nginx.ts';
import { ubuntu2404 } from './ubuntu.ts';

/** What the simulated Docker Hub serves. */
export const hubRecipes: readonly Recipe[] = [
  helloWorld,
  busybox136,
  busybox137,
  alpine320,
  alpine322,
  ubuntu2404,
  nginx127,
  nginx129,
  nginxAlpine,
];

/** What its search knows. */
export const hubSearch: readonly SearchEntry[] = [
  { name: 'nginx', description: 'Official build of Nginx.', stars: 21_000, official: true },
  {
    name: 'ubuntu',
    description: 'Ubuntu is a Debian-based Linux operating system.',
    stars: 17_600,
    official: true,
  },
  { name: 'alpine', description: 'A minimal image based on Alpine Linux.', stars: 11_500, official: true },
  {
    name: 'busybox',
    description: 'BusyBox: many small utilities in one binary.',
    stars: 3_400,
    official: true,
  },
  {
    name: 'hello-world',
    description: 'Says hello, to show that Docker works.',
    stars: 2_500,
    official: true,
  },
];
