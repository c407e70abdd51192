import type { NamespaceKind } from './syscalls.ts';

/**
 * A namespace (namespaces(7)): what some processes see in place of what the machine has. It lives while
 * somebody holds it: a member, an open descriptor of /proc/PID/ns/KIND, or a bind mount of that file.
 */
export abstract class Namespace {
  abstract readonly kind: NamespaceKind;
  /** Inode number on nsfs: the number in `pid:[4026531836]`. */
  readonly inode: number;
  #holders = 0;
  #bound = false;

  constructor(inode: number) {
    this.inode = inode;
  }

  hold(): this {
    this.#holders++;
    return this;
  }

  drop(): void {
    if (--this.#holders === 0 && !this.#bound) this.destroy();
  }

  /** Says whether its file is bind-mounted somewhere. */
  setBound(bound: boolean): void {
    const was = this.#bound;
    this.#bound = bound;
    if (was && !bound && this.#holders === 0) this.destroy();
  }

  get held(): boolean {
    return this.#holders > 0;
  }

  /** Releases what exists only within the namespace. */
  protected destroy(): void {}

  /** `pid:[4026531836]` */
  toString(): string {
    return `${this.kind}:[${this.inode}]`;
  }
}

/** Inode numbers of the first namespaces of a machine (include/linux/proc_ns.h; mnt and net follow in order of creation). */
export const INITIAL_NAMESPACE_INODES = {
  time: 4026531834,
  cgroup: 4026531835,
  pid: 4026531836,
  user: 4026531837,
  uts: 4026531838,
  ipc: 4026531839,
  net: 4026531840,
  mnt: 4026531841,
} as const satisfies Record<NamespaceKind, number>;

/** Later namespaces are numbered on from about here on a booted machine. */
export const FIRST_LATER_INODE = 4026532177;
