import type { Signal } from '../../kernel/signals.ts';
import type { SignalInfo } from '../../kernel/syscalls.ts';
import type { SocketAddress } from '../../net/address.ts';
import { major, minor } from '../../vfs/device-number.ts';
import { S_IFBLK, S_IFCHR, S_IFMT, type Stat } from '../../vfs/inode.ts';
import { strftime } from '../lib/strftime.ts';
import { textToBytes } from '../lib/text.ts';
import { fileMode } from './flags.ts';

/**
 * What stands for an address in the tracee's memory: simulated programs have none. strace itself writes `...` for what
 * it leaves out.
 */
export const ADDRESS = '...';

export interface ShowOptions {
  /** How many bytes of a string are shown (`-s`). */
  stringLimit: number;
  /** Structures and environments in full (`-v`). */
  verbose: boolean;
  /** Which strings are shown in hexadecimal: none, those that hold other bytes than ASCII, all (`-x`, `-xx`). */
  hex: 'none' | 'other' | 'all';
}

/** How strace writes the values that calls take and give. `files` are the paths behind descriptors, for `-y`. */
export class Show {
  readonly #options: ShowOptions;
  readonly #files: ReadonlyMap<number, string>;
  readonly #cwd: string | undefined;

  constructor(options: ShowOptions, files: ReadonlyMap<number, string> = new Map(), cwd?: string) {
    this.#options = options;
    this.#files = files;
    this.#cwd = cwd;
  }

  get verbose(): boolean {
    return this.#options.verbose;
  }

  /** A descriptor, with its path under `-y`. */
  fd(fd: number): string {
    const path = this.#files.get(fd);
    return path === undefined ? `${fd}` : `${fd}<${path}>`;
  }

  /** What relative paths are relative to. */
  get here(): string {
    return this.#cwd === undefined ? 'AT_FDCWD' : `AT_FDCWD<${this.#cwd}>`;
  }

  /** A path: never cut. */
  path(path: string): string {
    return this.#quoted(textToBytes(path));
  }

  /** A path that a call may do without. */
  pathOrNull(path: string): string {
    return path === '' ? 'NULL' : this.path(path);
  }

  /** Bytes or text, at most as many as `-s` says. */
  data(data: Uint8Array | string): string {
    const bytes = typeof data === 'string' ? textToBytes(data) : data;
    const { stringLimit } = this.#options;
    return bytes.length <= stringLimit
      ? this.#quoted(bytes)
      : `${this.#quoted(bytes.subarray(0, stringLimit))}...`;
  }

  /** `["a", "b"]` */
  strings(list: readonly string[]): string {
    const { stringLimit, verbose } = this.#options;
    const shown = verbose ? list : list.slice(0, stringLimit);
    const parts = shown.map((one) => this.data(one));
    return `[${[...parts, ...(shown.length < list.length ? ['...'] : [])].join(', ')}]`;
  }

  /** struct stat, in full or its most telling members. */
  stat(stat: Stat): string {
    const type = stat.mode & S_IFMT;
    const device = type === S_IFCHR || type === S_IFBLK;
    const size = device ? `st_rdev=${makedev(stat.rdev)}` : `st_size=${stat.size}`;
    const mode = `st_mode=${fileMode(stat.mode)}`;
    if (!this.verbose) return `{${mode}, ${size}, ...}`;
    const times = (['atime', 'mtime', 'ctime'] as const).flatMap((name) => {
      const seconds = Math.floor(stat[name] / 1000);
      return [
        `st_${name}=${seconds} /* ${date(stat[name])} */`,
        `st_${name}_nsec=${nanoseconds(stat[name])}`,
      ];
    });
    const { dev, ino, nlink, uid, gid, blksize, blocks } = stat;
    return `{st_dev=${makedev(dev)}, st_ino=${ino}, ${mode}, st_nlink=${nlink}, st_uid=${uid}, st_gid=${gid}, st_blksize=${blksize}, st_blocks=${blocks}, ${size}, ${times.join(', ')}}`;
  }

  #quoted(bytes: Uint8Array): string {
    const { hex } = this.#options;
    const other = bytes.some((byte) => byte >= 0x7f || (byte < 0x20 && !(byte >= 9 && byte <= 13)));
    if (hex === 'all' || (hex === 'other' && other))
      return `"${[...bytes].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}"`;
    let out = '';
    for (const [i, byte] of bytes.entries()) out += escaped(byte, bytes[i + 1]);
    return `"${out}"`;
  }
}

const ESCAPES: Readonly<Record<number, string>> = {
  9: '\\t',
  10: '\\n',
  11: '\\v',
  12: '\\f',
  13: '\\r',
  34: '\\"',
  92: '\\\\',
};

/** One byte in a string; an octal number is as short as what follows allows. */
function escaped(byte: number, next: number | undefined): string {
  const known = ESCAPES[byte];
  if (known !== undefined) return known;
  if (byte >= 0x20 && byte < 0x7f) return String.fromCharCode(byte);
  const digit = next !== undefined && next >= 0x30 && next <= 0x37;
  return `\\${byte.toString(8).padStart(digit ? 3 : 0, '0')}`;
}

export const makedev = (device: number): string =>
  `makedev(0x${major(device).toString(16)}, 0x${minor(device).toString(16)})`;

/** `2026-01-01T00:00:00+0000` of milliseconds; simulated machines keep UTC. */
const date = (ms: number): string => strftime('%Y-%m-%dT%H:%M:%S+0000', ms);
const nanoseconds = (ms: number): number => Math.round((ms - Math.floor(ms / 1000) * 1000) * 1e6);

/** struct timespec of milliseconds. */
export const timespec = (ms: number): string =>
  `{tv_sec=${Math.floor(ms / 1000)}, tv_nsec=${nanoseconds(ms)}}`;
export const datedTimespec = (ms: number): string => `${timespec(ms)} /* ${date(ms)} */`;

/** A set of signals as strace writes it: `[INT TERM]`. */
export const signalSet = (signals: Iterable<Signal>): string =>
  `[${[...signals].map((signal) => signal.slice(3)).join(' ')}]`;

/** siginfo_t */
export function signalInfo(signal: Signal, info: SignalInfo): string {
  const parts = [`si_signo=${signal}`, `si_code=${info.code}`];
  for (const name of ['pid', 'uid', 'status', 'utime', 'stime'] as const)
    if (info[name] !== undefined) parts.push(`si_${name}=${info[name]}`);
  return `{${parts.join(', ')}}`;
}

/** struct sockaddr and its length. */
export function socketAddress(show: Show, address: SocketAddress): { text: string; length: number } {
  if (address.family === 'unix') {
    if (address.path === '') return { text: '{sa_family=AF_UNIX}', length: 2 };
    const abstract = address.path.startsWith('\0');
    const path = abstract ? `@${show.path(address.path.slice(1))}` : show.path(address.path);
    return {
      text: `{sa_family=AF_UNIX, sun_path=${path}}`,
      length: 2 + textToBytes(address.path).length + (abstract ? 0 : 1),
    };
  }
  if (address.family === 'inet')
    return {
      text: `{sa_family=AF_INET, sin_port=htons(${address.port}), sin_addr=inet_addr("${address.address}")}`,
      length: 16,
    };
  return {
    text: `{sa_family=AF_INET6, sin6_port=htons(${address.port}), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "${address.address}", &sin6_addr), sin6_scope_id=0}`,
    length: 28,
  };
}
