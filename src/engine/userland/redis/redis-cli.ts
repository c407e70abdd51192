import { Errno } from '../../base/errno.ts';
import type { Program } from '../../kernel/program.ts';
import { readLines } from '../lib/prompt.ts';
import { lookupHost } from '../lib/resolver.ts';
import { type Stdio, utility } from '../lib/stdio.ts';
import { bytesToText, textToBytes } from '../lib/text.ts';
import { type Connected, connectAny } from '../net/connection.ts';
import { encodeCommand, type Reply, RespReader, splitWords } from './resp.ts';

interface Options {
  host: string;
  port: number;
  password: string | undefined;
  user: string | undefined;
  /** Whether the password came by the command line. */
  shown: boolean;
  warns: boolean;
  database: number;
  raw: boolean | undefined;
  repeat: number;
  interval: number;
  /** The last argument comes from standard input. */
  fromInput: boolean;
  exitWithError: boolean;
  scan: string | undefined;
  words: string[];
}

/** redis-cli: one command from its arguments, or one a line, typed or from standard input. */
export const redisCli = (version: string): Program =>
  utility(async (io) => {
    const options = await readOptions(io, version);
    return typeof options === 'number' ? options : new Cli(io, options).run();
  });

const TAKES_VALUE = /^-(?:[hpanri]|-user|-pass|u|s)$/;

async function readOptions(io: Stdio, version: string): Promise<Options | number> {
  const options: Options = {
    host: '127.0.0.1',
    port: 6379,
    password: io.env.get('REDISCLI_AUTH'),
    user: undefined,
    shown: false,
    warns: true,
    database: 0,
    raw: undefined,
    repeat: 1,
    interval: 0,
    fromInput: false,
    exitWithError: false,
    scan: undefined,
    words: [...io.args],
  };
  const refuse = async (option: string) => {
    await io.stderr.write(`Unrecognized option or bad number of args for: '${option}'\n`);
    return 1;
  };
  while (options.words[0]?.startsWith('-')) {
    const option = options.words.shift()!;
    if (TAKES_VALUE.test(option) && options.words.length === 0) return refuse(option);
    const value = () => options.words.shift()!;
    if (option === '-h') options.host = value();
    else if (option === '-p') options.port = Number(value());
    else if (option === '-a' || option === '--pass')
      Object.assign(options, { password: value(), shown: true });
    else if (option === '--user') options.user = value();
    else if (option === '--no-auth-warning') options.warns = false;
    else if (option === '-n') options.database = Number(value());
    else if (option === '-r') options.repeat = Number(value());
    else if (option === '-i') options.interval = Number(value());
    else if (option === '-x') options.fromInput = true;
    else if (option === '-e') options.exitWithError = true;
    else if (option === '--raw') options.raw = true;
    else if (option === '--no-raw') options.raw = false;
    else if (option === '--scan') options.scan ??= '*';
    else if (option === '--pattern' && options.words.length > 0) options.scan = value();
    else if (option === '-u') {
      const [, user, password, host, port, database] =
        /^redis:\/\/(?:([^:@]*)(?::([^@]*))?@)?([^:/]+)(?::(\d+))?(?:\/(\d+))?$/.exec(value()) ?? [];
      if (host === undefined) return refuse(option);
      Object.assign(options, { host, port: Number(port ?? 6379), database: Number(database ?? 0) });
      if (password) Object.assign(options, { password, user: user || undefined, shown: true });
    } else if (option === '-v' || option === '--version') {
      io.stdout.write(`redis-cli ${version}\n`);
      return 0;
    } else if (
      /^--(?:stat|bigkeys|memkeys|hotkeys|latency.*|rdb|pipe|eval|cluster|replica|tls|lru-test|ldb.*)$|^-[sc3]$/.test(
        option,
      )
    )
      return io.fail(`option ${option} is not simulated`);
    else return refuse(option);
  }
  return options;
}

class Cli {
  readonly #io: Stdio;
  readonly #options: Options;
  #connection: { stream: Connected['stream']; reader: RespReader } | undefined;
  #raw = false;
  #database: number;

  constructor(io: Stdio, options: Options) {
    this.#io = io;
    this.#options = options;
    this.#database = options.database;
  }

