import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ADJECTIVES, SURNAMES } from '../../src/engine/daemon/names.ts';
import { Normaliser } from './normalise.ts';

const moby = fileURLToPath(new URL('../../../shared/conformance/moby-namesgenerator.json', import.meta.url));

/** Whether the words are at hand of which a real engine makes names. */
export const knowsRealNames = existsSync(moby);

/** A normaliser that knows the words of the real engine's generated names, where they are at hand, and ours. */
export function normaliser(): Normaliser {
  const real: { left: string[]; right: string[] } = knowsRealNames
    ? JSON.parse(readFileSync(moby, 'utf8'))
    : { left: [], right: [] };
  return new Normaliser({
    adjectives: [...ADJECTIVES, ...real.left],
    surnames: [...SURNAMES, ...real.right],
  });
}
