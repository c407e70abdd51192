import type { Random } from '../base/random.ts';
import type { HttpHandler, HttpRequest } from '../net/http/message.ts';
import type { Access } from './access.ts';
import { type MemoryStore, sourcedStore } from './memory-store.ts';
import { PushRecord } from './push-record.ts';
import { type PullLimit, rateLimited } from './rate-limit.ts';
import { registry } from './registry.ts';
import { type SearchEntry, search } from './search.ts';
import type { BlobSource, Shelf } from './store.ts';
import { type TokenRealm, tokenAccess, tokenServer, tokenUser } from './token.ts';

export interface HubOptions {
  shelf: Shelf;
  source: BlobSource;
  random: Random;
  now(): number;
  /** Passwords by user. A user may push to `USER/…`. */
  accounts?: Readonly<Record<string, string>>;
  /** Personal access tokens by user, each as good as the password. */
  tokens?: Readonly<Record<string, readonly string[]>>;
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
  store: MemoryStore;
  /** What has been pushed to it. */
  record: PushRecord;
  /** `registry-1.docker.io` */
  registry: HttpHandler;
  /** `auth.docker.io` */
  auth: HttpHandler;
  /** `index.docker.io` */
  index: HttpHandler;
}

export function hub(options: HubOptions): Hub {
  const { shelf, source, random, now, accounts = {}, tokens = {}, privateRepositories = [] } = options;
  const store = sourcedStore(shelf, source, options.sharedBlobs);
  const isPrivate = (name: string) =>
    privateRepositories.some((entry) => (entry.endsWith('/') ? name.startsWith(entry) : name === entry));
  const realm: TokenRealm = {
    realm: 'https://auth.docker.io/token',
    service: 'registry.docker.io',
    secret: random.hex(32),
    verify: (user, password) =>
      Object.hasOwn(accounts, user) &&
      (accounts[user] === password || (tokens[user] ?? []).includes(password)),
    allows: (user, access) => allows(user, access),
    now,
  };
  const record = new PushRecord(now);
  const served = registry({ store, random, access: tokenAccess(realm), tls: true, record });
  const userOf = (request: HttpRequest) => tokenUser(realm, request);
  return {
    store,
    record,
    registry: options.pullLimit ? rateLimited(served, options.pullLimit, { now, userOf }) : served,
    auth: tokenServer(realm),
    index: search(() => [...(options.search ?? []), ...pushed()], { unlimited: options.unlimitedSearch }),
  };

  /** What users have pushed can be found, unless it is private. */
  function pushed(): SearchEntry[] {
    return store
      .contents()
      .filter(({ name, tags }) => tags.size > 0 && !isPrivate(name))
      .map(({ name }) => ({ name, description: '', stars: 0, official: false }));
  }

  /** What does not exist is refused like what is private: nobody learns which it is. The catalog is nobody's. */
  async function allows(user: string | undefined, { type, name, action }: Access): Promise<boolean> {
    if (type !== 'repository') return false;
    if (user !== undefined && name.startsWith(`${user}/`)) return true;
    if (action !== 'pull' || isPrivate(name)) return false;
    return (await store.tags(name)) !== undefined;
  }
}
