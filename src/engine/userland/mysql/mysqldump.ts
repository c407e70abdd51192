import type { Program } from '../../kernel/program.ts';
import { type Stdio, utility } from '../lib/stdio.ts';
import { type Answer, ClientConnection, ClientError } from './client-connection.ts';
import { clientOptions, type Given, loginOf, OptionProblem, warnOfPassword } from './client-options.ts';
import type { Flavour } from './words.ts';

const FLAGS = { A: 'all-databases', B: 'databases', d: 'no-data', t: 'no-create-info', n: 'no-create-db' };
const MORE = {
  1: 'single-transaction',
  2: 'skip-lock-tables',
  3: 'no-tablespaces',
  4: 'routines',
  5: 'triggers',
  6: 'quick',
  7: 'add-drop-table',
  8: 'skip-comments',
  9: 'skip-add-locks',
};

/** mysqldump and mariadb-dump: databases as statements that make them again. */
export const mysqldump =
  (flavour: Flavour) =>
  (version: string): Program =>
    utility(async (io) => {
      let given: Given;
      try {
        given = await clientOptions(io, ['mysqldump', 'mariadb-dump'], { ...FLAGS, ...MORE });
      } catch (error) {
        if (!(error instanceof OptionProblem)) throw error;
        return io.fail(error.message, 7);
      }
      const { options, words } = given;
      if (options.has('version')) {
        io.stdout.write(`${io.name}  Ver ${version} for Linux on x86_64\n`);
        return 0;
      }
      const isAll = options.has('all-databases');
      if (!isAll && words.length === 0) {
        io.stdout.write(
          `Usage: ${io.name} [OPTIONS] database [tables]\nOR     ${io.name} [OPTIONS] --databases [OPTIONS] DB1 [DB2 DB3...]\nOR     ${io.name} [OPTIONS] --all-databases [OPTIONS]\n`,
        );
        return 1;
      }
      await warnOfPassword(io, given, flavour);
      let connection: ClientConnection | undefined;
      try {
        connection = await ClientConnection.open(io.sys, loginOf(options, '', flavour));
        await new Dump(io, connection, given, flavour).write(words);
        return 0;
      } catch (error) {
        if (!(error instanceof ClientError)) throw error;
        await io.stdout.flush();
        const when = connection === undefined ? 'trying to connect' : 'selecting the database';
        await io.stderr.write(
          `${io.name}: Got error: ${error.code}: ${flavour === 'mysql' || connection === undefined ? '' : ''}"${error.message}" when ${when}\n`,
        );
        return 2;
      } finally {
        await connection?.close();
      }
    });

class Dump {
  readonly #io: Stdio;
  readonly #connection: ClientConnection;
  readonly #given: Given;
  readonly #flavour: Flavour;

  constructor(io: Stdio, connection: ClientConnection, given: Given, flavour: Flavour) {
    this.#io = io;
    this.#connection = connection;
    this.#given = given;
    this.#flavour = flavour;
  }

  async write(words: readonly string[]): Promise<void> {
    const { options } = this.#given;
    const { stdout } = this.#io;
    const isMany = options.has('all-databases') || options.has('databases');
    const databases = options.has('all-databases')
      ? await this.#ownDatabases()
      : isMany
        ? words
        : [words[0]!];
    const product = this.#flavour === 'mariadb' ? 'MariaDB' : 'MySQL';
    stdout.write(
      `-- ${product} dump\n--\n-- Host: ${options.get('host') ?? 'localhost'}    Database: ${isMany ? '' : words[0]}\n-- ------------------------------------------------------\n-- Server version\t${this.#connection.version}\n\n`,
    );
    for (const database of databases) {
      if (isMany && !options.has('no-create-db'))
        stdout.write(
          `--\n-- Current Database: \`${database}\`\n--\n\nCREATE DATABASE IF NOT EXISTS \`${database}\`;\n\nUSE \`${database}\`;\n\n`,
        );
      await this.#connection.use(database);
      const tables = isMany || words.length === 1 ? await this.#column('SHOW TABLES') : words.slice(1);
      for (const table of await this.#inOrder(tables)) await this.#table(table);
    }
    stdout.write('-- Dump completed\n');
  }

  async #ownDatabases(): Promise<string[]> {
    const all = await this.#column('SHOW DATABASES');
    return all.filter((name) => !['information_schema', 'performance_schema', 'sys', 'mysql'].includes(name));
  }

  async #column(query: string): Promise<string[]> {
    const answer = await this.#connection.query(query);
    return answer.kind === 'rows' ? answer.rows.map(([value]) => value ?? '') : [];
  }

  /** What others refer to comes first: foreign keys are checked when a dump is read here. */
  async #inOrder(tables: readonly string[]): Promise<string[]> {
    const texts = new Map<string, string>();
    for (const table of tables)
      texts.set(table, (await this.#rows(`SHOW CREATE TABLE \`${table}\``)).rows[0]?.[1] ?? '');
    const done: string[] = [];
    const visit = (table: string) => {
      if (done.includes(table)) return;
      for (const [, other = ''] of texts.get(table)?.matchAll(/REFERENCES `([^`]+)`/g) ?? [])
        if (other !== table && texts.has(other)) visit(other);
      done.push(table);
    };
    for (const table of tables) visit(table);
    return done;
  }

  async #rows(query: string): Promise<Extract<Answer, { kind: 'rows' }>> {
    const answer = await this.#connection.query(query);
    return answer.kind === 'rows' ? answer : { kind: 'rows', fields: [], rows: [], warnings: 0 };
  }

  async #table(table: string): Promise<void> {
    const { stdout } = this.#io;
    const { options } = this.#given;
    if (!options.has('no-create-info')) {
      const text = (await this.#rows(`SHOW CREATE TABLE \`${table}\``)).rows[0]?.[1];
      stdout.write(
        `--\n-- Table structure for table \`${table}\`\n--\n\nDROP TABLE IF EXISTS \`${table}\`;\n${text};\n\n`,
      );
    }
    if (options.has('no-data')) return;
    const { fields, rows } = await this.#rows(`SELECT * FROM \`${table}\``);
    stdout.write(`--\n-- Dumping data for table \`${table}\`\n--\n\n`);
    const cell = (value: string | null, i: number) =>
      value === null ? 'NULL' : fields[i]!.isNumber ? value : quoted(value);
    if (rows.length > 0)
      stdout.write(
        `INSERT INTO \`${table}\` VALUES ${rows.map((row) => `(${row.map(cell).join(',')})`).join(',\n')};\n\n`,
      );
    await stdout.flush();
  }
}

const quoted = (text: string): string =>
  `'${text.replace(/['\\\n\r\0]/g, (char) => ({ "'": "\\'", '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\0': '\\0' })[char] ?? char)}'`;
