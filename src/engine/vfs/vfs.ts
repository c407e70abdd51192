import type { Clock } from '../base/clock.ts';
import { Errno } from '../base/errno.ts';
import type { Random } from '../base/random.ts';
import { AnonymousFileSystem } from './anonymous-inode.ts';
import type { Caller } from './caller.ts';
import { ContentStore } from './content-store.ts';
import { makedev } from './device-number.ts';
import { DeviceRegistry, registerMemoryDevices } from './devices.ts';
import { Disks } from './disk.ts';
import type { OpenFile } from './file.ts';
import type { FileSystem } from './filesystem.ts';
import type { Owner } from './inode.ts';
import { S_IFIFO } from './inode.ts';
import { attach, type Mount, MountIds, MountNamespace, newMount } from './mount.ts';
import type { LookupContext } from './namei.ts';
import { openPipe } from './pipe.ts';
import { Tmpfs } from './tmpfs.ts';
import { registerTerminalDevices } from './tty/devices.ts';
import type { Terminal } from './tty/terminal.ts';
import type { UserNamespace } from './user-namespace.ts';

/** A kind of file system that can be mounted (/proc/filesystems). */
export interface FileSystemType {
  readonly name: string;
  /** The user namespace whose administrator may mount it (FS_USERNS_MOUNT), often the caller's own; the initial one if absent. */
  userns?(caller: Caller): UserNamespace;
  /** What it mounts is on a block device. */
  readonly needsDevice?: boolean;
  /** It shows what the machine's administrator may have covered (SB_I_USERNS_VISIBLE): /proc and /sys. */
  readonly reveals?: boolean;
  /**
   * Makes an instance, or gives the one that there is. `options` is the data string of mount(2), `a=b,c`. Throws what mount(2) gives:
   * EINVAL for an option it does not know, ENOENT for a directory that is not there, …
   */
  mount(source: string, options: string, context: LookupContext): FileSystem;
}

/** What one machine's kernel keeps for all its file systems. */
export class Vfs {
  readonly clock: Clock;
  readonly random: Random;
  readonly types = new Map<string, FileSystemType>();
  readonly devices = new DeviceRegistry();
  readonly disks = new Disks();
  /** Adds a line to the kernel's log; the kernel sets it. */
  log: (text: string) => void = () => {};
  /** Bytes of the machine's memory. */
  readonly memory: number;
  readonly store = new ContentStore(CONTENTS_MAX, () =>
    this.log(`file contents take ${CONTENTS_MAX >> 20} MiB, all that the simulated machine keeps`),
  );
  readonly mountIds = new MountIds();
  readonly pipefs: AnonymousFileSystem;
  readonly sockfs: AnonymousFileSystem;
  readonly controllingTerminals = new Map<number, Terminal>();
  /** What /dev/console is; the kernel sets it. */
  console: Terminal | undefined = undefined;
  /** The machine's one devtmpfs, once it is mounted. */
  devtmpfs: Tmpfs | undefined = undefined;
  /** Sends a signal to a process group, by its number in the initial PID namespace; the kernel sets it. */
  signalGroup: (processGroup: number, signal: string) => void = () => {};
  /** Settings under /proc/sys/fs (proc_sys_fs(5)), as Debian has them. */
  readonly sysctl = {
    protected_symlinks: 1,
    protected_hardlinks: 1,
    protected_regular: 2,
    protected_fifos: 1,
  };
  #lastAnonymousDev = 0;
  #lastAnonymousIno = 10_000;

  constructor(options: { clock: Clock; random: Random; memory?: number }) {
    this.memory = options.memory ?? 2 * 1024 ** 3;
    this.clock = options.clock;
    this.random = options.random;
    const nextIno = () => ++this.#lastAnonymousIno;
    this.pipefs = new AnonymousFileSystem(
      'pipefs',
      'pipe',
      this.anonymousDev(),
      this.clock,
      this.mountIds,
      nextIno,
    );
    this.sockfs = new AnonymousFileSystem(
      'sockfs',
      'socket',
      this.anonymousDev(),
      this.clock,
      this.mountIds,
      nextIno,
    );
    registerMemoryDevices(this.devices, this.random);
    registerTerminalDevices(this);
  }

  /** A device number for a file system without a device: major 0. */
  anonymousDev(): number {
    return makedev(0, ++this.#lastAnonymousDev);
  }

  register(type: FileSystemType): void {
    this.types.set(type.name, type);
  }

  /** The type of that name; ENODEV if there is none. */
  type(name: string): FileSystemType {
    const type = this.types.get(name);
    if (type === undefined) throw new Errno('ENODEV');
    return type;
  }

  /** pipe(2): [read end, write end]. */
  pipe(owner: Owner): [OpenFile, OpenFile] {
    return openPipe(this.pipefs.inode(S_IFIFO | 0o600, owner));
  }

  /**
   * The first mount namespace. As on Linux the root disk is mounted upon an empty `rootfs` that nobody sees; so the
   * disk's mount has a parent, and pivot_root(2) can put another in its place.
   */
  boot(disk: FileSystem, source: string): MountNamespace {
    disk.store = this.store;
    const rootfs = new Tmpfs({ type: 'rootfs', dev: this.anonymousDev(), clock: this.clock, mode: 0o755 });
    const bottom: Mount = newMount(rootfs, 'rootfs', this.mountIds);
    const namespace = new MountNamespace(bottom, this);
    this.disks.add(disk.dev, disk);
    // The whole disk, of which that is the first partition.
    this.disks.add(disk.dev - 1, 'in use');
    attach(newMount(disk, source, this.mountIds), { mount: bottom, dentry: bottom.root });
    return namespace;
  }
}

/** What the contents of a machine's files may take of the real computer's memory, in bytes. */
const CONTENTS_MAX = 512 * 1024 ** 2;
