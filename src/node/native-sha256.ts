import { createHash } from 'node:crypto';
import type { Hash } from '../engine/oci/digest.ts';

const create = () => createHash('sha256');

/** Node's own SHA-256, which uses the processor's instructions for it: seven times as fast as one in JavaScript. */
export const nativeSha256: Hash = Object.assign((bytes: Uint8Array) => create().update(bytes).digest(), {
  create,
});
