import type { Program } from '../../kernel/program.ts';
import { readLines } from '../lib/prompt.ts';
import { type Stdio, utility } from '../lib/stdio.ts';
import { splitStatements } from '../sql/split.ts';
import { type Answer, ClientConnection, ClientError } from './client-connection.ts';
import { clientOptions, type Given, loginOf, OptionProblem, warnOfPassword } from './client-options.ts';
import { mysqlDialect } from './dialect.ts';
import { asTable, asTabs, asVertical } from './output.ts';
import type { Flavour } from './words.ts';

const FLAGS = {
  t: 'table',
  B: 'batch',
  N: 'skip-column-names',
  E: 'vertical',
  s: 'silent',
  v: 'verbose',
  f: 'force',
  q: 'quick',
  A: 'no-auto-rehash',
  r: 'raw',
  n: 'unbuffered',
};

/** mysql and mariadb: statements from the command line, from standard input, or typed. */
export const mysqlClient =
  (flavour: Flavour) =>
  (version: string): Program =>
    utility(async (io) => {
      let given: Given;
      try {
        given = await clientOptions(io, ['mysql', 'mariadb', 'mariadb-client'], FLAGS, [
          'prompt',
          'connect-timeout',
        ]);
      } catch (error) {
        if (!(error instanceof OptionProblem)) throw error;
        return io.fail(
          `${flavour === 'mysql' ? '[ERROR] ' : ''}${error.message}${flavour === 'mysql' ? '.' : ''}`,
          7,
        );
      }
      const { options, words } = given;
      if (options.has('version')) {
        io.stdout.write(
          flavour === 'mariadb'
            ? `mariadb  Ver 15.2 Distrib ${version}, for debian-linux-gnu (x86_64)\n`
            : `mysql  Ver ${version} for Linux on x86_64 (MySQL Community Server - GPL)\n`,
        );
        return 0;
      }
      if (options.has('help')) return io.fail('its help is not simulated in Drydock');
      await warnOfPassword(io, given, flavour);
      return new Monitor(io, given, flavour, words[0] ?? options.get('database') ?? '').run();
    });

/** Ends of a statement; \G shows it upright. */
const ENDS = [';', '\\g', '\\G', '\\c'];

class Monitor {
  readonly #io: Stdio;
  readonly #given: Given;
  readonly #flavour: Flavour;
  #database: string;
  #connection!: ClientConnection;
  #typed = false;
  #text = '';

  constructor(io: Stdio, given: Given, flavour: Flavour, database: string) {
    this.#io = io;
    this.#given = given;
    this.#flavour = flavour;
    this.#database = database;
  }

  async run(): Promise<number> {
    const { options } = this.#given;
    const { sys, stderr } = this.#io;
    try {
      this.#connection = await ClientConnection.open(sys, loginOf(options, this.#database, this.#flavour));
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      await stderr.write(`${error.shown}\n`);
      return 1;
    }
    const given = options.get('execute');
    this.#typed = given === undefined && (await sys.isatty(0).catch(() => false)) && !options.has('batch');
    const status =
      given !== undefined
        ? await this.#batch(given)
        : this.#typed
          ? await this.#session()
          : await this.#input();
    await this.#connection.close();
    return status;
  }

  async #input(): Promise<number> {
    let text = '';
    for await (const line of this.#io.stdin.lines()) text += `${line}\n`;
    return this.#batch(text);
  }

