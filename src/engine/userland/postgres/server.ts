import type { Process } from '../../kernel/program.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { readFile, writeAll } from '../lib/stdio.ts';
import { bytesToText, textToBytes } from '../lib/text.ts';
import { fileNames, removeTree, replaceFile } from '../lib/write-file.ts';
import { Database, Instance, Slot, type Storage } from '../sql/instance.ts';
import { decodeTable, encodeTable } from '../sql/table-file.ts';
import { showMoment } from '../sql/value.ts';
import type { Connection } from './connection.ts';
import { postgresDialect } from './dialect.ts';
import { type HbaRule, parseHba } from './hba.ts';
import { type RoleFile, Roles } from './roles.ts';

/** Where the parts of a cluster are in its directory. */
export const PLACES = {
  version: 'PG_VERSION',
  settings: 'postgresql.conf',
  hba: 'pg_hba.conf',
  control: 'global/pg_control',
  roles: 'global/1260',
  databases: 'global/1262',
  lock: 'postmaster.pid',
} as const;

/** pg_database: names by number, with owners. */
export type DatabaseFile = Record<string, { oid: number; owner: string }>;

/** Whether the cluster was shut down as it should be, and when that was or when it was last heard of. */
export interface Control {
  state: 'shut down' | 'in production';
  at: number;
}

/** A running server: one cluster of databases, its roles, its connections. */
export class PostgresServer {
  readonly process: Process;
  readonly sys: Syscalls;
  readonly version: string;
  readonly directory: string;
  readonly settings: Map<string, string>;
  readonly instance: Instance;
  roles: Roles;
  readonly connections = new Set<Connection>();
  hba: HbaRule[] = [];
  readonly #files: Files;

  constructor(
    process: Process,
    about: { version: string; directory: string; settings: Map<string, string> },
  ) {
    this.process = process;
    this.sys = process.sys;
    this.version = about.version;
    this.directory = about.directory;
    this.settings = about.settings;
    this.#files = new Files(this.sys, about.directory);
    this.instance = new Instance(postgresDialect, this.#files);
    this.roles = this.#rolesOf({ roles: [], grants: [] });
  }

  #rolesOf(file: RoleFile): Roles {
    return new Roles(
      file,
      (count) => this.sys.getrandom(count),
      (all) =>
        replaceFile(this.sys, `${this.directory}/${PLACES.roles}`, textToBytes(JSON.stringify(all)), 0o600),
    );
  }

  async #json<T>(place: string): Promise<T> {
    return JSON.parse(bytesToText(await readFile(this.sys, `${this.directory}/${place}`))) as T;
  }

  control(): Promise<Control> {
    return this.#json(PLACES.control);
  }

  async setControl(state: Control['state']): Promise<void> {
    const control: Control = { state, at: this.sys.clock_gettime() };
    await replaceFile(
      this.sys,
      `${this.directory}/${PLACES.control}`,
      textToBytes(JSON.stringify(control)),
      0o600,
    );
  }

  /** Reads who may come, and by which proof. Also when told to by SIGHUP. */
  async readHba(): Promise<void> {
    this.hba = parseHba(bytesToText(await readFile(this.sys, `${this.directory}/${PLACES.hba}`)));
  }

  /** Reads what is in the data directory. Throws `Errno` when it is none. */
  async load(): Promise<void> {
    const { sys, directory, instance } = this;
    await this.readHba();
    this.roles = this.#rolesOf(await this.#json<RoleFile>(PLACES.roles));
    const databases = await this.#json<DatabaseFile>(PLACES.databases);
    this.#files.begin(databases);
    for (const [name, { oid, owner }] of Object.entries(databases)) {
      const database = new Database(name, owner);
      for (const file of await fileNames(sys, `${directory}/base/${oid}`)) {
        if (!file.endsWith('.table')) continue;
        const table = decodeTable(await readFile(sys, `${directory}/base/${oid}/${file}`), instance.dialect);
        database.tables.set(table.name, new Slot(table));
      }
      instance.databases.set(name, database);
    }
  }

  /** A line of the server's log, on its standard error. */
  async log(
    level: 'LOG' | 'ERROR' | 'FATAL' | 'DETAIL' | 'HINT' | 'STATEMENT' | 'WARNING',
    text: string,
  ): Promise<void> {
    await writeAll(this.sys, 2, textToBytes(logLine(this.sys, level, text)));
  }
}

/** What `version()` says: with the compiler of the distribution that it is packaged by. */
export const fullVersion = (version: string) =>
  `PostgreSQL ${version} on x86_64-pc-linux-gnu, compiled by gcc (${version.includes('Debian') ? 'Debian 14.2.0-19' : 'Alpine 14.2.0'}) 14.2.0, 64-bit`;

export function logLine(sys: Syscalls, level: string, text: string): string {
  return `${showMoment(sys.clock_gettime(), 3)} UTC [${sys.getpid()}] ${level}:  ${text.replaceAll('\n', '\n\t')}\n`;
}

/** A directory for each database by its number, a file for each table. */
class Files implements Storage {
  readonly #sys: Syscalls;
  readonly #directory: string;
  #databases: DatabaseFile = {};

  constructor(sys: Syscalls, directory: string) {
    this.#sys = sys;
    this.#directory = directory;
  }

  begin(databases: DatabaseFile): void {
    this.#databases = databases;
  }

  #path(database: Database, table?: string): string {
    const path = `${this.#directory}/base/${this.#databases[database.name]?.oid}`;
    return table === undefined ? path : `${path}/${encodeURIComponent(table)}.table`;
  }

  #save(): Promise<void> {
    const text = JSON.stringify(this.#databases);
    return replaceFile(this.#sys, `${this.#directory}/${PLACES.databases}`, textToBytes(text), 0o600);
  }

  async createDatabase(database: Database): Promise<void> {
    const last = Math.max(16_383, ...Object.values(this.#databases).map(({ oid }) => oid));
    this.#databases[database.name] = { oid: last + 1, owner: database.owner };
    await this.#sys.mkdir(this.#path(database), 0o700);
    await this.#save();
  }

  async dropDatabase(database: Database): Promise<void> {
    await removeTree(this.#sys, this.#path(database));
    delete this.#databases[database.name];
    await this.#save();
  }

  saveTable(database: Database, table: Parameters<typeof encodeTable>[0]): Promise<void> {
    return replaceFile(this.#sys, this.#path(database, table.name), encodeTable(table), 0o600);
  }

  dropTable(database: Database, table: string): Promise<void> {
    return this.#sys.unlink(this.#path(database, table));
  }
}
