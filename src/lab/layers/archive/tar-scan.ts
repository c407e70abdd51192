import { InvalidLayer, type LayerEntry } from '../../../engine/oci/layer/entry.ts';
import { BLOCK, isZero, padded } from '../../../engine/oci/layer/tar-header.ts';
import { Headings } from '../../../engine/oci/layer/tar-headings.ts';
import type { ByteSource } from './byte-source.ts';
import { ArchiveProblem } from './problem.ts';

/** A file of a tar archive, of which nothing but what stands before its content has been read. */
export interface ScannedEntry {
  /** Without extents. */
  entry: LayerEntry;
  /** Where its content lies in the archive, and how long it is there. */
  at: number;
  stored: number;
  /** What is stored is not the content itself, but what of it is no hole. */
  sparse: boolean;
}

/** A long name or the records of an extended header take no more than this. */
const MOST_HEADER = 1 << 20;

/**
 * The entries of a tar archive in order, their contents passed over: so an archive of any size can be listed, and a part be read
 * later. Throws `ArchiveProblem` for an archive that is cut short, `InvalidLayer` for what is no header.
 */
export async function* scanTar(source: ByteSource): AsyncGenerator<ScannedEntry> {
  const headings = new Headings();
  for (;;) {
    const block = await source.read(BLOCK);
    if (block.length === 0 || isZero(block)) return;
    if (block.length < BLOCK) throw new ArchiveProblem('cut');
    const heading = headings.read(block);
    const { size } = heading;
    if (heading.kind === 'extension') {
      if (size > MOST_HEADER) throw new InvalidLayer('archive/tar: invalid tar header');
      const content = await source.read(size);
      if (content.length < size) throw new ArchiveProblem('cut');
      headings.extend(content);
      await source.skip(padded(size) - size);
      continue;
    }
    if (heading.kind === 'member')
      yield { entry: heading.entry, at: source.position, stored: size, sparse: heading.sparse };
    if ((await source.skip(size)) < size) throw new ArchiveProblem('cut');
    await source.skip(padded(size) - size);
  }
}
