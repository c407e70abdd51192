import { sha256 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toHex } from '../engine/oci/digest.ts';
import { nativeSha256 } from './native-sha256.ts';

test("Node's SHA-256 gives what the engine's own gives, at once and in pieces", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }), (pieces) => {
      const whole = Uint8Array.from(pieces.flatMap((piece) => [...piece]));
      const hash = nativeSha256.create();
      for (const piece of pieces) hash.update(piece);
      const expected = toHex(sha256(whole));
      expect(toHex(nativeSha256(whole))).toBe(expected);
      expect(toHex(hash.digest())).toBe(expected);
    }),
  );
});
