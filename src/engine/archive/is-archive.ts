import { decode } from '../base/bytes.ts';
import { detectCompression } from '../oci/layer/compression.ts';

/** Whether bytes begin as an archive does: with a tar header, or compressed. Models go-archive IsArchivePath and buildx build.isArchive. */
export const isArchive = (head: Uint8Array): boolean =>
  decode(head.subarray(257, 262)) === 'ustar' || detectCompression(head) !== 'none';
