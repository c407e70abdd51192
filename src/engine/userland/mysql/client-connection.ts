import { Errno, isErrno } from '../../base/errno.ts';
import { fdStream } from '../../kernel/fd-stream.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { lookupHost } from '../lib/resolver.ts';
import { connectAny } from '../net/connection.ts';
import { type Plugin, scramble } from './password.ts';
import { CLIENT, COMMAND, FIELD, FLAG, Packets, type PayloadReader, PayloadWriter } from './wire.ts';
import type { Flavour } from './words.ts';

/** Where a server is, and as whom one comes. */
export interface Login {
  host: string;
  port: number;
  socket: string;
  user: string;
  password: string;
  database: string;
  flavour: Flavour;
}

/** What the server, or the way to it, refuses. */
export class ClientError extends Error {
  readonly code: number;
  readonly state: string;

  constructor(code: number, state: string, message: string) {
    super(message);
    this.code = code;
    this.state = state;
  }

  /** `ERROR 1045 (28000): …` */
  get shown(): string {
    return `ERROR ${this.code} (${this.state}): ${this.message}`;
  }
}

export interface Field {
  name: string;
  isNumber: boolean;
  notNull: boolean;
}

export type Answer =
  | { kind: 'ok'; affected: number; warnings: number; info: string }
  | { kind: 'rows'; fields: Field[]; rows: (string | null)[][]; warnings: number };

/** A client's end of a connection. */
export class ClientConnection {
  readonly #packets: Packets;
  readonly id: number;
  readonly version: string;

  private constructor(packets: Packets, id: number, version: string) {
    this.#packets = packets;
    this.id = id;
    this.version = version;
  }

  /** Connects and logs in. Throws ClientError. */
  static async open(sys: Syscalls, login: Login): Promise<ClientConnection> {
    const packets = new Packets(await reach(sys, login));
    const greeting = await packets.read();
    if (greeting === undefined) throw lost();
    if (greeting.bytes[0] === 0xff) throw errorOf(greeting);
    greeting.int(1);
    const version = greeting.zeroText();
    const id = greeting.int(4);
    const first = greeting.take(8);
    greeting.take(1 + 2 + 1 + 2 + 2);
    const length = greeting.int(1);
    greeting.take(10);
    const rest = greeting.take(Math.max(13, length - 8)).slice(0, 12);
    const plugin = greeting.zeroText() as Plugin;
    const challenge = Uint8Array.from([...first, ...rest]);
    await packets.write(hello(login, challenge, plugin));
    await finishLogin(packets, login);
    return new ClientConnection(packets, id, version);
  }

