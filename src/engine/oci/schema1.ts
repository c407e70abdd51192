import { decode, encode } from '../base/bytes.ts';
import { type Digest, digestOf } from './digest.ts';

/** An image as registries kept it until 2015: layers and settings in one document, the topmost layer first. */
export interface Schema1 {
  name: string;
  tag: string;
  architecture: string;
  /** The topmost first. */
  fsLayers: { blobSum: Digest }[];
  /** A JSON object a layer, as text. */
  history: { v1Compatibility: string }[];
}

/**
 * The document with its signature in it (distribution docs/spec/manifest-v2-1.md; RFC 7515 in the "pretty" form of libtrust): what
 * was signed is the text without the signatures, whose length and end the protected header tells. The signature itself is
 * none that a key could check: nobody here reads further than the media type.
 */
export function serializeSchema1(document: Schema1): Uint8Array {
  const payload = JSON.stringify({ schemaVersion: 1, ...document }, null, 3);
  const end = '\n}';
  const head = payload.slice(0, -end.length);
  const signed = encode(JSON.stringify({ formatLength: encode(head).length, formatTail: base64Url(end) }));
  const signature = {
    header: { alg: 'ES256' },
    signature: base64Url(digestOf(payload)),
    protected: base64Url(decode(signed)),
  };
  return encode(`${head},\n   "signatures": ${JSON.stringify([signature])}${end}`);
}

const base64Url = (text: string): string =>
  btoa(text).replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_');
