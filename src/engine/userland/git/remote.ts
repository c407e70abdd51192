/** A ref that a remote shows. */
export interface RemoteRef {
  name: string;
  id: string;
  /** The commit that an annotated tag stands for. */
  peeled: string | undefined;
  /** The ref that HEAD names. */
  target: string | undefined;
}

export interface FetchRequest {
  wants: readonly string[];
  haves: readonly string[];
  /** Own commits without their parents. */
  shallow: readonly string[];
  depth: number | undefined;
  /** Tags of what is fetched come along. */
  includeTags: boolean;
  /** Where the remote's own words about its progress go. */
  progress: ((text: string) => Promise<unknown>) | undefined;
}

export interface FetchAnswer {
  pack: Uint8Array;
  shallow: readonly string[];
  unshallow: readonly string[];
}

/** Another repository that one fetches from. Its methods throw `Failure`. */
export interface Remote {
  refs(prefixes: readonly string[]): Promise<RemoteRef[]>;
  fetch(request: FetchRequest): Promise<FetchAnswer>;
}

/** The largest depth: all there is. */
export const INFINITE_DEPTH = 0x7fffffff;
