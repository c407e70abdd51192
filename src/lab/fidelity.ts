/** What the fidelity table of the site shows: made of the very declarations by which the simulated docker reads its commands. */
export type { Simplification } from '../engine/client/fidelity/departures.ts';
export {
  type CommandVerdict,
  counts,
  fidelityTable,
  type Level,
} from '../engine/client/fidelity/table.ts';
