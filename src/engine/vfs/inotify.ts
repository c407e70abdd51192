import { concat, encode } from '../base/bytes.ts';
import { Errno } from '../base/errno.ts';
import type { MaybePromise } from '../base/maybe-promise.ts';
import type { Caller } from './caller.ts';
import type { Readiness } from './file.ts';
import { type Inode, S_IFDIR } from './inode.ts';
import { useOf } from './inode-use.ts';
import { StreamFile } from './stream-file.ts';

/** Events of inotify(7) that are told, with their bits. */
const BITS = {
  IN_MODIFY: 0x2,
  IN_ATTRIB: 0x4,
  IN_MOVED_FROM: 0x40,
  IN_MOVED_TO: 0x80,
  IN_CREATE: 0x100,
  IN_DELETE: 0x200,
  IN_DELETE_SELF: 0x400,
  IN_MOVE_SELF: 0x800,
} as const;
const IN_IGNORED = 0x8000;
const IN_ISDIR = 0x40000000;

export type InotifyEvent = keyof typeof BITS;

export interface Watch {
  readonly number: number;
  readonly inode: Inode;
  mask: number;
  readonly tell: (watch: Watch, bits: number, name?: string) => void;
}

/** Tells those who watch an inode. `name` is that of the entry, where the inode is a directory that it is in. */
export function notify(inode: Inode, event: InotifyEvent, name?: string, isDirectory = false): void {
  const watches = inode.use?.watches;
  if (watches === undefined) return;
  for (const watch of watches)
    if (watch.mask & BITS[event]) watch.tell(watch, BITS[event] | (isDirectory ? IN_ISDIR : 0), name);
}

/** A name of an inode is gone; if it was the last, the watches go with it. */
export function notifyGone(directory: Inode, name: string, inode: Inode): void {
  const isDirectory = inode.type === S_IFDIR;
  notify(directory, 'IN_DELETE', name, isDirectory);
  if (!isDirectory) notify(inode, 'IN_ATTRIB');
  if (!isDirectory && inode.stat().nlink > 0) return;
  notify(inode, 'IN_DELETE_SELF');
  for (const watch of inode.use?.watches ?? []) watch.tell(watch, IN_IGNORED);
  if (inode.use !== undefined) inode.use.watches = undefined;
}

/** What inotify_init(2) gives: events are read from it as `struct inotify_event` (inotify(7)). */
export class InotifyFile extends StreamFile {
  readonly #watches = new Map<number, Watch>();
  #last = 0;
  #events: Uint8Array[] = [];

  constructor(inode: Inode, nonBlocking: boolean) {
    super(inode, { read: true, write: false, nonBlocking });
  }

  /** inotify_add_watch(2): a watch of the same inode gets another mask. Gives its number. */
  watch(inode: Inode, events: readonly InotifyEvent[]): number {
    const mask = events.reduce((bits, event) => bits | BITS[event], 0);
    for (const watch of this.#watches.values())
      if (watch.inode === inode) {
        watch.mask = mask;
        return watch.number;
      }
    const watch: Watch = { number: ++this.#last, inode, mask, tell: (...event) => this.#tell(...event) };
    this.#watches.set(watch.number, watch);
    const use = useOf(inode);
    use.watches ??= new Set();
    use.watches.add(watch);
    return watch.number;
  }

  /** inotify_rm_watch(2). EINVAL. */
  unwatch(number: number): void {
    const watch = this.#watches.get(number);
    if (watch === undefined) throw new Errno('EINVAL');
    watch.inode.use?.watches?.delete(watch);
    this.#tell(watch, IN_IGNORED);
  }

  read(max: number, caller: Caller): MaybePromise<Uint8Array> {
    if (this.#events.length === 0) {
      if (this.nonBlocking) throw new Errno('EAGAIN');
      return caller.sleep(this.changed).then(() => this.read(max, caller));
    }
    let length = 0;
    let count = 0;
    while (count < this.#events.length && length + this.#events[count]!.length <= max)
      length += this.#events[count++]!.length;
    if (count === 0) throw new Errno('EINVAL');
    return concat(this.#events.splice(0, count));
  }

  write(): number {
    throw new Errno('EBADF');
  }

  poll(): Readiness {
    return { readable: this.#events.length > 0, writable: false, hangup: false };
  }

  override describe(): string {
    return 'anon_inode:inotify';
  }

  override release(): void {
    for (const watch of this.#watches.values()) watch.inode.use?.watches?.delete(watch);
    this.#watches.clear();
  }

  #tell(watch: Watch, bits: number, name?: string): void {
    const text = name === undefined ? new Uint8Array() : encode(`${name}\0`);
    const event = new Uint8Array(16 + Math.ceil(text.length / 16) * 16);
    const view = new DataView(event.buffer);
    view.setInt32(0, watch.number, true);
    view.setUint32(4, bits, true);
    view.setUint32(12, event.length - 16, true);
    event.set(text, 16);
    if (bits & IN_IGNORED) this.#watches.delete(watch.number);
    // One that is like the last tells nothing new.
    const before = this.#events.at(-1);
    if (
      before !== undefined &&
      before.length === event.length &&
      before.every((byte, at) => byte === event[at])
    )
      return;
    this.#events.push(event);
    this.changed.wakeAll();
  }
}
