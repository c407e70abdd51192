import type { Layer } from '../images/layer-store.ts';

/** What a step has made: the layers of a root, and when each was made; undefined for those of an image. */
export interface Result {
  readonly top: Layer | undefined;
  /** Lowest first. */
  readonly created: readonly (string | undefined)[];
}

export const NOTHING: Result = { top: undefined, created: [] };
