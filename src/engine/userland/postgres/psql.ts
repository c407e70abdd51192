import { isErrno } from '../../base/errno.ts';
import type { Program } from '../../kernel/program.ts';
import { readLines } from '../lib/prompt.ts';
import { readFile, type Stdio, utility } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';
import { splitStatements } from '../sql/split.ts';
import { ClientConnection, NoConnection, StatementError } from './client-connection.ts';
import { postgresDialect } from './dialect.ts';
import { reportText } from './error-text.ts';
import { type Format, shownRows } from './output.ts';
import { databases, describe, HELP, type Listing, relations, roles, schemas } from './psql-commands.ts';
import { BadOption, badOptionText, type Given, loginOf, readOptions } from './psql-options.ts';

const OPTIONS = {
  c: { long: 'command', takes: true },
  d: { long: 'dbname', takes: true },
  f: { long: 'file', takes: true },
  l: { long: 'list', takes: false },
  v: { long: 'set', takes: true },
  X: { long: 'no-psqlrc', takes: false },
  q: { long: 'quiet', takes: false },
  a: { long: 'echo-all', takes: false },
  e: { long: 'echo-queries', takes: false },
  A: { long: 'no-align', takes: false },
  t: { long: 'tuples-only', takes: false },
  x: { long: 'expanded', takes: false },
  F: { long: 'field-separator', takes: true },
  '1': { long: 'single-transaction', takes: false },
  csv: { long: 'csv', takes: false },
};

const OTHERS =
  'b E H L n o P R s S T z 0 echo-errors echo-hidden html log-file no-readline output pset record-separator single-step single-line table-attr field-separator-zero record-separator-zero'.split(
    ' ',
  );

/** psql(1): statements from the command line, from files, from standard input, or typed. */
export const psql = (version: string): Program =>
  utility(async (io) => {
    let given: Given;
    try {
      given = await readOptions(io, OPTIONS, OTHERS);
    } catch (error) {
      if (!(error instanceof BadOption)) throw error;
      await io.stderr.write(badOptionText('psql', error));
      return 1;
    }
    const has = (name: string) => given.options.some((option) => option.name === name);
    if (has('version')) {
      io.stdout.write(`psql (PostgreSQL) ${version}\n`);
      return 0;
    }
    if (has('help')) return io.fail('its help is not simulated in Drydock');
    if (has('single-transaction') && !has('command') && !has('file')) {
      await io.stderr.write('psql: error: -1 can only be used in non-interactive mode\n');
      return 1;
    }
    return new Psql(io, given, version).run();
  });

class Psql {
  readonly #io: Stdio;
  readonly #given: Given;
  readonly #version: string;
  readonly #format: Format;
  readonly #variables = new Map<string, string>();
  readonly #quiet: boolean;
  /** What is written before it is sent: lines as they are read, or statements. */
  readonly #echo: 'all' | 'queries' | 'none';
  #connection!: ClientConnection;
  #database: string;
  #timing = false;
  #typed = false;
  /** Where a file's statements come from, for its errors. */
  #source: { file: string; line: number } | undefined;
  #ended = false;

