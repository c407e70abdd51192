import type { Process } from '../../kernel/program.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { readFile } from '../lib/stdio.ts';
import { bytesToText, textToBytes } from '../lib/text.ts';
import { fileNames, removeTree, replaceFile } from '../lib/write-file.ts';
import { Database, Instance, Slot, type Storage } from '../sql/instance.ts';
import { decodeTable, encodeTable } from '../sql/table-file.ts';
import { Accounts, ALL, type User } from './accounts.ts';
import type { Connection } from './connection.ts';
import { mysqlDialect } from './dialect.ts';
import type { Plugin } from './password.ts';
import type { Flavour } from './words.ts';

/** Where what a server has of its own is: beside the databases' directories, one for each. */
const ACCOUNTS = 'mysql/global_priv.json';

/** A running server: its databases, its accounts, its connections. */
export class MysqlServer {
  readonly process: Process;
  readonly sys: Syscalls;
  readonly flavour: Flavour;
  readonly version: string;
  readonly directory: string;
  readonly variables: Map<string, string>;
  readonly instance: Instance;
  accounts: Accounts;
  readonly connections = new Map<number, Connection>();
  readonly started: number;
  #lastConnection = 0;
  /** Asks the program to end. */
  stop: (by: string) => void = () => undefined;

  constructor(
    process: Process,
    about: { flavour: Flavour; version: string; directory: string; variables: Map<string, string> },
  ) {
    this.process = process;
    this.sys = process.sys;
    this.flavour = about.flavour;
    this.version = about.version;
    this.directory = about.directory;
    this.variables = about.variables;
    this.started = this.sys.clock_gettime();
    this.instance = new Instance(mysqlDialect(about.flavour), new Files(this.sys, about.directory));
    this.accounts = this.#withUsers([]);
  }

  #withUsers(users: User[]): Accounts {
    return new Accounts(users, this.flavour, pluginOf(this.flavour, this.version), (all) =>
      replaceFile(this.sys, `${this.directory}/${ACCOUNTS}`, textToBytes(`${JSON.stringify(all)}\n`)),
    );
  }

  /** Reads what is in the data directory. Throws `Errno` when it is none. */
  async load(): Promise<void> {
    const { sys, directory } = this;
    const users = JSON.parse(bytesToText(await readFile(sys, `${directory}/${ACCOUNTS}`))) as User[];
    this.accounts = this.#withUsers(users);
    for (const name of await fileNames(sys, directory)) {
      const files = (await fileNames(sys, `${directory}/${name}`)).filter((file) => file.endsWith('.ibd'));
      if (SYSTEM.has(name) || (files.length === 0 && !(await isDirectory(sys, `${directory}/${name}`))))
        continue;
      const database = new Database(name, '');
      for (const file of files) {
        const table = decodeTable(await readFile(sys, `${directory}/${name}/${file}`), this.instance.dialect);
        database.tables.set(table.name, new Slot(table));
      }
      this.instance.databases.set(name, database);
    }
  }

  nextConnection(): number {
    this.#lastConnection = Math.max(this.#lastConnection, this.flavour === 'mariadb' ? 2 : 7) + 1;
    return this.#lastConnection;
  }

  get uptime(): number {
    return Math.floor((this.sys.clock_gettime() - this.started) / 1000);
  }
}

const SYSTEM = new Set(['mysql', 'performance_schema', 'sys', '#innodb_redo', '#innodb_temp']);

async function isDirectory(sys: Syscalls, path: string): Promise<boolean> {
  return ((await sys.stat(path)).mode & 0o170000) === 0o040000;
}

/** MySQL has had the newer one since 8.0. */
const pluginOf = (flavour: Flavour, version: string): Plugin =>
  flavour === 'mariadb' || version.startsWith('5.') ? 'mysql_native_password' : 'caching_sha2_password';

/** Makes a data directory with one account: root, from this machine, without a password. */
export async function initialize(
  sys: Syscalls,
  directory: string,
  flavour: Flavour,
  version: string,
): Promise<void> {
  const empty = textToBytes('');
  for (const name of ['mysql', 'performance_schema', 'sys']) await sys.mkdir(`${directory}/${name}`, 0o750);
  const files =
    flavour === 'mariadb'
      ? ['aria_log_control', 'ib_buffer_pool', 'ib_logfile0', 'ibdata1']
      : ['auto.cnf', 'ib_buffer_pool', 'ibdata1', 'ibtmp1', 'mysql.ibd', 'undo_001', 'undo_002'];
  for (const name of files) await replaceFile(sys, `${directory}/${name}`, empty);
  if (flavour === 'mysql') await sys.mkdir(`${directory}/#innodb_redo`, 0o750);
  const root: User = {
    user: 'root',
    host: 'localhost',
    plugin: pluginOf(flavour, version),
    hash: '',
    grants: [{ privileges: [ALL], database: '*', table: '*', withGrant: true }],
  };
  await replaceFile(sys, `${directory}/${ACCOUNTS}`, textToBytes(`${JSON.stringify([root])}\n`));
}

/** A directory for each database, a file for each table. */
class Files implements Storage {
  readonly #sys: Syscalls;
  readonly #directory: string;

  constructor(sys: Syscalls, directory: string) {
    this.#sys = sys;
    this.#directory = directory;
  }

  #path(database: Database, table?: string): string {
    const path = `${this.#directory}/${encodeURIComponent(database.name)}`;
    return table === undefined ? path : `${path}/${encodeURIComponent(table)}.ibd`;
  }

  createDatabase(database: Database): Promise<void> {
    return this.#sys.mkdir(this.#path(database), 0o750);
  }

  dropDatabase(database: Database): Promise<void> {
    return removeTree(this.#sys, this.#path(database));
  }

  saveTable(database: Database, table: Parameters<typeof encodeTable>[0]): Promise<void> {
    return replaceFile(this.#sys, this.#path(database, table.name), encodeTable(table));
  }

  dropTable(database: Database, table: string): Promise<void> {
    return this.#sys.unlink(this.#path(database, table));
  }
}
