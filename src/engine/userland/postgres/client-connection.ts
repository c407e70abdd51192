import { Errno, isErrno } from '../../base/errno.ts';
import { fdStream } from '../../kernel/fd-stream.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { GAI_TEXT, lookupHost } from '../lib/resolver.ts';
import { ScramClient } from '../lib/scram.ts';
import { bytesToText, textToBytes } from '../lib/text.ts';
import { connectAny } from '../net/connection.ts';
import { type Content, type Fields, fieldsOf, Messages, message, RIGHT, startup } from './wire.ts';

/** Where a server is, and as whom one comes. */
export interface Login {
  /** A directory: that of the socket. */
  host: string;
  port: number;
  user: string;
  database: string;
  /** Asked for where the server wants one and none is given. */
  password: () => Promise<string | undefined>;
}

/** Why there is no connection, as psql says it after `psql: error: `. */
export class NoConnection extends Error {}

/** An error of a statement, by its fields. */
export class StatementError extends Error {
  readonly fields: Fields;

  constructor(fields: Fields) {
    super(fields.M);
    this.fields = fields;
  }
}

export interface Column {
  name: string;
  right: boolean;
}

export type Answer =
  | { kind: 'rows'; columns: Column[]; rows: (string | null)[][]; tag: string }
  | { kind: 'done'; tag: string };

/** A client's end of a connection. */
export class ClientConnection {
  readonly #messages: Messages;
  readonly parameters = new Map<string, string>();
  pid = 0;
  /** `I` outside of a transaction, `T` in one, `E` in one that has failed. */
  state = 'I';

  private constructor(messages: Messages) {
    this.#messages = messages;
  }

  /** Connects and logs in. Throws `NoConnection`. */
  static async open(sys: Syscalls, login: Login): Promise<ClientConnection> {
    const { stream, where } = await reach(sys, login);
    const connection = new ClientConnection(new Messages(stream));
    const failed = (why: string) => new NoConnection(`connection to server ${where} failed: ${why}`);
    const { user, database } = login;
    await connection.#messages.write(
      startup({ user, database, application_name: 'psql', client_encoding: 'UTF8' }),
    );
    let scram: ScramClient | undefined;
    for (;;) {
      const answer = await connection.#messages.read();
      if (answer === undefined) throw failed('server closed the connection unexpectedly');
      const { letter, content } = answer;
      if (letter === 'E') {
        const { S, M } = fieldsOf(content);
        throw failed(`${S}:  ${M}`);
      }
      if (letter === 'Z') return connection;
      if (letter === 'S') connection.parameters.set(content.text(), content.text());
      if (letter === 'K') connection.pid = content.int(4);
      if (letter !== 'R') continue;
      const kind = content.int(4);
      if (kind === 10) {
        const password = await login.password();
        if (!password) throw failed('fe_sendauth: no password supplied');
        scram = new ScramClient(password, sys.getrandom(18));
        const first = textToBytes(scram.first);
        await connection.#messages.write(message('p', 'SCRAM-SHA-256', [first.length, 4], first));
      } else if (kind === 11 && scram !== undefined)
        await connection.#messages.write(message('p', textToBytes(scram.final(content.rest()))));
      else if (kind !== 0 && kind !== 12) throw failed(`authentication method ${kind} not supported`);
    }
  }

  /**
   * Sends a text with one or more statements.
   * @param heard is told of each answer and notice as it comes
   * Throws `StatementError` and, when the connection is gone, `NoConnection`.
   */
  async query(text: string, heard: (answer: Answer | { notice: Fields }) => Promise<void>): Promise<void> {
    try {
      await this.#messages.write(message('Q', text));
    } catch (error) {
      if (!isErrno(error)) throw error;
      throw new NoConnection('server closed the connection unexpectedly');
    }
    let columns: Column[] | undefined;
    let rows: (string | null)[][] = [];
    let failure: StatementError | undefined;
    for (;;) {
      const answer = await this.#messages.read();
      if (answer === undefined)
        throw failure ?? new NoConnection('server closed the connection unexpectedly');
      const { letter, content } = answer;
      if (letter === 'T') {
        columns = columnsIn(content);
        rows = [];
      } else if (letter === 'D') rows.push(rowIn(content));
      else if (letter === 'N') await heard({ notice: fieldsOf(content) });
      else if (letter === 'E') failure = new StatementError(fieldsOf(content));
      else if (letter === 'C') {
        const tag = content.text();
        await heard(columns === undefined ? { kind: 'done', tag } : { kind: 'rows', columns, rows, tag });
        columns = undefined;
      } else if (letter === 'Z') {
        this.state = bytesToText(content.bytes);
        if (failure) throw failure;
        return;
      }
    }
  }

  /** The rows of a query that the client asks for itself. */
  async ask(text: string): Promise<(string | null)[][]> {
    let rows: (string | null)[][] = [];
    await this.query(text, async (answer) => {
      if ('kind' in answer && answer.kind === 'rows') rows = answer.rows;
    });
    return rows;
  }

  async close(): Promise<void> {
    await this.#messages.write(message('X')).catch(() => undefined);
    await this.#messages.close();
  }
}

function columnsIn(content: Content): Column[] {
  return Array.from({ length: content.int(2) }, () => {
    const name = content.text();
    content.take(6);
    const type = content.int(4);
    content.take(8);
    return { name, right: RIGHT.has(type) };
  });
}

const rowIn = (content: Content): (string | null)[] =>
  Array.from({ length: content.int(2) }, () => {
    const length = content.int(4);
    return length === -1 ? null : bytesToText(content.take(length));
  });

async function reach(sys: Syscalls, { host, port }: Login) {
  if (host.startsWith('/')) {
    const path = `${host}/.s.PGSQL.${port}`;
    const where = `on socket "${path}"`;
    const fd = await sys.socket('unix', 'stream');
    try {
      await sys.connect(fd, { family: 'unix', path });
      return { stream: fdStream(sys, fd), where };
    } catch (error) {
      await sys.close(fd);
      if (!isErrno(error)) throw error;
      throw new NoConnection(
        `connection to server ${where} failed: ${error.message}\n\tIs the server running locally and accepting connections on that socket?`,
      );
    }
  }
  const addresses = await lookupHost(sys, host);
  if (typeof addresses === 'string')
    throw new NoConnection(`could not translate host name "${host}" to address: ${GAI_TEXT[addresses]}`);
  const problems: string[] = [];
  const connected = await connectAny(sys, addresses, port, {
    failed: (address, error) =>
      problems.push(
        `connection to server at ${shown(host, address)}, port ${port} failed: ${error.message}\n\tIs the server running on that host and accepting TCP/IP connections?`,
      ),
  });
  if (connected === 'timeout' || connected instanceof Errno) throw new NoConnection(problems.join('\n'));
  return { stream: connected.stream, where: `at ${shown(host, connected.address)}, port ${port}` };
}

const shown = (host: string, address: string) => (host === address ? `"${host}"` : `"${host}" (${address})`);
