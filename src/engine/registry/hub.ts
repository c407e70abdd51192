import type { Random } from '../base/random.ts';
import type { HttpHandler, HttpRequest } from '../net/http/message.ts';
import type { Access } from './access.ts';
import { sourcedStore } from './memory-store.ts';
import { type PullLimit, rateLimited } from './rate-limit.ts';
import { registry } from './registry.ts';
import { type SearchEntry, search } from './search.ts';
import type { BlobSource, RegistryStore, Shelf } from './store.ts';
import { type TokenRealm, tokenAccess, tokenServer, tokenUser } from './token.ts';

export interface HubOptions {
  shelf: Shelf;
  source: BlobSource;
  random: Random;
  now(): number;
  /** Passwords by user. A user may push to `USER/…`. */
  accounts?: Readonly<Record<string, string>>;
  /** Repositories that only their owner may pull; `student/` means all of that user's. */
  privateRepositories?: readonly string[];
  /** Every repository has the blobs of all. */
  sharedBlobs?: boolean;
  search?: readonly SearchEntry[];
  /** The search gives all it finds, however little it is asked for. */
  unlimitedSearch?: boolean;
  /** How much may be pulled; without it as much as one likes. */
  pullLimit?: PullLimit | undefined;
}

/** Docker Hub: three servers by the names under which docker asks for them, and the store they share. */
export interface Hub {
  store: RegistryStore;
  /** `registry-1.docker.io` */
  registry: HttpHandler;
  /** `auth.docker.io` */
  auth: HttpHandler;
  /** `index.docker.io` */
  index: HttpHandler;
}

export function hub(options: HubOptions): Hub {
  const { shelf, source, random, now, accounts = {}, privateRepositories = [] } = options;
  const store = sourcedStore(shelf, source, options.sharedBlobs);
  const isPrivate = (name: string) =>
    privateRepositories.some((entry) => (entry.endsWith('/') ? name.startsWith(entry) : name === entry));
  const realm: TokenRealm = {
    realm: 'https://auth.docker.io/token',
    service: 'registry.docker.io',
    secret: random.hex(32),
    verify: (user, password) => Object.hasOwn(accounts, user) && accounts[user] === password,
    allows: (user, access) => allows(user, access),
    now,
  };
  const served = registry({ store, random, access: tokenAccess(realm), tls: true });
  const userOf = (request: HttpRequest) => tokenUser(realm, request);
  return {
    store,
    registry: options.pullLimit ? rateLimited(served, options.pullLimit, { now, userOf }) : served,
    auth: tokenServer(realm),
    index: search(options.search ?? [], { unlimited: options.unlimitedSearch }),
  };

  /** What does not exist is refused like what is private: nobody learns which it is. The catalog is nobody's. */
  async function allows(user: string | undefined, { type, name, action }: Access): Promise<boolean> {
    if (type !== 'repository') return false;
    if (user !== undefined && name.startsWith(`${user}/`)) return true;
    if (action !== 'pull' || isPrivate(name)) return false;
    return (await store.tags(name)) !== undefined;
  }
}
