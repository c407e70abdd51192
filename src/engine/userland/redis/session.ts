import type { ByteStream } from '../../base/byte-stream.ts';
import { isErrno } from '../../base/errno.ts';
import { textToBytes } from '../lib/text.ts';
import { type CommandTable, type Context, execute, faultOf } from './command.ts';
import type { Database } from './keyspace.ts';
import { array, bulk, encodeReply, failure, integer, OK, type Reply, RespReader } from './resp.ts';
import type { Server } from './server.ts';

/** One connection of a client, with what it has chosen: its database, its name, its transaction, its channels. */
export class Client {
  readonly id: number;
  readonly address: string;
  readonly #server: Server;
  readonly #stream: ByteStream;
  readonly channels = new Set<string>();
  readonly patterns = new Set<string>();
  name = '';
  database = 0;
  user: string | undefined;
  lastCommand = 'NULL';
  #queue: string[][] | undefined;
  #queueIsBad = false;
  /** Keys that EXEC must find as they were, by what they are in. */
  #watched: { db: Database; key: string; value: string }[] = [];

  constructor(server: Server, stream: ByteStream, address: string, id: number) {
    this.#server = server;
    this.#stream = stream;
    this.address = address;
    this.id = id;
    this.user = server.config.password === '' ? 'default' : undefined;
  }

  get subscriptions(): number {
    return this.channels.size + this.patterns.size;
  }

  /** Serves the connection until one side ends it. */
  async serve(commands: CommandTable): Promise<void> {
    const reader = new RespReader(this.#stream);
    try {
      for (;;) {
        const words = await reader.command();
        if (words === undefined) break;
        if (words.length === 0) continue;
        for (const reply of await this.#answer(commands, words)) await this.send(reply);
        if (words[0]!.toUpperCase() === 'QUIT') break;
      }
    } catch (error) {
      if (!isErrno(error)) throw error;
    }
    await this.#stream.close();
  }

  async send(reply: Reply): Promise<void> {
    await this.#stream.write(textToBytes(encodeReply(reply)));
  }

  /**
   * Waits for `take` to give something, which it is asked after each write to one of the keys, in the order in which clients
   * began to wait. undefined when `ms` have passed.
   */
  block(
    db: Database,
    keys: readonly string[],
    ms: number | undefined,
    take: () => Reply | undefined,
  ): Promise<Reply | undefined> {
    return this.#server.blocked.wait(db, keys, ms, take);
  }

  async #answer(commands: CommandTable, words: string[]): Promise<Reply[]> {
    const name = words[0]!.toUpperCase();
    this.lastCommand = name.toLowerCase();
    const open = ['AUTH', 'HELLO', 'QUIT', 'RESET'].includes(name);
    if (this.user === undefined && !open) {
      const fault = faultOf(commands, words);
      return [fault ?? failure('NOAUTH Authentication required.')];
    }
    if (this.subscriptions > 0 && !/^(?:P|S)?(?:UN)?SUBSCRIBE$|^PING$|^QUIT$|^RESET$/.test(name))
      return [
        failure(
          `ERR Can't execute '${name.toLowerCase()}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context`,
        ),
      ];
    if (/^P?(?:UN)?SUBSCRIBE$/.test(name)) return this.#subscription(name, words.slice(1));
    if (this.subscriptions > 0 && name === 'PING') return [array([bulk('pong'), bulk(words[1] ?? '')])];
    return [await this.#transaction(commands, name, words)];
  }

  #context(): Context {
    return { db: this.#server.databases[this.database]!, client: this, server: this.#server };
  }

  async #transaction(commands: CommandTable, name: string, words: string[]): Promise<Reply> {
    switch (name) {
      case 'MULTI':
        if (this.#queue !== undefined) return failure('ERR MULTI calls can not be nested');
        this.#queue = [];
        this.#queueIsBad = false;
        return OK;
      case 'DISCARD':
        if (this.#queue === undefined) return failure('ERR DISCARD without MULTI');
        this.#queue = undefined;
        this.#watched = [];
        return OK;
      case 'WATCH': {
        if (this.#queue !== undefined) return failure('ERR WATCH inside MULTI is not allowed');
        const { db } = this.#context();
        for (const key of words.slice(1)) this.#watched.push({ db, key, value: snapshot(db, key) });
        return OK;
      }
      case 'UNWATCH':
        this.#watched = [];
        return OK;
      case 'EXEC':
        return this.#exec(commands);
    }
    if (this.#queue === undefined) return execute(commands, this.#context(), words);
    const fault = faultOf(commands, words);
    if (fault !== undefined) {
      this.#queueIsBad = true;
      return fault;
    }
    this.#queue.push(words);
    return { kind: 'status', text: 'QUEUED' };
  }

  async #exec(commands: CommandTable): Promise<Reply> {
    const queue = this.#queue;
    const changed = this.#watched.some(({ db, key, value }) => snapshot(db, key) !== value);
    this.#queue = undefined;
    this.#watched = [];
    if (queue === undefined) return failure('ERR EXEC without MULTI');
    if (this.#queueIsBad) return failure('EXECABORT Transaction discarded because of previous errors.');
    if (changed) return { kind: 'array', items: null };
    const replies: Reply[] = [];
    for (const words of queue) replies.push(await execute(commands, this.#context(), words));
    return array(replies);
  }

  #subscription(name: string, args: string[]): Reply[] {
    const set = name.startsWith('P') ? this.patterns : this.channels;
    const leaves = name.includes('UN');
    if (!leaves && args.length === 0)
      return [failure(`ERR wrong number of arguments for '${name.toLowerCase()}' command`)];
    const named = args.length > 0 ? args : [...set];
    const tell = (channel: string | undefined) =>
      array([bulk(name.toLowerCase()), bulk(channel), integer(this.subscriptions)]);
    if (named.length === 0) return [tell(undefined)];
    return named.map((channel) => {
      if (leaves) set.delete(channel);
      else set.add(channel);
      return tell(channel);
    });
  }
}

/** A value as a text that differs when the value does. */
function snapshot(db: Database, key: string): string {
  const value = db.peek(key);
  return (
    JSON.stringify(value, (_, part: unknown) =>
      part instanceof Map || part instanceof Set ? [...part] : part,
    ) ?? ''
  );
}
