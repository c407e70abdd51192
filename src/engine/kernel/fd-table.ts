import { Errno } from '../base/errno.ts';
import type { OpenFile } from '../vfs/file.ts';
import { close } from '../vfs/open.ts';

/** An open file description with the number of descriptors that refer to it; the last to go releases it. */
export class Description {
  readonly file: OpenFile;
  /** What else ends with it: its lock. */
  onRelease: (() => void) | undefined = undefined;
  #descriptors = 0;

  constructor(file: OpenFile) {
    this.file = file;
  }

  hold(): this {
    this.#descriptors++;
    return this;
  }

  drop(): void {
    if (--this.#descriptors > 0) return;
    this.onRelease?.();
    close(this.file);
  }
}

interface Descriptor {
  description: Description;
  cloexec: boolean;
}

/** A process's file descriptors (the kernel's `files_struct`). */
export class FdTable {
  readonly #slots: (Descriptor | undefined)[] = [];

  /** The open file behind a descriptor. */
  get(fd: number): OpenFile {
    const slot = this.#slots[fd];
    if (slot === undefined) throw new Errno('EBADF');
    return slot.description.file;
  }

  description(fd: number): Description {
    const slot = this.#slots[fd];
    if (slot === undefined) throw new Errno('EBADF');
    return slot.description;
  }

  has(fd: number): boolean {
    return this.#slots[fd] !== undefined;
  }

  /** Puts a description at the lowest free descriptor not below `least`. EMFILE at `limit`. */
  install(description: Description, cloexec: boolean, limit: number, least = 0): number {
    let fd = least;
    while (this.#slots[fd] !== undefined) fd++;
    if (fd >= limit) throw new Errno('EMFILE');
    this.#slots[fd] = { description: description.hold(), cloexec };
    return fd;
  }

  /** Puts a description at `fd`, closing what was there. */
  replace(fd: number, description: Description, cloexec: boolean): void {
    const old = this.#slots[fd];
    this.#slots[fd] = { description: description.hold(), cloexec };
    old?.description.drop();
  }

  close(fd: number): void {
    const slot = this.#slots[fd];
    if (slot === undefined) throw new Errno('EBADF');
    this.#slots[fd] = undefined;
    slot.description.drop();
  }

  cloexec(fd: number): boolean {
    return this.#slots[fd]?.cloexec ?? false;
  }

  setCloexec(fd: number, on: boolean): void {
    const slot = this.#slots[fd];
    if (slot === undefined) throw new Errno('EBADF');
    slot.cloexec = on;
  }

  closeOnExec(): void {
    for (let fd = 0; fd < this.#slots.length; fd++) if (this.#slots[fd]?.cloexec) this.close(fd);
  }

  closeAll(): void {
    for (let fd = 0; fd < this.#slots.length; fd++) if (this.#slots[fd]) this.close(fd);
  }

  copy(): FdTable {
    const table = new FdTable();
    this.#slots.forEach((slot, fd) => {
      if (slot) table.#slots[fd] = { description: slot.description.hold(), cloexec: slot.cloexec };
    });
    return table;
  }

  /** The descriptors in use, ascending. */
  numbers(): number[] {
    const fds: number[] = [];
    this.#slots.forEach((slot, fd) => {
      if (slot) fds.push(fd);
    });
    return fds;
  }
}
