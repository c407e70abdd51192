import type { Clock } from '../../base/clock.ts';
import { Errno } from '../../base/errno.ts';
import { type Caller, usernsOf } from '../caller.ts';
import { makedev } from '../device-number.ts';
import type { OpenFile } from '../file.ts';
import type { FileSystem, FileSystemStat } from '../filesystem.ts';
import { GeneratedInode } from '../generated-inode.ts';
import {
  type DirectoryEntry,
  type Inode,
  type OpenFlags,
  type Owner,
  S_IFCHR,
  S_IFDIR,
  type Stat,
} from '../inode.ts';
import { idOption, numericOption, parseMountOptions } from '../mount-options.ts';
import { DirectoryFile } from '../open-file.ts';
import type { FileSystemType } from '../vfs.ts';
import { outsidePty, type PtyMaster, PtyMasterFile } from './pty.ts';
import type { Terminal, TerminalSurroundings } from './terminal.ts';

interface DevptsOptions {
  mode: number;
  ptmxmode: number;
  uid?: number;
  gid?: number;
  max: number;
}

/** The file system of pseudoterminals (pts(4)): `ptmx`, and a node for each terminal. Every mount is an instance of its own. */
export class Devpts implements FileSystem {
  readonly type = 'devpts';
  readonly dev: number;
  readonly volatile = true;
  readonly = false;
  readonly root: DevptsDirectory;
  readonly clock: Clock;
  readonly kernel: TerminalSurroundings;
  readonly #options: DevptsOptions;
  readonly terminals = new Map<number, TerminalNode>();
  readonly ptmx: PtmxNode;

  constructor(dev: number, clock: Clock, kernel: TerminalSurroundings, options: Partial<DevptsOptions> = {}) {
    this.dev = dev;
    this.clock = clock;
    this.kernel = kernel;
    this.#options = { mode: 0o600, ptmxmode: 0, max: 1 << 20, ...options };
    this.root = new DevptsDirectory(this);
    this.ptmx = new PtmxNode(this, this.#options.ptmxmode);
  }

  /** A fresh pseudoterminal whose master is held by the world outside; programs find it as `/dev/pts/INDEX`. */
  outside(
    owner: Owner,
    outside: { onOutput(bytes: Uint8Array): void; onClosed?(): void },
  ): PtyMaster & { index: number } {
    const index = this.#freeIndex();
    const master = outsidePty(`pts/${index}`, makedev(PTS_MAJOR, index), this.kernel, outside);
    this.#add(index, master.terminal, owner);
    const hangup = () => {
      master.hangup();
      this.terminals.delete(index);
    };
    return { ...master, hangup, index };
  }

  /** What opening a ptmx of this instance gives. */
  openMaster(inode: Inode, flags: OpenFlags, caller: Caller): OpenFile {
    const index = this.#freeIndex();
    const slave = { name: `pts/${index}`, rdev: makedev(PTS_MAJOR, index), index };
    const file = new PtyMasterFile(inode, flags, slave, this.kernel, () => this.terminals.delete(index));
    this.#add(index, file.terminal, caller.credentials);
    return file;
  }

  options(): string {
    const { uid, gid, mode, ptmxmode } = this.#options;
    const shown: string[] = [];
    if (uid !== undefined) shown.push(`uid=${uid}`);
    if (gid !== undefined) shown.push(`gid=${gid}`);
    return [...shown, `mode=${octal(mode)}`, `ptmxmode=${octal(ptmxmode)}`].join(',');
  }

  statfs(): FileSystemStat {
    return { type: this.type, bsize: 4096, blocks: 0, bfree: 0, bavail: 0, files: 0, ffree: 0 };
  }

  #add(index: number, terminal: Terminal, owner: Owner): void {
    const { mode, uid = owner.uid, gid = owner.gid } = this.#options;
    this.terminals.set(index, new TerminalNode(this, index, terminal, mode, { uid, gid }));
  }

  #freeIndex(): number {
    let index = 0;
    while (this.terminals.has(index)) index++;
    if (index >= this.#options.max) throw new Errno('ENOSPC');
    return index;
  }
}

class DevptsDirectory extends GeneratedInode {
  readonly fs: Devpts;

  constructor(fs: Devpts) {
    super(fs.clock, 1, S_IFDIR | 0o755, { uid: 0, gid: 0 });
    this.fs = fs;
  }

  override lookup(name: string): Inode | undefined {
    if (name === 'ptmx') return this.fs.ptmx;
    return /^(0|[1-9]\d*)$/.test(name) ? this.fs.terminals.get(Number(name)) : undefined;
  }

  override readdir(): DirectoryEntry[] {
    const nodes = [...this.fs.terminals].map(([index, { ino }]) => ({
      name: `${index}`,
      ino,
      type: S_IFCHR,
    }));
    return [...nodes, { name: 'ptmx', ino: this.fs.ptmx.ino, type: S_IFCHR }];
  }

  override open(flags: OpenFlags): OpenFile {
    return new DirectoryFile(this, flags);
  }
}

class PtmxNode extends GeneratedInode {
  readonly fs: Devpts;

  constructor(fs: Devpts, mode: number) {
    super(fs.clock, 2, S_IFCHR | mode, { uid: 0, gid: 0 }, makedev(5, 2));
    this.fs = fs;
  }
}

/** `/dev/pts/N`. Its times are those of the terminal's last input and output, roughly: here of its making. */
class TerminalNode extends GeneratedInode {
  readonly fs: Devpts;
  readonly #terminal: Terminal;

  constructor(fs: Devpts, index: number, terminal: Terminal, mode: number, owner: Owner) {
    super(fs.clock, index + 3, S_IFCHR | mode, owner, terminal.rdev);
    this.fs = fs;
    this.#terminal = terminal;
  }

  override stat(): Stat {
    return { ...super.stat(), blksize: 1024 };
  }

  override open(flags: OpenFlags, caller: Caller): OpenFile {
    return this.#terminal.open(this, flags, caller);
  }
}

/** `mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5`. */
export const devptsType: FileSystemType = {
  name: 'devpts',
  userns: usernsOf,
  mount(_source, text, { namespace: { vfs }, caller: { credentials } }) {
    const { uids, gids } = credentials.userns;
    const options: Partial<DevptsOptions> = {};
    for (const [name, value] of parseMountOptions(text)) {
      if (name === 'mode') options.mode = numericOption(value, 8) & 0o777;
      else if (name === 'ptmxmode') options.ptmxmode = numericOption(value, 8) & 0o777;
      else if (name === 'uid') options.uid = idOption(value, uids);
      else if (name === 'gid') options.gid = idOption(value, gids);
      else if (name === 'max') options.max = numericOption(value);
      else if (name !== 'newinstance') throw new Errno('EINVAL');
    }
    return new Devpts(vfs.anonymousDev(), vfs.clock, vfs, options);
  },
};

export const PTS_MAJOR = 136;

const octal = (mode: number) => mode.toString(8).padStart(3, '0');
