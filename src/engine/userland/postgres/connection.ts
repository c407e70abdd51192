import type { ByteStream } from '../../base/byte-stream.ts';
import { isErrno } from '../../base/errno.ts';
import { uuid } from '../../base/uuid.ts';
import { toHex } from '../../oci/digest.ts';
import { ScramServer } from '../lib/scram.ts';
import { SqlError } from '../sql/errors.ts';
import type { CallContext } from '../sql/functions.ts';
import { done, type Result } from '../sql/result.ts';
import { type Hooks, Session } from '../sql/session.ts';
import { splitStatements } from '../sql/split.ts';
import { TEXT } from '../sql/value.ts';
import { virtualTable } from './catalog.ts';
import { postgresDialect } from './dialect.ts';
import { ruleFor } from './hba.ts';
import type { Role } from './roles.ts';
import { fullVersion, type PostgresServer } from './server.ts';
import { isLogged, SettingError, setInSession } from './settings.ts';
import { type Content, dataRow, type Fields, Messages, message, report, rowDescription } from './wire.ts';
import { refused } from './words.ts';

/** A connection that is refused, in words for the client and more for the log. */
class Refusal extends Error {
  readonly state: string;
  readonly detail: string | undefined;

  constructor(state: string, text: string, detail?: string) {
    super(text);
    this.state = state;
    this.detail = detail;
  }
}

const SSL_REQUEST = 80_877_103;
const GSS_REQUEST = 80_877_104;
const CANCEL_REQUEST = 80_877_102;

/** One client of a server: who it is, and its session. The real server has a process for each. */
export class Connection {
  readonly #server: PostgresServer;
  readonly #messages: Messages;
  /** undefined for the socket on this machine. */
  readonly #address: string | undefined;
  readonly #settings = new Map<string, string>();
  #role: Role | undefined;
  #session!: Session;
  #failed = false;
  #delay = 0;
  query = '';
  database = '';

  constructor(server: PostgresServer, stream: ByteStream, address: string | undefined) {
    this.#server = server;
    this.#messages = new Messages(stream);
    this.#address = address;
  }

  get user(): string {
    return this.#role?.name ?? '';
  }

