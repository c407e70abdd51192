import { Catalogue } from '../engine/images/build.ts';
import { hubRecipes } from '../engine/images/hub/recipes.ts';
import { oracleRecipes } from '../engine/images/oracle.ts';
import { lendSha256 } from '../engine/oci/digest.ts';
import { lateLoader } from '../engine/world/late/code.ts';
import { findScenario, type Simulation, simulate } from '../engine/world/simulation.ts';
import type { Host } from '../engine/world/world.ts';
import { hostParts } from './host-parts.ts';
import { nativeSha256 } from './native-sha256.ts';

lendSha256(nativeSha256);

const RECIPES = { hub: hubRecipes, oracle: oracleRecipes };
const built = new Map<keyof typeof RECIPES, Catalogue>();

function catalogue(name: keyof typeof RECIPES): Catalogue {
  const known = built.get(name) ?? new Catalogue(RECIPES[name]);
  built.set(name, known);
  return known;
}

/** The virtual instant at which headless worlds boot: fixed, so that two runs print the same. */
export const START = Date.UTC(2026, 10, 21, 8, 0, 0);

/** Opens a world in Node. */
export function openWorld(scenario: string, options: { seed?: string; start?: number } = {}): Simulation {
  const images = catalogue(findScenario(scenario).hub.catalogue);
  const host: Host = {
    macrotask: () => new Promise((resolve) => setImmediate(resolve)),
    fetch: async (key) => images.fetch(key),
    load: lateLoader(hostParts),
  };
  const { seed = 'drydock', start = START } = options;
  return simulate({ scenario, seed, start, host });
}
