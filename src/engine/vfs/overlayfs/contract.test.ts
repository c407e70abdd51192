import { VirtualClock } from '../../base/clock.ts';
import { fileSystemContract } from '../filesystem.contract.ts';
import { S_IFDIR } from '../inode.ts';
import { Tmpfs } from '../tmpfs.ts';
import { Overlayfs } from './overlayfs.ts';

fileSystemContract('overlayfs', () => {
  const clock = new VirtualClock(1_700_000_000_000);
  const disk = new Tmpfs({ dev: 1, clock });
  const directory = (name: string) => disk.root.create(name, S_IFDIR | 0o755, { uid: 0, gid: 0 });
  let dev = 1;
  const layers = { lower: [directory('lower')], upper: directory('upper'), work: directory('work') };
  return { fs: new Overlayfs(layers, () => ++dev, ''), clock };
});