  async serve(): Promise<void> {
    const server = this.#server;
    server.connections.add(this);
    try {
      if (await this.#login()) await this.#requests();
    } catch (error) {
      if (error instanceof Refusal) {
        await server.log('FATAL', error.message);
        if (error.detail !== undefined) await server.log('DETAIL', error.detail);
        await this.#messages
          .write(report('E', { S: 'FATAL', C: error.state, M: error.message }))
          .catch(() => undefined);
      } else if (!isErrno(error)) throw error;
    }
    await this.#session?.end();
    server.connections.delete(this);
    await this.#messages.close();
  }

  /** The server is going: whoever is there is told so. */
  async end(): Promise<void> {
    const text = 'terminating connection due to administrator command';
    await this.#messages.write(report('E', { S: 'FATAL', C: '57P01', M: text })).catch(() => undefined);
    await this.#messages.close();
  }

  // Logging in (documentation, "Start-up") ------------------------------------------------------------------

  async #login(): Promise<boolean> {
    const { sys, roles, instance, version, connections } = this.#server;
    let first = await this.#messages.readStartup();
    for (let kind = first?.int(4); kind === SSL_REQUEST || kind === GSS_REQUEST; kind = first?.int(4)) {
      await this.#messages.write(new TextEncoder().encode('N'));
      first = await this.#messages.readStartup();
    }
    if (first === undefined) return false;
    const kind = new DataView(first.bytes.buffer, first.bytes.byteOffset).getInt32(0);
    if (kind === CANCEL_REQUEST) return false;
    const given = new Map<string, string>();
    while (first.left > 1) given.set(first.text(), first.text());
    const user = given.get('user') ?? '';
    const database = given.get('database') || user;
    const places = Number(this.#server.settings.get('max_connections'));
    if (connections.size > places) throw new Refusal('53300', 'sorry, too many clients already');
    await this.#authenticate(user, database);
    const role = roles.find(user);
    if (role === undefined) throw new Refusal('28000', `role "${user}" does not exist`);
    if (!role.login) throw new Refusal('28000', `role "${user}" is not permitted to log in`);
    if (instance.find(database) === undefined)
      throw new Refusal('3D000', `database "${database}" does not exist`);
    const reserved = Number(this.#server.settings.get('superuser_reserved_connections'));
    if (!role.superuser && connections.size > places - reserved)
      throw new Refusal(
        '53300',
        Number.parseInt(version, 10) < 16
          ? 'remaining connection slots are reserved for non-replication superuser connections'
          : 'remaining connection slots are reserved for roles with the SUPERUSER attribute',
      );
    this.#role = role;
    this.database = database;
    this.#session = new Session(instance, this.#hooks(), database);
    const status = {
      server_version: version,
      server_encoding: 'UTF8',
      client_encoding: 'UTF8',
      DateStyle: 'ISO, MDY',
      TimeZone: 'Etc/UTC',
      integer_datetimes: 'on',
      standard_conforming_strings: 'on',
      is_superuser: role.superuser ? 'on' : 'off',
    };
    await this.#messages.write(
      message('R', [0, 4]),
      ...Object.entries(status).map(([name, value]) => message('S', name, value)),
      message('K', [sys.getpid(), 4], sys.getrandom(4)),
      message('Z', new TextEncoder().encode('I')),
    );
    return true;
  }

  async #authenticate(user: string, database: string): Promise<void> {
    const { hba, roles, sys, directory } = this.#server;
    const rule = ruleFor(hba, { address: this.#address, user, database });
    const from = this.#address === undefined ? 'host "[local]"' : `host "${this.#address}"`;
    const who = `${from}, user "${user}", database "${database}", no encryption`;
    if (rule === undefined) throw new Refusal('28000', `no pg_hba.conf entry for ${who}`);
    if (rule.method === 'trust') return;
    if (rule.method === 'reject') throw new Refusal('28000', `pg_hba.conf rejects connection for ${who}`);
    if (!['scram-sha-256', 'md5'].includes(rule.method))
      throw new Refusal('0A000', `the authentication method "${rule.method}" is not simulated in Drydock`);
    const role = roles.find(user);
    const matched = `Connection matched file "${directory}/pg_hba.conf" line ${rule.line}: "${rule.text}"`;
    const wrong = (why?: string) =>
      new Refusal(
        '28P01',
        `password authentication failed for user "${user}"`,
        why === undefined ? matched : `${why}\n${matched}`,
      );
    const scram = new ScramServer(role?.password, sys.getrandom(18));
    await this.#messages.write(message('R', [10, 4], 'SCRAM-SHA-256', [0, 1]));
    const begin = await this.#answer();
    begin.text();
    begin.int(4);
    await this.#messages.write(message('R', [11, 4], new TextEncoder().encode(scram.first(begin.rest()))));
    const proof = scram.final((await this.#answer()).rest());
    if (proof === undefined)
      throw wrong(
        role === undefined
          ? `Role "${user}" does not exist.`
          : role.password === undefined
            ? `User "${user}" has no password assigned.`
            : undefined,
      );
    await this.#messages.write(message('R', [12, 4], new TextEncoder().encode(proof)));
  }

  async #answer(): Promise<Content> {
    const answer = await this.#messages.read();
    if (answer?.letter !== 'p') throw new Refusal('08P01', 'expected password response');
    return answer.content;
  }

  // Requests --------------------------------------------------------------------------------------------------

  async #requests(): Promise<void> {
    for (;;) {
      const request = await this.#messages.read();
      if (request === undefined || request.letter === 'X') return;
      if (request.letter === 'Q') await this.#simple(request.content.text());
      // Parse, Bind and the like: what comes up to Sync is passed over after the first error.
      else if (request.letter === 'S') await this.#ready();
      else if (request.letter === 'P')
        await this.#messages.write(
          report('E', {
            S: 'ERROR',
            C: '0A000',
            M: 'the extended query protocol is not simulated in Drydock',
          }),
        );
    }
  }

  #ready(): Promise<void> {
    const state = this.#failed ? 'E' : this.#session.inTransaction ? 'T' : 'I';
    return this.#messages.write(message('Z', new TextEncoder().encode(state)));
  }

