import { type ZipOptions, type Zippable, zipSync } from 'fflate';
import { encode } from '../engine/base/bytes.ts';
import { S_IFDIR, S_IFLNK, S_IFREG } from '../engine/vfs/inode.ts';
import { walk } from '../engine/vfs/namei.ts';
import type { Simulation } from '../engine/world/simulation.ts';
import { explain, FileProblem } from './file-access.ts';
import { contentOf, namesIn, readingContext } from './files.ts';

/** The most that an archive holds unpacked. */
const LARGEST = 64 << 20;
/** The host that wrote it, so that whoever unpacks takes the modes for Unix' own. */
const UNIX = 3;

/**
 * A directory of the learner's machine, or one file, as a zip archive: modes, times and symbolic links are kept, so that it builds
 * elsewhere as it does here. Sockets, pipes and devices stay behind. Throws `FileProblem`.
 */
export function zipOf(simulation: Simulation, path: string): Uint8Array<ArrayBuffer> {
  const at = readingContext(simulation);
  const zip: Zippable = {};
  let size = 0;

  const add = (from: string, name: string): void => {
    const { inode, type } = explain(from, () => walk(at, from, { follow: false }).dentry);
    const { mode, mtime } = inode.stat();
    const options: ZipOptions = { os: UNIX, attrs: (mode << 16) >>> 0, mtime: inRange(mtime) };
    if (type === S_IFREG) {
      const content = contentOf(at, from, LARGEST);
      size += content.length;
      if (size > LARGEST)
        throw new FileProblem(`${path}: too large to download (more than ${LARGEST >> 20} MiB)`);
      zip[name] = [content, options];
    } else if (type === S_IFLNK) zip[name] = [encode(inode.readlink(at.caller)), { ...options, level: 0 }];
    else if (type === S_IFDIR) {
      zip[`${name}/`] = [new Uint8Array(0), options];
      for (const entry of explain(from, () => namesIn(at, from)).sort())
        add(`${from}/${entry}`, `${name}/${entry}`);
    }
  };
  add(path, path.slice(path.lastIndexOf('/') + 1) || simulation.scenario.host.hostname);
  return zipSync(zip);
}

/** Zip knows the years from 1980 to 2099. */
const inRange = (time: number): number =>
  Math.min(Math.max(time, Date.UTC(1980, 0, 2)), Date.UTC(2099, 0, 1));
