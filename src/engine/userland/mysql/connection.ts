import type { ByteStream } from '../../base/byte-stream.ts';
import { isErrno } from '../../base/errno.ts';
import { uuid } from '../../base/uuid.ts';
import { toHex } from '../../oci/digest.ts';
import { SqlError } from '../sql/errors.ts';
import type { CallContext } from '../sql/functions.ts';
import { type Hooks, Session } from '../sql/session.ts';
import type { Value } from '../sql/value.ts';
import { may, mayUse, type User } from './accounts.ts';
import { type CatalogContext, SYSTEM_DATABASES, show, virtualTable } from './catalog.ts';
import { greeting, readHello } from './handshake.ts';
import { verifies } from './password.ts';
import { answer, resultSet } from './result-set.ts';
import type { MysqlServer } from './server.ts';
import {
  COMMAND,
  eofPacket,
  errorPacket,
  okPacket,
  Packets,
  type PayloadReader,
  PayloadWriter,
} from './wire.ts';
import { access } from './words.ts';

/** How long a statement waits for a table that another changes: innodb_lock_wait_timeout. */
const LOCK_WAIT = 50_000;

/** One client of a server: who it is, and its session. */
export class Connection {
  readonly id: number;
  readonly host: string;
  /** As SHOW PROCESSLIST shows it. */
  readonly address: string;
  readonly #server: MysqlServer;
  readonly #packets: Packets;
  #user: User | undefined;
  #session: Session | undefined;
  #delay = 0;
  readonly #variables = new Map<string, string>();
  readonly #context: CallContext;