  async run(): Promise<number> {
    const io = this.#io;
    const options = this.#options;
    this.#raw = options.raw ?? !(await io.sys.isatty(1).catch(() => false));
    if (options.shown && options.warns)
      await io.stderr.write(
        "Warning: Using a password with '-a' or '-u' option on the command line interface may not be safe.\n",
      );
    const words = [...options.words];
    if (options.scan !== undefined) return this.#scan(options.scan);
    if (words.length === 0) return this.#session();
    if (options.fromInput) words.push(bytesToText(await io.stdin.readAll()));
    if (!(await this.#connect())) return 1;
    for (let i = 0; i < options.repeat; i++) {
      if (i > 0 && options.interval > 0) await io.sys.nanosleep(options.interval * 1000);
      const reply = await this.#ask(words);
      if (reply === undefined) return 1;
      if (reply.kind === 'error' && options.exitWithError) return 1;
    }
    return 0;
  }

  async #session(): Promise<number> {
    const io = this.#io;
    const terminal = await io.sys.isatty(0).catch(() => false);
    const connected = await this.#connect();
    if (!connected && !terminal) return 1;
    for await (const line of readLines(io, () => this.#prompt(), { history: '.rediscli_history' })) {
      const words = splitWords(line.trim());
      if (words === undefined) {
        io.stdout.write('Invalid argument(s)\n');
        continue;
      }
      const name = words[0]?.toLowerCase();
      if (name === undefined) continue;
      if (name === 'exit' || name === 'quit') return 0;
      if (name === 'clear') {
        io.stdout.write('\x1b[H\x1b[2J');
        continue;
      }
      if (this.#connection === undefined && !(await this.#connect())) continue;
      const reply = await this.#ask(words);
      if (reply === undefined) {
        this.#connection = undefined;
        if (!terminal) return 1;
      } else if (name === 'select' && reply.kind === 'status') this.#database = Number(words[1]);
    }
    return 0;
  }

  #prompt(): string {
    const { host, port } = this.#options;
    if (this.#connection === undefined) return 'not connected> ';
    return `${host}:${port}${this.#database === 0 ? '' : `[${this.#database}]`}> `;
  }

  /** Connects, says who one is and chooses the database. */
  async #connect(): Promise<boolean> {
    const { stderr, sys, stdout } = this.#io;
    const { host, port, password, user } = this.#options;
    const failed = async (reason: string) => {
      await stderr.write(`Could not connect to Redis at ${host}:${port}: ${reason}\n`);
      return false;
    };
    const addresses = await lookupHost(sys, host);
    if (typeof addresses === 'string')
      return failed(
        addresses === 'EAI_AGAIN' ? 'Temporary failure in name resolution' : 'Name or service not known',
      );
    const connected = await connectAny(sys, addresses, port);
    if (connected === 'timeout') return failed('Connection timed out');
    if (connected instanceof Errno) return failed(connected.message);
    this.#connection = { stream: connected.stream, reader: new RespReader(connected.stream) };
    if (password !== undefined) {
      const reply = await this.#exchange(['AUTH', ...(user === undefined ? [] : [user]), password]);
      if (reply?.kind === 'error') await stderr.write(`AUTH failed: ${reply.text}\n`);
    }
    if (this.#database !== 0) {
      const reply = await this.#exchange(['SELECT', String(this.#database)]);
      if (reply?.kind === 'error') await stderr.write(`SELECT ${this.#database} failed: ${reply.text}\n`);
    }
    await stdout.flush();
    return true;
  }

  async #exchange(words: readonly string[]): Promise<Reply | undefined> {
    const { stream, reader } = this.#connection!;
    try {
      await stream.write(textToBytes(encodeCommand(words)));
      return await reader.reply();
    } catch (error) {
      if (error instanceof Errno) return undefined;
      throw error;
    }
  }

  /** Sends a command and shows what comes; a subscription shows what comes for ever. undefined when the server is gone. */
  async #ask(words: readonly string[]): Promise<Reply | undefined> {
    const { stdout, stderr } = this.#io;
    let reply = await this.#exchange(words);
    const subscribes = /^p?subscribe$/i.test(words[0]!);
    if (reply === undefined && !/^shutdown$/i.test(words[0]!)) {
      await stderr.write('Error: Server closed the connection\n');
      return undefined;
    }
    if (subscribes && !this.#raw) stdout.write('Reading messages... (press Ctrl-C to quit)\n');
    while (reply !== undefined) {
      stdout.write(this.#raw ? `${raw(reply)}\n` : `${pretty(reply, '')}\n`);
      await stdout.flush();
      if (!subscribes || reply.kind === 'error') return reply;
      reply = await this.#connection!.reader.reply();
    }
    return undefined;
  }

  async #scan(pattern: string): Promise<number> {
    if (!(await this.#connect())) return 1;
    const reply = await this.#exchange(['SCAN', '0', 'MATCH', pattern]);
    const found = reply?.kind === 'array' ? reply.items?.[1] : undefined;
    if (found?.kind !== 'array') return 1;
    for (const key of found.items ?? []) this.#io.stdout.write(`${raw(key)}\n`);
    return 0;
  }
}

function raw(reply: Reply): string {
  if (reply.kind === 'array') return (reply.items ?? []).map(raw).join('\n');
  if (reply.kind === 'error') return `${reply.text}\n`;
  return reply.kind === 'integer' ? String(reply.value) : (reply.text ?? '');
}

function pretty(reply: Reply, indent: string): string {
  if (reply.kind === 'integer') return `(integer) ${reply.value}`;
  if (reply.kind === 'status') return reply.text;
  if (reply.kind === 'error') return `(error) ${reply.text}`;
  if (reply.kind === 'bulk') return reply.text === null ? '(nil)' : quoted(reply.text);
  if (reply.items === null) return '(nil)';
  if (reply.items.length === 0) return '(empty array)';
  const width = String(reply.items.length).length;
  return reply.items
    .map((item, i) => {
      const number = `${String(i + 1).padStart(width)}) `;
      return `${i === 0 ? '' : indent}${number}${pretty(item, indent + ' '.repeat(number.length))}`;
    })
    .join('\n');
}

/** As sdscatrepr quotes: what is not printable ASCII as an escape. */
function quoted(text: string): string {
  const escapes: Record<number, string> = {
    7: '\\a',
    8: '\\b',
    9: '\\t',
    10: '\\n',
    13: '\\r',
    34: '\\"',
    92: '\\\\',
  };
  const shown = [...textToBytes(text)].map(
    (byte) =>
      escapes[byte] ??
      (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`),
  );
  return `"${shown.join('')}"`;
}
