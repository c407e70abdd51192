import { isErrno } from '../../../base/errno.ts';
import type { Program } from '../../../kernel/program.ts';
import { heapOf } from '../../lib/heap.ts';
import { readLines, readSecret } from '../../lib/prompt.ts';
import { readFile, type Stdio, utility } from '../../lib/stdio.ts';
import { bytesToText } from '../../lib/text.ts';
import { ObjectIds } from '../object-ids.ts';
import { doc, InvalidPattern } from '../values.ts';
import { CollectionHandle } from './collection.ts';
import { Connection } from './connection.ts';
import { Cursor } from './cursor.ts';
import { Database, type ShellHost } from './database.ts';
import { Interpreter } from './evaluate.ts';
import { globals } from './globals.ts';
import { SHELL_HELP, USAGE } from './help.ts';
import { display, inspect } from './inspect.ts';
import { ShellError, type ShellFunction, Thrown, toText } from './members.ts';
import { readShellOptions, type ShellOptions, UsageError } from './options.ts';
import { parseProgram } from './parser.ts';
import { showCommand } from './show.ts';
import { Incomplete, ScriptSyntaxError } from './syntax.ts';

/**
 * mongosh: a part of JavaScript with the methods of databases, collections and cursors, typed, by `--eval` or from files; and the words
 * that are no JavaScript: `show`, `use`, `it`, `exit`.
 */
export const mongosh = (version: string): Program =>
  utility(async (io) => {
    try {
      const options = readShellOptions(io.args);
      return await new Shell(io, options, version).run();
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      await io.stderr.write(`${error.message}\n`);
      return 1;
    }
  });

/** The program asked to end. */
class Quit extends Error {
  readonly status: number;

  constructor(status: number) {
    super('');
    this.status = status;
  }
}

/** Ctrl-C stops what a program is at, whatever it catches. */
class Interrupted extends Error {}

/** How many documents of a cursor are shown at once. */
const BATCH = 20;

class Shell implements ShellHost {
  readonly #io: Stdio;
  readonly #options: ShellOptions;
  readonly #version: string;
  readonly #interpreter: Interpreter;
  readonly #globals: Map<string, unknown>;
  readonly ids: ObjectIds;
  #connection: Connection | undefined;
  #db: Database;
  /** Ctrl-C was typed while a program ran. */
  #interrupted = false;
  /** The cursor that `it` goes on with. */
  #shown: Cursor | undefined;

  constructor(io: Stdio, options: ShellOptions, version: string) {
    this.#io = io;
    this.ids = new ObjectIds(io.sys);
    this.#options = options;
    this.#version = version;
    this.#db = new Database(this, options.database);
    this.#globals = globals(io.sys, this.ids, io.env, (text) => this.#print(text));
    const quit: ShellFunction = (status) => {
      throw new Quit(typeof status === 'number' ? status : 0);
    };
    for (const name of ['quit', 'exit']) this.#globals.set(name, quit);
    this.#globals.set('version', () => version);
    const heap = heapOf(io.sys);
    this.#interpreter = new Interpreter(
      (name) => {
        if (['rs', 'sh', 'load', 'Mongo', 'NumberDecimal'].includes(name))
          throw new ShellError('MongoshUnimplementedError', `${name} is not simulated in Drydock`);
        return name === 'db' ? this.#db : this.#globals.get(name);
      },
      (kept) => {
        if (this.#interrupted) throw new Interrupted();
        return (kept > 0 ? heap.keep(kept) : undefined) ?? io.process.work(1);
      },
    );
  }