  constructor(server: MysqlServer, stream: ByteStream, host: string, port: number | undefined) {
    this.#server = server;
    this.#packets = new Packets(stream);
    this.id = server.nextConnection();
    this.host = host;
    this.address = port === undefined ? host : `${host}:${port}`;
    const connection = this;
    const { sys } = server;
    this.#context = {
      now: () => sys.clock_gettime(),
      random: () => new DataView(sys.getrandom(4).buffer).getUint32(0) / 2 ** 32,
      uuid: () => uuid(toHex(sys.getrandom(16))),
      get database() {
        return connection.database;
      },
      get user() {
        return `${connection.user}@${host}`;
      },
      get account() {
        return `${connection.#user?.user}@${connection.#user?.host}`;
      },
      version: server.version,
      hostname: server.variables.get('hostname') ?? '',
      delay: (ms) => {
        this.#delay += ms;
      },
      lastInsertId: 0,
      connection: this.id,
    };
  }

  get user(): string {
    return this.#user?.user ?? 'unauthenticated user';
  }

  get database(): string | undefined {
    return this.#session?.database;
  }

  async serve(): Promise<void> {
    const server = this.#server;
    server.connections.set(this.id, this);
    try {
      if (await this.#login()) await this.#commands();
    } catch (error) {
      if (!isErrno(error)) throw error;
    }
    await this.#session?.end();
    server.connections.delete(this.id);
    await this.#packets.close();
  }

  // Logging in (protocol reference, "Connection Phase") ---------------------------------------------------

  async #login(): Promise<boolean> {
    const { accounts, sys, version } = this.#server;
    // Bytes of the challenge are printable, as no zero may be among them.
    const challenge = sys.getrandom(20).map((byte) => 33 + (byte % 94));
    await this.#packets.write(greeting(this.id, version, challenge, accounts.plugin));
    const answer = await this.#packets.read();
    if (answer === undefined) return false;
    const hello = readHello(answer);
    const user = accounts.find(hello.user, this.host);
    let { response } = hello;
    if (hello.plugin !== accounts.plugin) {
      await this.#packets.write(
        new PayloadWriter().int(0xfe, 1).zeroText(accounts.plugin).bytes(challenge).int(0, 1).done(),
      );
      const again = await this.#packets.read();
      if (again === undefined) return false;
      response = again.take(again.left);
    }
    if (user === undefined || !verifies(response, challenge, user.hash, user.plugin)) {
      await this.#refuse(access.denied(hello.user, this.host, response.length > 0));
      return false;
    }
    this.#user = user;
    this.#session = new Session(this.#server.instance, this.#hooks(), undefined);
    if (hello.database !== '') {
      try {
        this.#use(hello.database);
        this.#session.database = hello.database;
      } catch (error) {
        if (!(error instanceof SqlError)) throw error;
        await this.#refuse(error);
        return false;
      }
    }
    // With the faster of its two ways the plugin says so before all is well.
    const fast = user.plugin === 'caching_sha2_password' && response.length > 0 ? [Uint8Array.of(1, 3)] : [];
    await this.#packets.write(...fast, okPacket({}));
    return true;
  }

  #refuse(error: SqlError): Promise<void> {
    return this.#packets.write(errorPacket(error.code, error.state, error.message));
  }

  // Commands ----------------------------------------------------------------------------------------------

  async #commands(): Promise<void> {
    for (;;) {
      this.#packets.restart();
      const command = await this.#packets.read();
      if (command === undefined) return;
      const kind = command.int(1);
      if (kind === COMMAND.QUIT) return;
      try {
        await this.#command(kind, command);
      } catch (error) {
        if (!(error instanceof SqlError)) throw error;
        await this.#refuse(error);
      }
    }
  }

  async #command(kind: number, command: PayloadReader): Promise<void> {
    switch (kind) {
      case COMMAND.PING:
        return this.#packets.write(okPacket({}));
      case COMMAND.INIT_DB: {
        const name = command.rest();
        this.#use(name);
        this.#session!.database = name;
        return this.#packets.write(okPacket({}));
      }
      case COMMAND.QUERY:
        return this.#query(command.rest());
      case COMMAND.STATISTICS:
        return this.#packets.write(
          new PayloadWriter()
            .text(`Uptime: ${this.#server.uptime}  Threads: ${this.#server.connections.size}`)
            .done(),
        );
      case COMMAND.SHUTDOWN:
        return this.#shutdown();
      default:
        throw new SqlError('Unknown command', { code: 1047, state: '08S01' });
    }
  }

  async #shutdown(): Promise<void> {
    if (!may(this.#user!, 'SHUTDOWN', '*', undefined)) throw access.needs('SHUTDOWN');
    await this.#packets.write(this.#server.flavour === 'mariadb' ? eofPacket() : okPacket({}));
    this.#server.stop(this.user);
  }

  async #query(text: string): Promise<void> {
    const session = this.#session!;
    if (/^\s*shutdown\s*;?\s*$/i.test(text)) return this.#shutdown();
    this.#delay = 0;
    const result = await session.execute(text);
    if (result === undefined && text.trim() === '')
      throw new SqlError('Query was empty', { code: 1065, state: '42000' });
    // A comment, also one that is for some versions: it is not carried out.
    if (result === undefined) return this.#packets.write(okPacket({}));
    const pause = this.#server.process.work(20 + session.charged);
    if (pause) await pause;
    if (this.#delay > 0) await this.#server.sys.nanosleep(this.#delay);
    const status = session.inTransaction ? 3 : 2;
    await this.#packets.write(...(result.columns ? resultSet(result, status) : [answer(result, status)]));
  }

  // What the session asks ---------------------------------------------------------------------------------

  #hooks(): Hooks {
    const server = this.#server;
    const { words } = server.instance.dialect;
    return {
      context: this.#context,
      user: this.user,
      variable: (name) => this.#variable(name),
      virtual: (database, name) => virtualTable(database, name, this.#catalog()),
      refusal: (privilege, database, table) => {
        const user = this.#user!;
        if (may(user, privilege, database, table)) return undefined;
        if (table !== undefined)
          return access.deniedTable(privilege, user.user, this.host, database, table, server.flavour);
        return access.deniedDatabase(user.user, user.host, database);
      },
      show: (statement) => show(statement, this.#catalog()),
      set: (name, value) => {
        if (name.startsWith('@')) this.#variables.set(name, value);
        else if (name === 'names' || server.variables.has(name.toLowerCase()))
          this.#variables.set(`@@${name.toLowerCase()}`, value);
        else throw words.noVariable(name);
      },
      account: (statement) => {
        if (
          !may(
            this.#user!,
            statement.kind === 'grant' || statement.kind === 'revoke' ? 'GRANT' : 'CREATE USER',
            '*',
            undefined,
          )
        )
          throw access.needs('CREATE USER');
        return server.accounts.run(statement, this.#user!);
      },
      use: (database) => this.#use(database),
      waitForLock: async (released) => {
        const timeout = server.sys.nanosleep(LOCK_WAIT).then(() => false);
        return Promise.race([released.then(() => true), timeout]);
      },
    };
  }

  #use(name: string): void {
    const { instance } = this.#server;
    const exists = instance.find(name) !== undefined || SYSTEM_DATABASES.includes(name);
    const user = this.#user!;
    if (name !== 'information_schema' && !mayUse(user, name))
      throw access.deniedDatabase(user.user, user.host, name);
    if (!exists) throw instance.dialect.words.noDatabase(name);
  }

  #variable(name: string): Value | undefined {
    if (!name.startsWith('@@')) return this.#variables.get(name) ?? null;
    const key = name
      .slice(2)
      .toLowerCase()
      .replace(/^(?:global|session)\./, '');
    const value = this.#variables.get(`@@${key}`) ?? this.#server.variables.get(key);
    return value !== undefined && /^\d+$/.test(value) ? Number(value) : value;
  }

  #catalog(): CatalogContext {
    const server = this.#server;
    return {
      instance: server.instance,
      flavour: server.flavour,
      user: this.#user!,
      users: server.accounts.users,
      database: this.database,
      variables: server.variables,
      connections: [...server.connections.values()].map(({ id, user, address, database }) => ({
        id,
        user,
        host: address,
        database,
      })),
      me: this.id,
      uptime: server.uptime,
    };
  }
}
