import type { ByteStream } from '../../../base/byte-stream.ts';
import { decode, encode } from '../../../base/bytes.ts';
import { Errno, isErrno } from '../../../base/errno.ts';
import type { Syscalls } from '../../../kernel/syscalls.ts';
import { lookupHost } from '../../lib/resolver.ts';
import { ScramClient } from '../../lib/scram.ts';
import { connectAny } from '../../net/connection.ts';
import { Binary, type Document, doc, type Value } from '../values.ts';
import { encodeMessage, MessageReader } from '../wire.ts';
import { ShellError } from './members.ts';

/** How long a server is waited for, ms. */
const PATIENCE = 2000;

/** The shell's connection to a server. */
export class Connection {
  readonly #stream: ByteStream;
  readonly #reader: MessageReader;
  readonly #sys: Syscalls;
  #requests = 0;

  private constructor(sys: Syscalls, stream: ByteStream) {
    this.#sys = sys;
    this.#stream = stream;
    this.#reader = new MessageReader(stream);
  }

  /** Throws `ShellError` where nobody answers. */
  static async open(sys: Syscalls, host: string, port: number, application: string): Promise<Connection> {
    const addresses = await lookupHost(sys, host);
    if (typeof addresses === 'string')
      throw new ShellError(
        'MongoNetworkError',
        `getaddrinfo ${addresses === 'EAI_AGAIN' ? 'EAI_AGAIN' : 'ENOTFOUND'} ${host}`,
      );
    const connected = await connectAny(sys, addresses, port, { timeout: PATIENCE });
    if (connected === 'timeout')
      throw new ShellError('MongoServerSelectionError', `Server selection timed out after ${PATIENCE} ms`);
    if (connected instanceof Errno)
      throw new ShellError('MongoNetworkError', `connect ${connected.code} ${addresses.at(-1)}:${port}`);
    const connection = new Connection(sys, connected.stream);
    await connection.run(
      'admin',
      doc({
        hello: 1,
        client: doc({
          application: doc({ name: application }),
          driver: doc({ name: `nodejs|${application.split(' ')[0]}` }),
        }),
      }),
    );
    return connection;
  }

  /** Sends a command. Throws `ShellError` when it is refused. */
  async run(db: string, command: Document): Promise<Document> {
    const answer = await this.#exchange(new Map<string, Value>([...command, ['$db', db]]));
    if (answer.get('ok') === 1) return answer;
    const [code, name] = [answer.get('code'), answer.get('codeName')];
    throw new ShellError(
      'MongoServerError',
      String(answer.get('errmsg')),
      typeof code === 'number' ? code : undefined,
      typeof name === 'string' ? name : undefined,
    );
  }

  async #exchange(body: Document): Promise<Document> {
    try {
      await this.#stream.write(encodeMessage({ id: ++this.#requests, to: 0, body }));
      const answer = await this.#reader.next();
      if (answer !== undefined) return answer.body;
    } catch (error) {
      if (!isErrno(error)) throw error;
      throw new ShellError('MongoNetworkError', `${error.message}`);
    }
    throw new ShellError('MongoNetworkError', 'connection closed');
  }

  /** Throws `ShellError` for a wrong password. */
  async login(db: string, user: string, password: string): Promise<void> {
    const scram = new ScramClient(password, this.#sys.getrandom(24), user);
    const payload = (text: string) => new Binary(encode(text), 0);
    const text = (answer: Document) => {
      const given = answer.get('payload');
      return given instanceof Binary ? decode(given.bytes) : '';
    };
    const first = await this.run(
      db,
      doc({ saslStart: 1, mechanism: 'SCRAM-SHA-256', payload: payload(scram.first) }),
    );
    await this.run(
      db,
      doc({ saslContinue: 1, conversationId: 1, payload: payload(scram.final(text(first))) }),
    );
  }

  async close(): Promise<void> {
    await this.#stream.close().catch(() => undefined);
  }
}
