import { decode, encode } from '../base/bytes.ts';
import { Errno } from '../base/errno.ts';
import type { MaybePromise } from '../base/maybe-promise.ts';
import { WaitQueue } from '../base/wait-queue.ts';
import type { Caller, Credentials } from '../vfs/caller.ts';
import type { Readiness, SeekFrom } from '../vfs/file.ts';
import type { Inode, OpenFlags } from '../vfs/inode.ts';
import { capableIn } from '../vfs/permission.ts';
import { StreamFile } from '../vfs/stream-file.ts';
import { INITIAL_USER_NAMESPACE } from '../vfs/user-namespace.ts';

/** How grave a message is (syslog(2), "The log level"). */
export const LEVELS = ['emerg', 'alert', 'crit', 'err', 'warn', 'notice', 'info', 'debug'] as const;
export type Level = (typeof LEVELS)[number];

export interface LogRecord {
  readonly sequence: number;
  /** Seconds since boot. */
  readonly time: number;
  /** Facility and level, as in `<6>`. */
  readonly priority: number;
  readonly text: string;
}

/** The kernel's ring buffer of messages (printk): what dmesg(1) shows. */
export class KernelLog {
  readonly changed = new WaitQueue();
  records: readonly LogRecord[] = [];
  /** What came before was cleared away: syslog(2) does not show it, /dev/kmsg does. */
  cleared = 0;
  #sequence = 0;

  add(time: number, text: string, priority: number): void {
    const record: LogRecord = { sequence: this.#sequence++, time, priority, text };
    this.records = [...this.records.slice(-(RECORDS_MAX - 1)), record];
    this.changed.wakeAll();
  }

  get last(): number {
    return this.#sequence;
  }
}

const RECORDS_MAX = 1000;
/** LOG_USER: messages that do not come from the kernel itself. */
const USER = 1 << 3;
const DEFAULT_LEVEL = 4;

/** An open /dev/kmsg (Documentation/ABI/testing/dev-kmsg): each read gives one record, each write adds one. */
export class KmsgFile extends StreamFile {
  readonly #log: KernelLog;
  readonly #uptime: () => number;
  #next: number;

  constructor(inode: Inode, flags: OpenFlags, log: KernelLog, uptime: () => number) {
    super(inode, flags, log.changed);
    this.#log = log;
    this.#uptime = uptime;
    this.#next = log.records[0]?.sequence ?? 0;
  }

  read(max: number, caller: Caller): MaybePromise<Uint8Array> {
    const record = this.#record();
    if (record === undefined) {
      if (this.nonBlocking) throw new Errno('EAGAIN');
      return caller.sleep(this.#log.changed).then(() => this.read(max, caller));
    }
    const { sequence, time, priority, text } = record;
    const line = encode(`${priority},${sequence},${Math.floor(time * 1e6)},-;${text}\n`);
    if (line.length > max) throw new Errno('EINVAL');
    this.#next = sequence + 1;
    return line;
  }

  write(data: Uint8Array): number {
    const text = decode(data).replace(/\n$/, '');
    const match = /^<(\d+)>/.exec(text);
    const given = match === null ? DEFAULT_LEVEL : Number(match[1]);
    // Nobody but the kernel speaks as the kernel.
    const priority = given < USER ? given | USER : given;
    this.#log.add(this.#uptime(), text.slice(match?.[0].length ?? 0), priority);
    return data.length;
  }

  /** To the first record, the first that was not cleared away, or behind the last; there are no places within (devkmsg_llseek). */
  override seek(offset: number, from: SeekFrom): number {
    if (offset !== 0) throw new Errno('ESPIPE');
    if (from === 'set') this.#next = 0;
    else if (from === 'data') this.#next = this.#log.cleared;
    else if (from === 'end') this.#next = this.#log.last;
    else throw new Errno('EINVAL');
    return 0;
  }

  poll(): Readiness {
    return { readable: this.#record() !== undefined, writable: true, hangup: false };
  }

  #record(): LogRecord | undefined {
    return this.#log.records.find(({ sequence }) => sequence >= this.#next);
  }
}

/** EPERM for who may not read the log: as with dmesg_restrict, which Debian has on. */
export function requireLogAccess(credentials: Credentials): void {
  if (!capableIn(INITIAL_USER_NAMESPACE, credentials, 'SYSLOG')) throw new Errno('EPERM');
}

/** The messages not cleared away, as syslog(2) gives them. */
export function logText({ records, cleared }: KernelLog): string {
  return records
    .filter(({ sequence }) => sequence >= cleared)
    .map(({ priority, time, text }) => `<${priority}>[${time.toFixed(6).padStart(12)}] ${text}\n`)
    .join('');
}