  async #batch(text: string): Promise<number> {
    const { pieces, rest } = splitStatements(text, mysqlDialect(this.#flavour).lexis, ENDS);
    const last =
      rest.trim() === ''
        ? []
        : [
            {
              text: rest.trim(),
              line: text.slice(0, text.length - rest.trimStart().length).split('\n').length,
              end: ';',
            },
          ];
    for (const piece of [...pieces, ...last]) {
      if (piece.text === '' || piece.end === '\\c') continue;
      if (
        !(await this.#execute(piece.text, piece.end === '\\G', piece.line)) &&
        !this.#given.options.has('force')
      )
        return 1;
    }
    return 0;
  }

  async #session(): Promise<number> {
    const { stdout } = this.#io;
    const isMaria = this.#flavour === 'mariadb';
    const product = isMaria ? 'MariaDB' : 'MySQL';
    const comment = isMaria ? 'mariadb.org binary distribution' : 'MySQL Community Server - GPL';
    stdout.write(
      `Welcome to the ${product} monitor.  Commands end with ; or \\g.\nYour ${product} connection id is ${this.#connection.id}\nServer version: ${this.#connection.version.replace(/^5\.5\.5-/, '')} ${comment}\n\nType 'help;' or '\\h' for help. Type '\\c' to clear the current input statement.\n\n`,
    );
    const options = { history: isMaria ? '.mariadb_history' : '.mysql_history', interrupt: () => undefined };
    for await (const line of readLines(this.#io, () => this.#prompt(), options)) {
      if (this.#text === '' && (await this.#command(line.trim().replace(/;$/, '')))) return 0;
      else if (this.#isCommand(line)) continue;
      this.#text += `${line}\n`;
      const { pieces, rest, open } = splitStatements(this.#text, mysqlDialect(this.#flavour).lexis, ENDS);
      this.#text = open === 'nothing' ? '' : rest;
      for (const { text, end } of pieces) {
        if (end === '\\c') continue;
        if (text === '') await this.#io.stderr.write('ERROR: \nNo query specified\n\n');
        else if (await this.#command(text)) return 0;
        else if (!this.#isCommand(text)) await this.#execute(text, end === '\\G', undefined);
      }
    }
    stdout.write('Bye\n');
    return 0;
  }

  #prompt(): string {
    if (this.#text !== '') {
      const { open } = splitStatements(this.#text, mysqlDialect(this.#flavour).lexis, ENDS);
      const mark = open === 'comment' ? '/*' : open === 'statement' || open === 'nothing' ? '-' : open;
      return this.#flavour === 'mariadb' ? `${mark.padStart(4)}> ` : `${mark.padStart(5)}> `;
    }
    if (this.#flavour === 'mysql') return 'mysql> ';
    return `MariaDB [${this.#database === '' ? '(none)' : this.#database}]> `;
  }

  #isCommand(line: string): boolean {
    return (
      /^\s*(?:help|\\h|\?|status|\\s|use\s+\S+|\\u\s+\S+|clear|\\c)\s*;?\s*$/i.test(line) && this.#text === ''
    );
  }

  /** What the client does itself; gives whether it is to end. */
  async #command(line: string): Promise<boolean> {
    const { stdout } = this.#io;
    if (/^(?:exit|quit|\\q)$/i.test(line)) {
      stdout.write('Bye\n');
      return true;
    }
    const database = /^(?:use|\\u)\s+[`'"]?([^\s`'";]+)[`'"]?$/i.exec(line)?.[1];
    if (database !== undefined) await this.#use(database);
    else if (/^(?:help|\\h|\?)$/i.test(line))
      stdout.write(
        '\nStatements end with ; or \\g, with \\G they are shown upright. \\c clears what was typed.\nuse NAME chooses a database, status tells of the connection, exit ends.\n\n',
      );
    else if (/^(?:status|\\s)$/i.test(line)) await this.#status();
    return false;
  }

  async #use(database: string): Promise<void> {
    try {
      await this.#connection.use(database);
      this.#database = database;
      if (this.#typed) this.#io.stdout.write('Database changed\n');
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      await this.#complain(error, undefined);
    }
  }

  async #status(): Promise<void> {
    const answer = await this.#connection.query('select user()');
    const user = answer.kind === 'rows' ? answer.rows[0]?.[0] : '';
    this.#io.stdout.write(
      `--------------\n\nConnection id:\t\t${this.#connection.id}\nCurrent database:\t${this.#database}\nCurrent user:\t\t${user}\nServer version:\t\t${this.#connection.version}\n${await this.#connection.statistics()}\n--------------\n\n`,
    );
  }

  async #complain(error: ClientError, line: number | undefined): Promise<void> {
    await this.#io.stdout.flush();
    const where = line === undefined ? '' : ` at line ${line}`;
    await this.#io.stderr.write(
      `ERROR ${error.code} (${error.state})${where}: ${error.message}\n${this.#typed ? '\n' : ''}`,
    );
  }

  /** Sends a statement and shows what comes; gives whether all was well. */
  async #execute(text: string, upright: boolean, line: number | undefined): Promise<boolean> {
    const { sys, stdout, stderr } = this.#io;
    const { options } = this.#given;
    const database = /^use\s+[`'"]?([^\s`'";]+)[`'"]?$/i.exec(text)?.[1];
    const verbose = Number(options.get('verbose') ?? 0);
    if (verbose > 0) stdout.write(`--------------\n${text}\n--------------\n\n`);
    const begun = sys.clock_gettime('monotonic');
    try {
      if (database !== undefined && !this.#typed) {
        await this.#connection.use(database);
        this.#database = database;
        return true;
      }
      const answer = await this.#connection.query(text);
      const seconds = (sys.clock_gettime('monotonic') - begun) / 1000;
      stdout.write(this.#shown(answer, upright, this.#typed || verbose > 2 ? seconds : undefined));
      await stdout.flush();
      return true;
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      if (!this.#typed && this.#flavour === 'mariadb' && verbose === 0 && error.code < 2000) {
        await stdout.flush();
        await stderr.write(`--------------\n${text}\n--------------\n\n`);
      }
      await this.#complain(error, line);
      return false;
    }
  }

  #shown(answer: Answer, upright: boolean, seconds: number | undefined): string {
    const { options } = this.#given;
    const took =
      seconds === undefined ? '' : ` (${seconds.toFixed(this.#flavour === 'mariadb' ? 3 : 2)} sec)`;
    const rowWord = (count: number) => `${count} row${count === 1 ? '' : 's'}`;
    if (answer.kind === 'ok') {
      if (seconds === undefined) return '';
      const warnings =
        answer.info === '' && answer.warnings > 0
          ? `, ${answer.warnings} warning${answer.warnings === 1 ? '' : 's'}`
          : '';
      return `Query OK, ${rowWord(answer.affected)} affected${warnings}${took}\n${answer.info === '' ? '' : `${answer.info}\n`}\n`;
    }
    const names = !options.has('skip-column-names') && Number(options.get('silent') ?? 0) < 2;
    const asks = seconds !== undefined;
    if (answer.rows.length === 0) return asks ? `Empty set${took}\n\n` : '';
    const body =
      upright || options.has('vertical')
        ? asVertical(answer)
        : asks || options.has('table')
          ? asTable(answer, names)
          : asTabs(answer, names, options.has('raw'));
    return asks ? `${body}${rowWord(answer.rows.length)} in set${took}\n\n` : body;
  }
}
