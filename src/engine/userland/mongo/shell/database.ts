import type { ObjectIds } from '../object-ids.ts';
import { type Document, doc, isDocument } from '../values.ts';
import { batchOf, CollectionHandle } from './collection.ts';
import type { Connection } from './connection.ts';
import { absentMethod, type Host, ShellError, type ShellFunction, toText } from './members.ts';
import { documentOf } from './to-bson.ts';

/** What databases and collections need of the shell around them. */
export interface ShellHost {
  readonly ids: ObjectIds;
  /** Throws `ShellError` where there is none. */
  connection(): Connection;
  warn(text: string): Promise<void>;
  database(name: string): Database;
}

const ABSENT = new Set([
  'help',
  ...[
    'aggregate',
    'watch',
    'currentOp',
    'killOp',
    'setProfilingLevel',
    'changeUserPassword',
    'updateUser',
    'grantRolesToUser',
  ],
  ...[
    'createRole',
    'getRoles',
    'fsyncLock',
    'enableFreeMonitoring',
    'createView',
    'getMongo',
    'serverCmdLineOpts',
    'printCollectionStats',
  ],
]);

/** `db` */
export class Database implements Host {
  readonly shell: ShellHost;
  readonly name: string;
  readonly #methods: Readonly<Record<string, ShellFunction>>;

  constructor(shell: ShellHost, name: string) {
    this.shell = shell;
    this.name = name;
    this.#methods = this.#make();
  }

  run(command: Document): Promise<Document> {
    return this.shell.connection().run(this.name, command);
  }

  get(name: string): unknown {
    if (Object.hasOwn(this.#methods, name)) return this.#methods[name];
    if (ABSENT.has(name)) return absentMethod('databases', name);
    return new CollectionHandle(this, name);
  }

  /** The names of its collections, sorted. */
  async collectionNames(): Promise<string[]> {
    const found = batchOf(await this.run(doc({ listCollections: 1, nameOnly: true })));
    return found.map((one) => String(one.get('name'))).sort();
  }

  #make(): Record<string, ShellFunction> {
    const command = (value: unknown): Document =>
      typeof value === 'string' ? doc({ [value]: 1 }) : documentOf(value, 'runCommand');
    const plain = async (value: Document): Promise<Document> => this.run(value);
    return {
      getName: () => this.name,
      toString: () => this.name,
      getSiblingDB: (name) => this.shell.database(toText(name)),
      getCollection: (name) => new CollectionHandle(this, toText(name)),
      getCollectionNames: () => this.collectionNames(),
      createCollection: (name) => plain(doc({ create: toText(name) })),
      dropDatabase: async () => {
        await this.run(doc({ dropDatabase: 1 }));
        return doc({ ok: 1, dropped: this.name });
      },
      runCommand: (value) => plain(command(value)),
      adminCommand: (value) => this.shell.connection().run('admin', command(value)),
      stats: () => plain(doc({ dbStats: 1 })),
      hello: () => plain(doc({ hello: 1 })),
      serverStatus: () => plain(doc({ serverStatus: 1 })),
      version: async () => (await this.run(doc({ buildInfo: 1 }))).get('version'),
      createUser: async (user) => {
        const given = documentOf(user, 'createUser');
        const name = given.get('user');
        if (typeof name !== 'string')
          throw new ShellError(
            'MongoshInvalidInputError',
            '[COMMON-10001] Missing required property: "user"',
          );
        const rest = [...given].filter(([field]) => field !== 'user');
        return plain(new Map([['createUser', name], ...rest]));
      },
      dropUser: (name) => plain(doc({ dropUser: toText(name) })),
      getUsers: () => plain(doc({ usersInfo: 1 })),
      getUser: async (name) => {
        const { users = [] } = Object.fromEntries(await this.run(doc({ usersInfo: toText(name) }))) as {
          users?: Document[];
        };
        return users[0] ?? null;
      },
      auth: async (user, password) => {
        const [name, secret] = isDocument(user) ? [user.get('user'), user.get('pwd')] : [user, password];
        await this.shell.connection().login(this.name, toText(name), toText(secret));
        return doc({ ok: 1 });
      },
      logout: () => plain(doc({ logout: 1 })),
      shutdownServer: async () => {
        await this.shell.connection().run('admin', doc({ shutdown: 1 }));
      },
    };
  }
}