  /** Throws ClientError. */
  async query(text: string): Promise<Answer> {
    await this.#send(new PayloadWriter().int(COMMAND.QUERY, 1).text(text).done());
    const head = await this.#read();
    if (head.bytes[0] === 0) return okOf(head);
    const count = head.lenenc() ?? 0;
    const fields: Field[] = [];
    for (let i = 0; i < count; i++) fields.push(fieldOf(await this.#read()));
    await this.#read();
    const rows: (string | null)[][] = [];
    for (;;) {
      const row = await this.#read();
      if (row.bytes[0] === 0xfe && row.bytes.length < 9) {
        row.int(1);
        return { kind: 'rows', fields, rows, warnings: row.int(2) };
      }
      rows.push(fields.map(() => row.lenencText()));
    }
  }

  async use(database: string): Promise<void> {
    await this.#send(new PayloadWriter().int(COMMAND.INIT_DB, 1).text(database).done());
    await this.#read();
  }

  async ping(): Promise<void> {
    await this.#send(Uint8Array.of(COMMAND.PING));
    await this.#read();
  }

  async statistics(): Promise<string> {
    await this.#send(Uint8Array.of(COMMAND.STATISTICS));
    return (await this.#read()).rest();
  }

  async shutdown(): Promise<void> {
    await this.#send(new PayloadWriter().int(COMMAND.SHUTDOWN, 1).int(0, 1).done());
    await this.#read();
  }

  async close(): Promise<void> {
    this.#packets.restart();
    await this.#packets.write(Uint8Array.of(COMMAND.QUIT)).catch(() => undefined);
    await this.#packets.close();
  }

  async #send(payload: Uint8Array): Promise<void> {
    this.#packets.restart();
    try {
      await this.#packets.write(payload);
    } catch (error) {
      if (!isErrno(error)) throw error;
      throw new ClientError(2006, 'HY000', 'Server has gone away');
    }
  }

  async #read(): Promise<PayloadReader> {
    const payload = await this.#packets.read();
    if (payload === undefined) throw lost();
    if (payload.bytes[0] === 0xff) throw errorOf(payload);
    return payload;
  }
}

const lost = (): ClientError => new ClientError(2013, 'HY000', 'Lost connection to server during query');

/** A connected stream: the socket for localhost, TCP for any other host. */
async function reach(sys: Syscalls, { host, port, socket, flavour }: Login) {
  const product = flavour === 'mariadb' ? '' : 'MySQL ';
  if (host === '' || host === 'localhost') {
    try {
      const fd = await sys.socket('unix', 'stream');
      await sys.connect(fd, { family: 'unix', path: socket });
      return fdStream(sys, fd);
    } catch (error) {
      if (!isErrno(error)) throw error;
      const number = { ENOENT: 2, ECONNREFUSED: 111, EACCES: 13 }[error.code as 'ENOENT'] ?? 2;
      throw new ClientError(
        2002,
        'HY000',
        `Can't connect to local ${product}server through socket '${socket}' (${number})`,
      );
    }
  }
  const addresses = await lookupHost(sys, host);
  if (typeof addresses === 'string') {
    const number = addresses === 'EAI_AGAIN' ? -3 : -2;
    throw new ClientError(2005, 'HY000', `Unknown ${product}server host '${host}' (${number})`);
  }
  const connected = await connectAny(sys, addresses, port);
  if (connected !== 'timeout' && !(connected instanceof Errno)) return connected.stream;
  const number =
    connected === 'timeout'
      ? 110
      : ({ ECONNREFUSED: 111, EHOSTUNREACH: 113, ENETUNREACH: 101 }[connected.code as 'EHOSTUNREACH'] ?? 110);
  if (flavour === 'mariadb')
    throw new ClientError(
      2002,
      'HY000',
      `Can't connect to server on '${host}' (${number === 111 ? 115 : number})`,
    );
  throw new ClientError(2003, 'HY000', `Can't connect to MySQL server on '${host}:${port}' (${number})`);
}

function hello({ user, password, database }: Login, challenge: Uint8Array, plugin: Plugin): Uint8Array {
  const answer = scramble(password, challenge, plugin);
  const capabilities =
    CLIENT.LONG_PASSWORD |
    CLIENT.PROTOCOL_41 |
    CLIENT.TRANSACTIONS |
    CLIENT.SECURE_CONNECTION |
    CLIENT.PLUGIN_AUTH |
    (database === '' ? 0 : CLIENT.CONNECT_WITH_DB);
  const writer = new PayloadWriter()
    .int(capabilities, 4)
    .int(0x100_0000, 4)
    .int(45, 1)
    .bytes(new Uint8Array(23))
    .zeroText(user)
    .int(answer.length, 1)
    .bytes(answer);
  if (database !== '') writer.zeroText(database);
  return writer.zeroText(plugin).done();
}

/** What comes until the server says yes or no: a change of plugin, or that the faster way is done. */
async function finishLogin(packets: Packets, { password }: Login): Promise<void> {
  for (;;) {
    const payload = await packets.read();
    if (payload === undefined) throw lost();
    const kind = payload.int(1);
    if (kind === 0) return;
    if (kind === 0xff) throw errorOf(payload, true);
    if (kind === 0xfe) {
      const plugin = payload.zeroText() as Plugin;
      await packets.write(scramble(password, payload.take(20), plugin));
    }
  }
}

function errorOf(payload: PayloadReader, begun = false): ClientError {
  if (!begun) payload.int(1);
  const code = payload.int(2);
  const [, state = 'HY000', message = ''] = /^#(.{5})([\s\S]*)$/.exec(payload.rest()) ?? [];
  return new ClientError(code, state, message);
}

function okOf(payload: PayloadReader): Answer {
  payload.int(1);
  const affected = payload.lenenc() ?? 0;
  payload.lenenc();
  payload.int(2);
  return { kind: 'ok', affected, warnings: payload.int(2), info: payload.rest() };
}

const NUMBERS: ReadonlySet<number> = new Set([FIELD.DECIMAL, FIELD.LONG, FIELD.DOUBLE, FIELD.LONGLONG]);

function fieldOf(payload: PayloadReader): Field {
  for (let i = 0; i < 4; i++) payload.lenencText();
  const name = payload.lenencText() ?? '';
  payload.lenencText();
  payload.take(1 + 2 + 4);
  const isNumber = NUMBERS.has(payload.int(1));
  return { name, isNumber, notNull: (payload.int(2) & FLAG.NOT_NULL) !== 0 };
}
