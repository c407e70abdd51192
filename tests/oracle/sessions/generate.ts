import fc from 'fast-check';
import { builds } from './builds.ts';
import { looks } from './looks.ts';
import { mistakes } from './mistakes.ts';
import { runs } from './runs.ts';
import { makes, removes, uses } from './uses.ts';
import { IMAGES } from './words.ts';

/** Sessions at the command line as people have them: things are made, looked at, used, broken and removed, with mistakes between. */

export const SESSION_IMAGES: readonly string[] = IMAGES;

/** Makes the images of the simulated machine like the real one's, which no registry gave: they have no digests. */
export const BEFORE: readonly string[] = [
  `docker save -o /all.tar ${IMAGES.join(' ')} && docker rmi -f ${IMAGES.join(' ')} && docker load -i /all.tar && rm /all.tar`,
  // The real one has no way to any registry.
  'grep -v docker.io /etc/hosts > /hosts; cat /hosts > /etc/hosts; rm /hosts',
  'echo nameserver 10.255.255.53 > /etc/resolv.conf; ip route del default',
];

const step = fc.oneof(
  { weight: 8, arbitrary: runs },
  { weight: 8, arbitrary: looks },
  { weight: 7, arbitrary: uses },
  { weight: 2, arbitrary: makes },
  { weight: 4, arbitrary: removes },
  { weight: 3, arbitrary: mistakes },
  { weight: 1, arbitrary: builds },
);

/** How many commands a session has. */
const LENGTH = 30;

/** What is there from the start: a container to speak of, a file to give it. */
const FIRST = ["printf 'NAME=lab\\n# a comment\\nEMPTY=\\n' > env; docker run -d --name web nginx"];

/** Sessions of 30 commands; the same for the same seed. */
export function sessions(seed: number, count: number): string[][] {
  const session = fc.array(step, { minLength: LENGTH - 1, maxLength: LENGTH - 1 });
  return fc.sample(session, { seed, numRuns: count }).map((steps) => [...FIRST, ...steps]);
}
