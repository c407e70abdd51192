import { InvalidLayer, type LayerEntry } from './entry.ts';
import { readOldGnuMap } from './sparse.ts';
import { BLOCK, isZero, padded } from './tar-header.ts';
import { Headings, type Member, withContent } from './tar-headings.ts';

/**
 * Reads a tar archive, entry by entry: USTAR, PAX, GNU (long names, base-256 numbers, sparse files) and V7.
 * Contents are views into `archive`, not copies. Throws `InvalidLayer` where the archive is damaged or cut short;
 * the texts are those of Go's archive/tar, which docker prints.
 */
export function* readTar(archive: Uint8Array): Generator<LayerEntry> {
  for (const { entry } of readMembers(archive)) yield entry;
}

/** The same, with the names as the archive has them. */
export function* readMembers(
  archive: Uint8Array,
): Generator<Pick<Member, 'entry' | 'name' | 'user' | 'group'>> {
  const headings = new Headings();
  let at = 0;
  while (at < archive.length) {
    if (at + BLOCK > archive.length) throw new InvalidLayer('unexpected EOF');
    const block = archive.subarray(at, at + BLOCK);
    if (isZero(block)) return;
    const heading = headings.read(block);
    const old = heading.kind === 'member' && isOldGnuSparse(block) ? readOldGnuMap(archive, at) : undefined;
    const dataAt = at + (old?.headSize ?? BLOCK);
    const content = archive.subarray(dataAt, dataAt + heading.size);
    if (content.length < heading.size) throw new InvalidLayer('unexpected EOF');
    at = dataAt + padded(heading.size);
    if (heading.kind === 'extension') headings.extend(content);
    // Types that nobody knows are left out, as other readers do.
    else if (heading.kind === 'member') yield { ...heading, entry: withContent(heading, content, old) };
  }
}

/** The type `S`, whose map of the data stands in the header and in blocks behind it. */
export const isOldGnuSparse = (block: Uint8Array): boolean => block[156] === 0x53;
