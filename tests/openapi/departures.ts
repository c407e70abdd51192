import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const departuresFile = fileURLToPath(new URL('./departures.json', import.meta.url));

/** Departures of a real engine that has a registry to ask, which the recorded one had not: a registry's refusal is the answer's. */
const WITH_REGISTRY = [
  'GET /distribution/{name}/json 403: status 403 is not described',
  'GET /distribution/{name}/json 404: status 404 is not described',
];

/** Where a real engine's answers are not as its description says; ours need not be either. */
export const departures = (): Set<string> =>
  new Set([...(JSON.parse(readFileSync(departuresFile, 'utf8')) as string[]), ...WITH_REGISTRY]);
