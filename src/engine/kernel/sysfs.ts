import type { Clock } from '../base/clock.ts';
import type { NetNamespace } from '../net/net-namespace.ts';
import type { NetDevice } from '../net/netdevice.ts';
import type { FileSystemStat } from '../vfs/filesystem.ts';
import { type DirectoryEntry, type Inode, S_IFDIR } from '../vfs/inode.ts';
import type { Vfs } from '../vfs/vfs.ts';
import type { Kernel } from './kernel.ts';
import {
  NO_SPACE,
  PseudoDirectory,
  PseudoFile,
  type PseudoFileSystem,
  StaticDirectory,
} from './pseudo-fs.ts';
import { cpuList } from './sched/cpu.ts';
import { namespacesOf } from './task.ts';

/** Registers the file system type `sysfs`. An instance shows the network devices of the mounter's network namespace. */
export function registerSysfs(kernel: Kernel, vfs: Vfs): void {
  vfs.register({
    name: 'sysfs',
    reveals: true,
    userns: (caller) => namespacesOf(kernel, caller).net.governor,
    mount(_source, _options, { caller }) {
      const { net } = namespacesOf(kernel, caller).net;
      return new SysFs(kernel, net, vfs.anonymousDev());
    },
  });
}

/** A directory's entries, a file's text, or a directory that knows its entries itself. */
type Entry = Entries | (() => string) | PseudoDirectory;
interface Entries {
  readonly [name: string]: Entry;
}

/** sysfs (sysfs(5)), narrow: what programs of the course look at. */
class SysFs implements PseudoFileSystem {
  readonly type = 'sysfs';
  readonly volatile = true;
  readonly creationError = 'EPERM';
  readonly clock: Clock;
  readonly dev: number;
  readonly root: Inode;
  #ino = 1;

  constructor(kernel: Kernel, net: NetNamespace, dev: number) {
    this.clock = kernel.clock;
    this.dev = dev;
    const cpus = () => `${cpuList(kernel.allCpus)}\n`;
    this.root = this.#directory({
      block: {},
      bus: {},
      class: { net: new NetClass(this, net) },
      devices: { system: { cpu: { online: cpus, possible: cpus, present: cpus } } },
      firmware: {},
      // The place where cgroup2 is mounted.
      fs: { cgroup: {} },
      kernel: {
        mm: { transparent_hugepage: { enabled: () => 'always [madvise] never\n' } },
        security: {},
      },
      module: {},
      power: {},
    });
  }

  /** A directory whose entries are made when somebody looks at them: most are never looked at. */
  #directory(entries: Entries): StaticDirectory {
    const made = new StaticDirectory(this, this.nextIno());
    for (const [name, entry] of Object.entries(entries)) made.add(name, () => this.#make(entry));
    return made;
  }

  #make(entry: Entry): Inode {
    if (typeof entry === 'function') return new PseudoFile(this, this.nextIno(), 0o444, entry);
    return entry instanceof PseudoDirectory ? entry : this.#directory(entry);
  }

  nextIno(): number {
    return this.#ino++;
  }

  options(): string {
    return '';
  }

  statfs(): FileSystemStat {
    return { type: this.type, ...NO_SPACE };
  }
}

/** What /sys/class/net/NAME tells of a device. */
const DEVICE_FILES: Record<string, (device: NetDevice) => string | number> = {
  address: ({ mac }) => mac,
  carrier: ({ running }) => (running ? 1 : 0),
  ifindex: ({ index }) => index,
  mtu: ({ mtu }) => mtu,
  operstate: ({ kind, up, running }) => (kind === 'loopback' && up ? 'unknown' : running ? 'up' : 'down'),
};

/** /sys/class/net: a directory for each network device. */
class NetClass extends PseudoDirectory {
  declare readonly fs: SysFs;
  readonly #net: NetNamespace;
  readonly #directories = new WeakMap<NetDevice, StaticDirectory>();

  constructor(fs: SysFs, net: NetNamespace) {
    super(fs, fs.nextIno());
    this.#net = net;
  }

  lookup(name: string): Inode | undefined {
    const device = this.#net.device(name);
    if (!device) return undefined;
    let directory = this.#directories.get(device);
    if (!directory) {
      directory = new StaticDirectory(this.fs, this.fs.nextIno());
      for (const [file, text] of Object.entries(DEVICE_FILES)) {
        directory.add(file, new PseudoFile(this.fs, this.fs.nextIno(), 0o444, () => `${text(device)}\n`));
      }
      this.#directories.set(device, directory);
    }
    return directory;
  }

  readdir(): DirectoryEntry[] {
    return this.#net.devices().map(({ name }) => ({ name, ino: this.lookup(name)!.ino, type: S_IFDIR }));
  }
}