  constructor(io: Stdio, given: Given, version: string) {
    this.#io = io;
    this.#given = given;
    this.#version = version;
    const has = (name: string) => given.options.some((option) => option.name === name);
    this.#format = {
      aligned: !has('no-align'),
      tuplesOnly: has('tuples-only'),
      expanded: has('expanded'),
      csv: has('csv'),
      separator: given.options.findLast(({ name }) => name === 'field-separator')?.value ?? '|',
    };
    this.#quiet = has('quiet');
    this.#echo = has('echo-all') ? 'all' : has('echo-queries') ? 'queries' : 'none';
    this.#database = has('list') && given.words.length === 0 ? 'postgres' : given.database;
    for (const { name, value } of given.options)
      if (name === 'set') this.#variables.set(value.split('=')[0] ?? '', value.split(/=(.*)/s)[1] ?? '');
  }

  async run(): Promise<number> {
    if (!(await this.#connect(this.#database))) return 2;
    const { options } = this.#given;
    let status = 0;
    const work = options.filter(({ name }) => ['command', 'file', 'list'].includes(name));
    if (work.length > 0) {
      const together = options.some(({ name }) => name === 'single-transaction');
      if (together) await this.#connection.ask('BEGIN');
      for (const { name, value } of work) {
        if (name === 'list') await this.#command('\\l');
        else if (name === 'file') status = await this.#file(value);
        else status = (await this.#once(value)) ? 0 : 1;
        if (status !== 0 && this.#stops) break;
      }
      if (together && !this.#ended)
        await this.#connection.ask(status !== 0 && this.#stops ? 'ROLLBACK' : 'COMMIT');
    } else if (await this.#io.sys.isatty(0).catch(() => false)) await this.#session();
    else status = await this.#script(this.#io.stdin.lines());
    await this.#connection.close();
    return status;
  }

  async #connect(database: string, user?: string): Promise<boolean> {
    try {
      const given = user === undefined ? this.#given : { ...this.#given, user };
      this.#connection = await ClientConnection.open(this.#io.sys, loginOf(this.#io, given, database));
      this.#database = database;
      return true;
    } catch (error) {
      if (!(error instanceof NoConnection)) throw error;
      await this.#io.stderr.write(`psql: error: ${error.message}\n`);
      return false;
    }
  }

  /** What `-c` gives: one command of psql, or statements that are sent as they stand. */
  #once(text: string): Promise<boolean> {
    if (this.#echo === 'all') this.#io.stdout.write(`${text}\n`);
    return text.startsWith('\\') ? this.#command(text) : this.#send(text);
  }

  async #file(path: string): Promise<number> {
    if (path === '-') return this.#script(this.#io.stdin.lines());
    let text: string;
    try {
      text = bytesToText(await readFile(this.#io.sys, path));
    } catch (error) {
      if (!isErrno(error)) throw error;
      await this.#io.stderr.write(`psql: error: ${path}: ${error.message}\n`);
      return 1;
    }
    const outer = this.#source;
    this.#source = { file: path, line: 0 };
    const lines = text.split('\n');
    const status = await this.#script(
      (async function* () {
        yield* lines;
      })(),
    );
    this.#source = outer;
    return status;
  }

  /** Statements of a file or a pipe; gives 3 when one has failed and ON_ERROR_STOP is set. */
  async #script(lines: AsyncIterable<string>): Promise<number> {
    let text = '';
    for await (const line of lines) {
      if (this.#source) this.#source.line++;
      if (this.#echo === 'all' && line !== '') this.#io.stdout.write(`${line}\n`);
      if (text.trim() === '' && line.trim().startsWith('\\')) {
        if (!(await this.#command(line.trim())) && this.#stops) return 3;
        if (this.#ended) return 0;
        continue;
      }
      text += `${line}\n`;
      const done = await this.#whole(text);
      text = done.rest;
      if (!done.good && this.#stops) return 3;
    }
    const good = text.trim() === '' || (await this.#send(this.#filled(text.trim())));
    return good || !this.#stops ? 0 : 3;
  }

  get #stops(): boolean {
    return /^(1|on|true|yes)$/i.test(this.#variables.get('ON_ERROR_STOP') ?? '');
  }

  /** Sends the statements that are whole; gives what is left. */
  async #whole(text: string): Promise<{ rest: string; good: boolean }> {
    const { pieces, rest, open } = splitStatements(text, postgresDialect.lexis, [';', '\\gx', '\\g']);
    let good = true;
    for (const { text: statement, end } of pieces) {
      const before = this.#format.expanded;
      if (end === '\\gx') this.#format.expanded = true;
      if (statement !== '') good = await this.#send(this.#filled(end === ';' ? `${statement};` : statement));
      this.#format.expanded = before;
      if (!good && this.#stops) break;
    }
    return { rest: open === 'nothing' ? '' : rest, good };
  }

  /** Variables in a statement: `:name`, `:'name'`, `:"name"`. */
  #filled(text: string): string {
    return text.replace(
      /(?<!:):(?:'(\w+)'|"(\w+)"|(\w+))/g,
      (whole, text_?: string, name?: string, plain?: string) => {
        const value = this.#variables.get(text_ ?? name ?? plain ?? '');
        if (value === undefined) return whole;
        if (text_ !== undefined) return `'${value.replaceAll("'", "''")}'`;
        return name === undefined ? value : `"${value.replaceAll('"', '""')}"`;
      },
    );
  }

  async #session(): Promise<void> {
    const { stdout } = this.#io;
    this.#typed = true;
    if (!this.#quiet) stdout.write(`psql (${this.#version})\nType "help" for help.\n\n`);
    let text = '';
    const prompt = () => this.#prompt(text);
    for await (const line of readLines(this.#io, prompt, {
      history: '.psql_history',
      interrupt: () => undefined,
    })) {
      if (text === '' && /^\s*help\s*$/i.test(line)) {
        stdout.write(
          'You are using psql, the command-line interface to PostgreSQL.\nType:  \\? for help with psql commands\n       \\g or terminate with semicolon to execute query\n       \\q to quit\n',
        );
        continue;
      }
      if (text === '' && /^\s*(quit|exit)\s*;?\s*$/i.test(line)) return;
      if (line.trim() === '\\r') text = '';
      else if (line.trim().startsWith('\\') && !/^\\gx?\b/.test(line.trim())) {
        await this.#command(line.trim());
        if (this.#ended) return;
      } else {
        text += `${line}\n`;
        text = (await this.#whole(text)).rest;
        if (text.trim() === '') text = '';
      }
    }
    stdout.write('\\q\n');
  }

  #prompt(text: string): string {
    const end = this.#connection.parameters.get('is_superuser') === 'on' ? '#' : '>';
    const transaction = { T: '*', E: '!' }[this.#connection.state] ?? '';
    if (text === '') return `${this.#database}=${transaction}${end} `;
    const { open } = splitStatements(text, postgresDialect.lexis);
    const mark = open === 'comment' ? '*' : open === "'" || open === '"' ? open : '-';
    return `${this.#database}${mark}${transaction}${end} `;
  }

  /** Sends statements and shows what comes; gives whether all was well. */
  async #send(text: string): Promise<boolean> {
    const { sys, stdout, stderr } = this.#io;
    if (this.#echo === 'queries') stdout.write(`${text}\n`);
    const begun = sys.clock_gettime('monotonic');
    const source = this.#source && `psql:${this.#source.file}:${this.#source.line}: `;
    try {
      await this.#connection.query(text, async (answer) => {
        if ('notice' in answer) {
          await stdout.flush();
          await stderr.write(`${source ?? ''}${reportText(answer.notice, text)}`);
          return;
        }
        if (answer.kind === 'rows') stdout.write(shownRows(answer, this.#format));
        if (answer.kind === 'done' || !/^(SELECT|SHOW)\b/.test(answer.tag))
          if (!this.#quiet) stdout.write(`${answer.tag}\n`);
      });
      return true;
    } catch (error) {
      await stdout.flush();
      if (error instanceof StatementError) {
        await stderr.write(`${source ?? ''}${reportText(error.fields, text)}`);
        return false;
      }
      if (!(error instanceof NoConnection)) throw error;
      await stderr.write(
        `${error.message}\n\tThis probably means the server terminated abnormally\n\tbefore or while processing the request.\n`,
      );
      if (!this.#typed) {
        await stderr.write('connection to server was lost\n');
        this.#ended = true;
      } else {
        stdout.write('The connection to the server was lost. Attempting reset: ');
        await stdout.flush();
        stdout.write((await this.#connect(this.#database)) ? 'Succeeded.\n' : 'Failed.\n');
      }
      return false;
    } finally {
      const ms = sys.clock_gettime('monotonic') - begun;
      if (this.#timing) stdout.write(`Time: ${ms.toFixed(3)} ms\n`);
      await stdout.flush();
    }
  }

  /** A command of psql itself; gives whether all was well. */
  async #command(line: string): Promise<boolean> {
    const { stdout, stderr } = this.#io;
    const [name = '', ...words] = line.replace(/;$/, '').split(/\s+/);
    const show = (listing: Listing | string) =>
      stdout.write(typeof listing === 'string' ? '' : shownRows(listing, this.#format));
    const toggle = (key: 'expanded' | 'tuplesOnly', title: string, on = 'on', off = 'off') => {
      const wanted = words[0] === undefined ? !this.#format[key] : /^(on|1|true)$/.test(words[0]);
      this.#format[key] = wanted;
      stdout.write(`${title} is ${wanted ? on : off}.\n`);
    };
    const complain = async (text: string) => {
      await stdout.flush();
      const { file, line: at } = this.#source ?? {};
      await stderr.write(`${file === undefined ? '' : `psql:${file}:${at}: error: `}${text}\n`);
    };
    const found = async (listing: Listing | string) => {
      show(listing);
      if (typeof listing === 'string') await complain(listing);
      return typeof listing !== 'string';
    };
    switch (name.replace(/\+$/, '')) {
      case '\\q':
        this.#ended = true;
        return true;
      case '\\?':
        stdout.write(HELP);
        return true;
      case '\\l':
      case '\\list':
        show(await databases(this.#connection));
        return true;
      case '\\dt':
        return found(await relations(this.#connection, words[0], false));
      case '\\d':
        return found(
          words[0] === undefined
            ? await relations(this.#connection, undefined, true)
            : await describe(this.#connection, words[0]),
        );
      case '\\du':
      case '\\dg':
        show(await roles(this.#connection));
        return true;
      case '\\dn':
        show(schemas());
        return true;
      case '\\conninfo': {
        const { host, port, user } = this.#given;
        const where = host.startsWith('/') ? `via socket in "${host}"` : `on host "${host}"`;
        stdout.write(
          `You are connected to database "${this.#database}" as user "${user}" ${where} at port "${port}".\n`,
        );
        return true;
      }
      case '\\c':
      case '\\connect': {
        const [database = this.#database, user] = words;
        const before = this.#connection;
        if (!(await this.#connect(database.replace(/^-$/, this.#database), user))) {
          this.#connection = before;
          if (this.#typed) await stderr.write('Previous connection kept\n');
          return false;
        }
        await before.close();
        if (user !== undefined) this.#given.user = user;
        if (!this.#quiet)
          stdout.write(
            `You are now connected to database "${this.#database}" as user "${this.#given.user}".\n`,
          );
        return true;
      }
      case '\\x':
        toggle('expanded', 'Expanded display');
        return true;
      case '\\t':
        toggle('tuplesOnly', 'Tuples only');
        return true;
      case '\\a':
        this.#format.aligned = !this.#format.aligned;
        stdout.write(`Output format is ${this.#format.aligned ? 'aligned' : 'unaligned'}.\n`);
        return true;
      case '\\timing':
        this.#timing = !this.#timing;
        stdout.write(`Timing is ${this.#timing ? 'on' : 'off'}.\n`);
        return true;
      case '\\echo':
        stdout.write(
          `${line.replace(/^\\echo\s?/, '').replace(/^'(.*)'$/s, (_, text: string) => text.replaceAll("''", "'"))}\n`,
        );
        return true;
      case '\\set':
        this.#variables.set(words[0] ?? '', words.slice(1).join(' '));
        return true;
      case '\\i':
        return (await this.#file(words[0] ?? '')) === 0;
      default:
        await complain(
          /^\\(copy|e|!|h|password|watch|gexec|if|o|w|pset|df|dv|di|ds|dx|dp|z)$/.test(name)
            ? `${name} is not simulated in Drydock`
            : `invalid command ${name}${this.#typed ? '\nTry \\? for help.' : ''}`,
        );
        return false;
    }
  }
}
