import type { Path } from '../vfs/path.ts';
import type { UserNamespace } from '../vfs/user-namespace.ts';
import type { NamespaceKind } from './syscalls.ts';
import type { IdNamespace } from './user-namespace.ts';

/** What a namespace is born with. */
export interface NamespaceOrigin {
  /** Inode number on nsfs: the number in `pid:[4026531836]`. */
  readonly inode: number;
  /** The user namespace that owns it; that of a user namespace is its parent. Absent for a machine's first user namespace alone. */
  readonly owner?: IdNamespace;
  /** Called when it is gone: takes it off its maker's account. */
  readonly gone?: () => void;
}

/**
 * A namespace (namespaces(7)): what some processes see in place of what the machine has. It lives while
 * somebody holds it: a member, an open descriptor of /proc/PID/ns/KIND, or a bind mount of that file.
 */
export abstract class Namespace {
  abstract readonly kind: NamespaceKind;
  readonly inode: number;
  readonly owner: IdNamespace | undefined;
  /** Where its file on nsfs is, once somebody has looked at it (the kernel's `ns_common.stashed`). */
  file: Path | undefined = undefined;
  readonly #gone: (() => void) | undefined;
  #holders = 0;
  #bound = false;

  constructor({ inode, owner, gone }: NamespaceOrigin) {
    this.inode = inode;
    this.owner = owner?.hold();
    this.#gone = gone;
  }

  /** The user namespace in which one must have capabilities to enter this one or change what it is about. */
  get governor(): UserNamespace {
    return this.owner!.ids;
  }

  hold(): this {
    this.#holders++;
    return this;
  }

  drop(): void {
    if (--this.#holders === 0 && !this.#bound) this.#end();
  }

  /** Says whether its file is bind-mounted somewhere. */
  setBound(bound: boolean): void {
    const was = this.#bound;
    this.#bound = bound;
    if (was && !bound && this.#holders === 0) this.#end();
  }

  get held(): boolean {
    return this.#holders > 0;
  }

  #end(): void {
    this.destroy();
    this.#gone?.();
    this.owner?.drop();
  }

  /** Releases what exists only within the namespace. */
  protected destroy(): void {}

  /** `pid:[4026531836]` */
  toString(): string {
    return `${this.kind}:[${this.inode}]`;
  }
}

/** Later namespaces are numbered on from about here on a booted machine. */
export const FIRST_LATER_INODE = 4026532177;
