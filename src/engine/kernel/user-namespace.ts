import { Errno } from '../base/errno.ts';
import { INITIAL_USER_NAMESPACE, UserNamespace } from '../vfs/user-namespace.ts';
import type { Cred } from './credentials.ts';
import { Namespace, type NamespaceOrigin } from './namespace.ts';
import { NAMESPACE_KINDS } from './namespace-kinds.ts';
import { USER_THREADS_MAX } from './rlimits.ts';
import type { NamespaceKind } from './syscalls.ts';

/** The deepest level whose members may nest further (create_user_ns). */
const LEVEL_MAX = 32;
/** Half of kernel.threads-max, for each user of the initial namespace; those below set no limit of their own. */
const INITIAL_LIMIT = USER_THREADS_MAX;
const INT_MAX = 2147483647;

/**
 * A user namespace (user_namespaces(7)) as its members hold it; its maps are the VFS's `UserNamespace`. Here is also
 * the account of what each user has made in it (namespaces(7), "The /proc/sys/user directory").
 */
export class IdNamespace extends Namespace {
  readonly kind = 'user';
  readonly ids: UserNamespace;
  /** How many namespaces of each kind one user may make: /proc/sys/user/max_KIND_namespaces. */
  readonly limits: Record<NamespaceKind, number>;
  readonly #made = new Map<string, number>();

  constructor(origin: NamespaceOrigin, ids: UserNamespace = INITIAL_USER_NAMESPACE) {
    super(origin);
    this.ids = ids;
    const limit = ids.level === 0 ? INITIAL_LIMIT : INT_MAX;
    this.limits = Object.fromEntries(NAMESPACE_KINDS.map((kind) => [kind, limit])) as typeof this.limits;
  }

  /** One has rights in a user namespace itself, not in its owner. */
  override get governor(): UserNamespace {
    return this.ids;
  }

  /**
   * Counts a namespace that a user makes, here and, for the makers of the namespaces around, all the way up. ENOSPC at a
   * limit. Gives what takes it off again.
   */
  account(kind: NamespaceKind, uid: number): () => void {
    const counted: [Map<string, number>, string][] = [];
    const undo = () => {
      for (const [made, key] of counted) made.set(key, made.get(key)! - 1);
    };
    let user = uid;
    for (let at: IdNamespace | undefined = this; at; user = at.ids.owner, at = at.owner) {
      const key = `${kind} ${user}`;
      const count = at.#made.get(key) ?? 0;
      if (count >= at.limits[kind]) {
        undo();
        throw new Errno('ENOSPC');
      }
      at.#made.set(key, count + 1);
      counted.push([at.#made, key]);
    }
    return undo;
  }
}

/** CLONE_NEWUSER: a user namespace below the maker's own. EPERM in a chroot, or where the maker has no id in its own. */
export function createUserNamespace(
  parent: IdNamespace,
  inode: number,
  { uid, gid, capabilities }: Cred,
  chrooted: boolean,
): IdNamespace {
  if (parent.ids.level > LEVEL_MAX) throw new Errno('ENOSPC');
  const gone = parent.account('user', uid);
  const { uids, gids } = parent.ids;
  if (chrooted || uids.toLocal(uid) === undefined || gids.toLocal(gid) === undefined) {
    gone();
    throw new Errno('EPERM');
  }
  const maker = { uid, gid, couldSetfcap: capabilities.has('SETFCAP') };
  return new IdNamespace({ inode, owner: parent, gone }, new UserNamespace(parent.ids, maker));
}
