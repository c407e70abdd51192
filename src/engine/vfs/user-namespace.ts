/** A run of ids: `first` of the namespace is `global` of the machine, and so on for `count` ids. */
export interface IdExtent {
  readonly first: number;
  readonly global: number;
  readonly count: number;
}

/** What an id that is not mapped shows as (/proc/sys/kernel/overflowuid and overflowgid). */
export const OVERFLOW_ID = 65534;

/** The largest id that is one: (uid_t) -1 says "no id". */
const IDS = 4294967295;

/** Which ids of a user namespace are which of the machine (the kernel's `uid_gid_map`). An empty map maps none. */
export class IdMap {
  static readonly IDENTITY = new IdMap([{ first: 0, global: 0, count: IDS }]);
  static readonly EMPTY = new IdMap([]);
  readonly extents: readonly IdExtent[];

  constructor(extents: readonly IdExtent[]) {
    this.extents = extents;
  }

  /** The machine's number of an id of the namespace (make_kuid); undefined if it is not mapped. */
  toGlobal(id: number): number | undefined {
    for (const { first, global, count } of this.extents)
      if (id >= first && id < first + count) return id - first + global;
    return undefined;
  }

  /** The namespace's number of an id of the machine (from_kuid); undefined if it is not mapped. */
  toLocal(id: number): number | undefined {
    for (const { first, global, count } of this.extents)
      if (id >= global && id < global + count) return id - global + first;
    return undefined;
  }

  /** The machine's first number of a run of ids that one extent holds whole. */
  rangeToGlobal(id: number, length: number): number | undefined {
    for (const { first, global, count } of this.extents)
      if (id >= first && id + length <= first + count) return id - first + global;
    return undefined;
  }

  /** The same as toLocal, with the overflow id for what is not mapped (from_kuid_munged). */
  shown(id: number): number {
    return this.toLocal(id) ?? OVERFLOW_ID;
  }
}

/**
 * A user namespace (user_namespaces(7)) as far as rights and owners need it: which ids it maps, and whom it is below.
 * Everywhere else in the kernel ids are the machine's own; system calls translate (credentials(7)).
 */
export class UserNamespace {
  readonly parent: UserNamespace | undefined;
  /** 0 is the initial namespace. */
  readonly level: number;
  /** Effective ids of its maker. That user has every capability in it, from the namespace above. */
  readonly owner: number;
  readonly group: number;
  uids = IdMap.EMPTY;
  gids = IdMap.EMPTY;
  /** What /proc/PID/setgroups says; inherited. */
  setgroupsAllowed: boolean;
  /** Its maker had CAP_SETFCAP: then it may map its parent's root itself. */
  readonly makerCouldSetfcap: boolean;

  constructor(
    parent: UserNamespace | undefined,
    maker: { uid: number; gid: number; couldSetfcap: boolean } = { uid: 0, gid: 0, couldSetfcap: true },
  ) {
    this.parent = parent;
    this.level = parent === undefined ? 0 : parent.level + 1;
    this.owner = maker.uid;
    this.group = maker.gid;
    this.makerCouldSetfcap = maker.couldSetfcap;
    this.setgroupsAllowed = parent?.setgroupsAllowed ?? true;
  }

  /** Whether this is `ancestor` or lies somewhere within it. */
  isWithin(ancestor: UserNamespace): boolean {
    for (let at: UserNamespace | undefined = this; at; at = at.parent) if (at === ancestor) return true;
    return false;
  }
}

/** Where everything begins: every machine's, for it never changes (the kernel's `init_user_ns`). */
export const INITIAL_USER_NAMESPACE = new UserNamespace(undefined);
INITIAL_USER_NAMESPACE.uids = IdMap.IDENTITY;
INITIAL_USER_NAMESPACE.gids = IdMap.IDENTITY;