  connection(): Connection {
    if (this.#connection !== undefined) return this.#connection;
    throw new ShellError('MongoshInvalidInputError', '[SHELL-10004] No connected database');
  }

  database(name: string): Database {
    return new Database(this, name);
  }

  async warn(text: string): Promise<void> {
    await this.#io.stderr.write(`${text}\n`);
  }

  async run(): Promise<number> {
    const { stdout } = this.#io;
    const { programs, files, shell, alone, version } = this.#options;
    if (this.#options.help) {
      stdout.write(USAGE);
      return 0;
    }
    if (version) {
      stdout.write(`${this.#version}\n`);
      return 0;
    }
    try {
      const talks = (programs.length === 0 && files.length === 0) || shell;
      if (!alone && !(await this.#connect(talks))) return 1;
      for (const program of programs) {
        const value = await this.#evaluate(program);
        if (value !== undefined) await this.#show(value);
      }
      for (const file of files) await this.#load(file);
      return talks ? await this.#talk() : 0;
    } catch (error) {
      if (error instanceof Quit) return error.status;
      await this.#complain(error, 'stderr');
      return 1;
    } finally {
      await this.#connection?.close();
    }
  }

  async #load(file: string): Promise<void> {
    let text: string;
    try {
      text = bytesToText(await readFile(this.#io.sys, file));
    } catch (error) {
      if (!isErrno(error)) throw error;
      throw new ShellError('Error', `${error.code}: ${error.message.toLowerCase()}, open '${file}'`);
    }
    await this.#interpreter.run(parseProgram(text));
  }

  async #connect(talks: boolean): Promise<boolean> {
    const { host, port, user, authDatabase, database, quiet } = this.#options;
    const { stdout, sys } = this.#io;
    let { password } = this.#options;
    if (user !== undefined && (password === undefined || password === ''))
      password = (await readSecret(this.#io, 'Enter password: ')) ?? '';
    const saysMore = talks && !quiet;
    if (saysMore) {
      const credentials = user === undefined ? '' : '<credentials>@';
      const source = authDatabase === undefined ? '' : `&authSource=${authDatabase}`;
      stdout.write(`Current Mongosh Log ID:\t${this.ids.next().hex}\n`);
      stdout.write(
        `Connecting to:\t\tmongodb://${credentials}${host}:${port}/${database === 'test' ? '' : database}?directConnection=true${host === '127.0.0.1' ? '&serverSelectionTimeoutMS=2000' : ''}${source}&appName=mongosh+${this.#version}\n`,
      );
      await stdout.flush();
    }
    this.#connection = await Connection.open(sys, host, port, `mongosh ${this.#version}`);
    if (user !== undefined) await this.#connection.login(authDatabase ?? 'admin', user, password ?? '');
    if (saysMore) await this.#greet();
    return true;
  }

  async #greet(): Promise<void> {
    const { stdout } = this.#io;
    const server = await this.connection().run('admin', doc({ buildInfo: 1 }));
    stdout.write(`Using MongoDB:\t\t${server.get('version')}\nUsing Mongosh:\t\t${this.#version}\n\n`);
    stdout.write('For mongosh info see: https://www.mongodb.com/docs/mongodb-shell/\n\n');
    const answer = await this.connection()
      .run('admin', doc({ getLog: 'startupWarnings' }))
      .catch(() => undefined);
    const lines = (answer?.get('log') as string[] | undefined) ?? [];
    if (lines.length > 0) {
      const texts = lines.map((line) => {
        const { t, msg } = JSON.parse(line) as { t: { $date: string }; msg: string };
        return `   ${t.$date}: ${msg}\n`;
      });
      stdout.write(
        `------\n   The server generated these startup warnings when booting\n${texts.join('')}------\n\n`,
      );
    }
    await stdout.flush();
  }

  /** Lines one after another, until they end; several where one alone is no program. */
  async #talk(): Promise<number> {
    const { stdout, sys } = this.#io;
    const isTerminal = await sys.isatty(0).catch(() => false);
    let begun = '';
    const prompt = () => (begun === '' ? `${this.#options.alone ? '' : this.#db.name}> ` : '... ');
    // Without a terminal the prompts are printed all the same.
    const show = async () => {
      if (isTerminal) return;
      stdout.write(prompt());
      await stdout.flush();
    };
    await show();
    for await (const line of readLines(this.#io, prompt, {
      history: '.mongodb/mongosh/mongosh_repl_history',
      interrupt: () => {
        begun = '';
      },
      busy: () => {
        this.#interrupted = true;
      },
    })) {
      this.#interrupted = false;
      begun += begun === '' ? line : `\n${line}`;
      try {
        const value = await this.#evaluate(begun);
        begun = '';
        if (value !== undefined) await this.#show(value);
      } catch (error) {
        if (error instanceof Quit) return error.status;
        if (!(error instanceof Incomplete) || line.trim() === '') {
          begun = '';
          await this.#complain(error, 'stdout');
        }
      }
      await show();
    }
    if (!isTerminal) stdout.write('\n');
    return 0;
  }

  /** A program, or one of the shell's own words. */
  async #evaluate(text: string): Promise<unknown> {
    const words = text.trim().replace(/;$/, '').split(/\s+/);
    const [first = '', second = ''] = words;
    if (first === 'use' && words.length === 2) return this.#use(second);
    if (first === 'show' && words.length === 2) return showCommand(this.#db, second);
    if (words.length === 1 && first === 'it') return this.#more();
    if (words.length === 1 && first === 'help') return SHELL_HELP;
    if (words.length === 1 && ['exit', 'quit', '.exit'].includes(first)) throw new Quit(0);
    if (words.length === 1 && ['cls', '.clear'].includes(first)) return undefined;
    return this.#interpreter.run(parseProgram(text));
  }

  #use(name: string): string {
    if (/[/\\. "$*<>:|?]/.test(name) || name === '')
      throw new ShellError('MongoshInvalidInputError', `[COMMON-10001] Invalid database name: ${name}`);
    const isThere = this.#db.name === name;
    this.#db = this.database(name);
    return isThere ? `already on db ${name}` : `switched to db ${name}`;
  }

  async #more(): Promise<unknown> {
    if (this.#shown === undefined || !(await this.#shown.hasMore())) return 'no cursor';
    return this.#shown;
  }

  async #show(value: unknown): Promise<void> {
    await this.#print(await this.#text(value));
  }

  async #text(value: unknown): Promise<string> {
    if (value instanceof Database) return value.name;
    if (value instanceof CollectionHandle) return value.namespace;
    if (!(value instanceof Cursor)) return display(value);
    const documents = await value.take(BATCH);
    const isMore = await value.hasMore();
    this.#shown = isMore ? value : undefined;
    if (documents.length === 0) return '';
    return inspect(documents) + (isMore ? '\nType "it" for more' : '');
  }

  async #print(text: string): Promise<void> {
    this.#io.stdout.write(`${text}\n`);
    await this.#io.stdout.flush();
  }

  async #complain(error: unknown, to: 'stdout' | 'stderr'): Promise<void> {
    await this.#io.stdout.flush();
    await this.#io[to].write(`${complaint(error)}\n`);
    await this.#io[to].flush();
  }
}

/** What is said of an error. Throws what is none of the shell's. */
function complaint(error: unknown): string {
  if (error instanceof Interrupted) return 'Stopping execution...';
  if (error instanceof ScriptSyntaxError) return `Uncaught:\nSyntaxError: ${error.message}`;
  if (error instanceof Thrown)
    return error.value instanceof ShellError
      ? complaint(error.value)
      : `Uncaught ${typeof error.value === 'string' ? inspect(error.value) : toText(error.value)}`;
  // What JavaScript itself says of a method that was given something else than it takes.
  if (error instanceof RangeError || error instanceof TypeError || error instanceof SyntaxError)
    return `${error.name}: ${error.message}`;
  if (error instanceof InvalidPattern) return `SyntaxError: ${error.message}`;
  if (!(error instanceof ShellError)) throw error;
  const { kind, codeName, message } = error;
  const shows = codeName !== undefined && codeName !== 'AuthenticationFailed';
  return `${kind}${shows ? `[${codeName}]` : ''}: ${message}`;
}
