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
