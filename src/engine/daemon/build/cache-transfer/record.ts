import { decode, encode } from '../../../base/bytes.ts';
import { marshal } from '../../../base/go-json.ts';
import type { Digest } from '../../../oci/digest.ts';
import { decodeBase64, encodeBase64 } from '../../../userland/lib/base64.ts';

/** Where an image's configuration keeps what its steps were made of. */
export const CACHE_FIELD = 'moby.buildkit.cache.v0';

/**
 * A step in that list: what identifies it, the topmost layer of what it made, and the steps that it takes from, by their places. The
 * shape is BuildKit's (cache/remotecache/v1); what identifies a step is our own, so that no other builder finds anything in it.
 */
export interface InlineRecord {
  layers?: { layer: number; createdAt?: string }[];
  digest: Digest;
  inputs?: { link: number }[][];
}

/** A step of a build, to be written down. */
export interface SolvedStep {
  digest: Digest;
  /** Of the files that it made; undefined where they are no part of the image. */
  layer: { index: number; createdAt: string | undefined } | undefined;
  inputs: readonly Digest[];
}

/** The list as it stands in an image's configuration; undefined where there is nothing to tell. Models remotecache/inline. */
export function writeInlineCache(steps: readonly SolvedStep[]): string | undefined {
  if (!steps.some(({ layer }) => layer !== undefined)) return undefined;
  const byDigest = new Map(steps.map((step) => [step.digest, step]));
  const sorted = [...byDigest.values()].sort((a, b) => (a.digest < b.digest ? -1 : 1));
  const places = new Map(sorted.map(({ digest }, i) => [digest, i]));
  const records = sorted.map(({ digest, layer, inputs }): InlineRecord => {
    const links = inputs.flatMap((input) => {
      const link = places.get(input);
      return link === undefined ? [] : [[{ link }]];
    });
    const { index, createdAt } = layer ?? {};
    return {
      ...(index === undefined
        ? {}
        : { layers: [{ layer: index, ...(createdAt === undefined ? {} : { createdAt }) }] }),
      digest,
      ...(links.length === 0 ? {} : { inputs: links }),
    };
  });
  return encodeBase64(encode(marshal(records)));
}

/** Reads such a list; one that is none has nothing in it. */
export function readInlineCache(field: unknown): InlineRecord[] {
  if (typeof field !== 'string') return [];
  try {
    const read = JSON.parse(decode(decodeBase64(encode(field), true).bytes)) as unknown;
    return Array.isArray(read) ? (read as InlineRecord[]) : [];
  } catch {
    return [];
  }
}