  /** One or more statements; several are a transaction of their own, unless they make one. */
  async #simple(text: string): Promise<void> {
    this.query = text;
    const logged =
      this.#settings.get('log_statement') ?? this.#server.settings.get('log_statement') ?? 'none';
    if (isLogged(logged, text)) await this.#server.log('LOG', `statement: ${text.trim()}`);
    const { pieces, rest } = splitStatements(text, postgresDialect.lexis);
    const statements = pieces.map((piece) => piece.text).filter((one) => one !== '');
    if (rest.trim() !== '') statements.push(rest.trim());
    const [only] = statements;
    if (only === undefined) await this.#messages.write(message('I'));
    const together =
      statements.length > 1 &&
      !this.#session.inTransaction &&
      !statements.some((one) =>
        /^(begin|start|commit|end|rollback|abort|(create|drop)\s+database)\b/i.test(one),
      );
    try {
      if (together) await this.#session.execute('begin');
      let from = 0;
      for (const statement of statements) {
        const at = text.indexOf(statement, from);
        // With its end, which error messages show.
        from = at + statement.length;
        const whole =
          statement.length === text.length ? statement : text.slice(at, from + (text[from] === ';' ? 1 : 0));
        await this.#statement(whole, at);
      }
      if (together) await this.#session.execute('commit');
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      if (together) await this.#session.execute('rollback');
      else this.#failed = this.#session.inTransaction;
      await this.#server.log(
        'ERROR',
        `${error.message}${error.at === undefined ? '' : ` at character ${error.at + 1}`}`,
      );
      if (error.detail !== undefined) await this.#server.log('DETAIL', error.detail);
      if (error.hint !== undefined) await this.#server.log('HINT', error.hint);
      await this.#server.log('STATEMENT', text.trim());
      await this.#messages.write(report('E', errorFields(error)));
    }
    await this.#ready();
  }

  async #statement(text: string, offset: number): Promise<void> {
    const word = /^\s*(\w+)(?:\s+(\w+))?/.exec(text);
    const ends = /^(commit|end|rollback|abort)$/i.test(word?.[1] ?? '');
    if (this.#failed && !ends) throw refused.aborted();
    if (this.#failed) {
      this.#failed = false;
      await this.#session.execute('rollback');
      await this.#messages.write(message('C', 'ROLLBACK'));
      return;
    }
    const database = /^(create|drop)\s+database\b/i.exec(text.trim());
    if (database && this.#session.inTransaction)
      throw refused.inBlock(`${database[1]?.toUpperCase()} DATABASE`);
    this.#delay = 0;
    let result: Result | undefined;
    try {
      result = await this.#session.execute(text);
    } catch (error) {
      if (error instanceof SqlError && error.at !== undefined && offset > 0)
        throw new SqlError(error.message, { ...error, at: error.at + offset });
      throw error;
    }
    const pause = this.#server.process.work(20 + this.#session.charged);
    if (pause) await pause;
    if (this.#delay > 0) await this.#server.sys.nanosleep(this.#delay);
    if (result === undefined) return;
    await this.#messages.write(
      ...result.notices.map((text) => report('N', { S: 'NOTICE', C: '00000', M: text })),
      ...(result.columns ? [rowDescription(result.columns), ...(result.rows ?? []).map(dataRow)] : []),
      message('C', result.tag),
    );
  }

  // What the session asks -------------------------------------------------------------------------------------

  #hooks(): Hooks {
    const server = this.#server;
    const { sys, instance, roles, settings } = server;
    const connection = this;
    const context: CallContext = {
      now: () => sys.clock_gettime(),
      random: () => new DataView(sys.getrandom(4).buffer).getUint32(0) / 2 ** 32,
      uuid: () => uuid(toHex(sys.getrandom(16))),
      get database() {
        return connection.database;
      },
      user: this.user,
      account: this.user,
      version: fullVersion(server.version),
      hostname: '',
      delay: (ms) => {
        this.#delay += ms;
      },
      lastInsertId: 0,
      connection: sys.getpid(),
    };
    const setting = (name: string) => this.#settings.get(name) ?? settings.get(name);
    const isSuper = () => this.#role?.superuser === true;
    return {
      context,
      user: this.user,
      variable: setting,
      virtual: (schema, name) =>
        virtualTable(schema, name, {
          instance,
          database: this.database,
          roles: roles.roles,
          settings,
          connections: [...server.connections].map(({ user, database, query }) => ({
            pid: sys.getpid(),
            user,
            database,
            query,
          })),
        }),
      refusal: (privilege, database, table) => this.#refusal(privilege, database, table),
      show: ({ name = '' }) => {
        const value = setting(name.toLowerCase());
        if (value === undefined) throw postgresDialect.words.noVariable(name);
        return done('SHOW', { columns: [{ name, type: TEXT }], rows: [[value]] });
      },
      set: (name, value) => {
        try {
          this.#settings.set(...setInSession(name, value, isSuper()));
        } catch (error) {
          if (!(error instanceof SettingError)) throw error;
          const { state, hint } = error;
          throw new SqlError(error.message, { state, ...(hint === undefined ? {} : { hint }) });
        }
      },
      account: async (statement) => {
        const own =
          statement.kind === 'create user' &&
          statement.alter &&
          statement.accounts.every(({ user, options }) => user === this.user && options.length === 0);
        const about = statement.kind === 'grant' || statement.kind === 'revoke';
        if (!isSuper() && !about && !own && this.#role?.createrole !== true)
          throw refused.createDenied('role');
        if (about && !isSuper() && !this.#owns(statement.table))
          throw refused.denied('table', statement.table);
        return roles.run(statement, this.database, (role) => this.#owned(role));
      },
      use: () => undefined,
      waitForLock: async (released) => {
        await released;
        return true;
      },
    };
  }

  #owns(table: string): boolean {
    return this.#server.instance.find(this.database)?.tables.get(table)?.committed.owner === this.user;
  }

  #owned(role: string): string[] {
    return [...this.#server.instance.databases.values()].flatMap((database) => [
      ...(database.owner === role ? [`owner of database ${database.name}`] : []),
      ...[...database.tables.values()]
        .filter(({ committed }) => committed.owner === role)
        .map(({ committed }) => `owner of table ${committed.name}`),
    ]);
  }

  #refusal(privilege: string, database: string, table: string | undefined): SqlError | undefined {
    const { roles, instance } = this.#server;
    if (table === undefined) return this.#databaseRefusal(privilege, database);
    if (this.#role?.superuser === true || this.#owns(table)) return undefined;
    const there = instance.find(this.database);
    if (privilege === 'CREATE')
      // Since PostgreSQL 15 the schema public belongs to the owner of the database.
      return there?.owner === this.user || roles.was(this.user, 'CREATE', database, '')
        ? undefined
        : refused.denied('schema', 'public');
    if (['ALTER', 'DROP', 'INDEX'].includes(privilege)) return refused.mustOwn('table', table);
    return roles.was(this.user, privilege, database, table) ? undefined : refused.denied('table', table);
  }

  #databaseRefusal(privilege: string, name: string): SqlError | undefined {
    const { connections, instance } = this.#server;
    const isSuper = this.#role?.superuser === true;
    if (privilege === 'CREATE')
      return isSuper || this.#role?.createdb === true ? undefined : refused.createDenied('database');
    const database = instance.find(name);
    if (database === undefined) return undefined;
    if (!isSuper && database.owner !== this.user) return refused.mustOwn('database', name);
    if (name === this.database) return refused.ownDatabase();
    const others = [...connections].filter((one) => one.database === name).length;
    return others > 0 ? refused.inUse(name, others) : undefined;
  }
}

function errorFields({ message: text, state, detail, hint, at }: SqlError): Fields {
  return {
    S: 'ERROR',
    C: state,
    M: text,
    ...(detail === undefined ? {} : { D: detail }),
    ...(hint === undefined ? {} : { H: hint }),
    ...(at === undefined ? {} : { P: String(at + 1) }),
  };
}
