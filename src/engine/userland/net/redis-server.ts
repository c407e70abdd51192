import type { ByteStream } from '../../base/byte-stream.ts';
import { calendar, MONTHS } from '../../base/calendar.ts';
import { isErrno } from '../../base/errno.ts';
import { textToBytes } from '../lib/text.ts';
import { encodeReply, type Reply, RespReader } from './resp.ts';
import { listenOn, serveConnections } from './serve-connections.ts';
import { netProgram } from './tool.ts';

/** redis-server: strings, counters and expiry in memory. Persistence and the other types are not modelled. */
export const redisServer = netProgram(async (io) => {
  const version = io.env.get('REDIS_VERSION') ?? '7.2.4';
  let port = 6379;
  let address: string | undefined;
  for (let i = 0; i < io.args.length; i++) {
    const arg = io.args[i]!;
    if (arg === '--port') port = Number(io.args[++i]);
    else if (arg === '-v' || arg === '--version') {
      io.stdout.write(`Redis server v=${version} sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=0\n`);
      return 0;
    } else if (arg === '--bind') address = io.args[++i] ?? '';
    // Nothing is ever written to disk here: to ask for that is fine, to ask for the contrary is refused.
    else if (arg === '--save' && io.args[i + 1] === '') i++;
    else if (/^--(appendonly|protected-mode)$/.test(arg) && io.args[i + 1] === 'no') i++;
    else return io.fail(`option ${arg} ${io.args[i + 1] ?? ''} is not simulated`);
  }
  const { sys } = io;
  const log = async (mark: string, text: string) => {
    io.stdout.write(`${sys.getpid()}:M ${logTime(sys.clock_gettime())} ${mark} ${text}\n`);
    await io.stdout.flush();
  };
  io.stdout.write(
    `${sys.getpid()}:C ${logTime(sys.clock_gettime())} * oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo\n`,
  );
  io.stdout.write(
    `${sys.getpid()}:C ${logTime(sys.clock_gettime())} * Redis version=${version}, bits=64, commit=00000000, modified=0, pid=${sys.getpid()}, just started\n`,
  );
  let listener: number;
  try {
    listener = await listenOn(sys, port, address === '*' ? undefined : address);
  } catch (error) {
    if (!isErrno(error)) throw error;
    await log('#', `Warning: Could not create server TCP listening socket *:${port}: bind: ${error.message}`);
    await log('#', `Failed listening on port ${port} (tcp), aborting.`);
    return 1;
  }
  await log('*', `Running mode=standalone, port=${port}.`);
  await log('*', 'Server initialized');
  await log('*', 'Ready to accept connections tcp');
  let stop = (_signal: string) => {};
  const stopped = new Promise<string>((resolve) => {
    stop = resolve;
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) await sys.sigaction(signal, () => stop(signal));
  const store = new Store(() => sys.clock_gettime('monotonic'));
  const serving = serveConnections(sys, listener, (stream) => session(store, stream));
  const signal = await Promise.race([stopped, serving.then(() => 'SIGTERM')]);
  const at = `${sys.getpid()}:signal-handler (${Math.floor(sys.clock_gettime() / 1000)})`;
  io.stdout.write(`${at} Received ${signal} scheduling shutdown...\n`);
  await log('*', 'User requested shutdown...');
  await log('#', 'Redis is now ready to exit, bye bye...');
  return 0;
});

async function session(store: Store, stream: ByteStream): Promise<void> {
  const reader = new RespReader(stream);
  try {
    for (;;) {
      const words = await reader.command();
      if (words === undefined) break;
      if (words.length === 0) continue;
      await stream.write(textToBytes(encodeReply(store.execute(words))));
      if (words[0]!.toUpperCase() === 'QUIT') break;
    }
  } catch (error) {
    if (!isErrno(error)) throw error;
  }
  await stream.close();
}

const OK: Reply = { kind: 'status', text: 'OK' };
const integer = (value: number): Reply => ({ kind: 'integer', value });
const bulk = (text: string | undefined): Reply => ({ kind: 'bulk', text: text ?? null });
const error = (text: string): Reply => ({ kind: 'error', text });

type Command = { arity: number; run: (store: Store, args: string[]) => Reply };

/** Commands by name; a negative arity is a least number of words, the command's name counted (as COMMAND INFO gives it). */
const COMMANDS: Record<string, Command> = {
  PING: {
    arity: -1,
    run: (_store, [text]) => (text === undefined ? { kind: 'status', text: 'PONG' } : bulk(text)),
  },
  ECHO: { arity: 2, run: (_store, [text]) => bulk(text) },
  QUIT: { arity: -1, run: () => OK },
  SELECT: { arity: 2, run: () => OK },
  CLIENT: { arity: -2, run: () => OK },
  COMMAND: { arity: -1, run: () => ({ kind: 'array', items: [] }) },
  SET: {
    arity: -3,
    run: (store, [key, value, ...options]) => {
      let seconds: number | undefined;
      let only: 'NX' | 'XX' | undefined;
      for (let i = 0; i < options.length; i++) {
        const option = options[i]!.toUpperCase();
        if ((option === 'NX' || option === 'XX') && only === undefined) only = option;
        else if ((option === 'EX' || option === 'PX') && seconds === undefined) {
          const amount = options[++i] ?? '';
          if (!/^-?\d+$/.test(amount)) return error('ERR value is not an integer or out of range');
          if (Number(amount) <= 0) return error("ERR invalid expire time in 'set' command");
          seconds = Number(amount) / (option === 'PX' ? 1000 : 1);
        } else return error('ERR syntax error');
      }
      const there = store.get(key!) !== undefined;
      if ((only === 'NX' && there) || (only === 'XX' && !there)) return bulk(undefined);
      store.set(key!, value!);
      if (seconds !== undefined) store.expire(key!, seconds);
      return OK;
    },
  },
  GET: { arity: 2, run: (store, [key]) => bulk(store.get(key!)) },
  DEL: { arity: -2, run: (store, keys) => integer(keys.filter((key) => store.delete(key)).length) },
  EXISTS: {
    arity: -2,
    run: (store, keys) => integer(keys.filter((key) => store.get(key) !== undefined).length),
  },
  INCR: { arity: 2, run: (store, [key]) => store.add(key!, 1) },
  DECR: { arity: 2, run: (store, [key]) => store.add(key!, -1) },
  INCRBY: { arity: 3, run: (store, [key, by]) => store.add(key!, Number(by)) },
  APPEND: {
    arity: 3,
    run: (store, [key, text]) => {
      const value = (store.get(key!) ?? '') + text;
      store.set(key!, value);
      return integer(value.length);
    },
  },
  KEYS: { arity: 2, run: (store, [pattern]) => ({ kind: 'array', items: store.keys(pattern!).map(bulk) }) },
  DBSIZE: { arity: 1, run: (store) => integer(store.keys('*').length) },
  EXPIRE: { arity: 3, run: (store, [key, seconds]) => integer(store.expire(key!, Number(seconds)) ? 1 : 0) },
  TTL: { arity: 2, run: (store, [key]) => integer(store.ttl(key!)) },
  FLUSHALL: {
    arity: -1,
    run: (store) => {
      store.clear();
      return OK;
    },
  },
};

class Store {
  readonly #values = new Map<string, { text: string; until: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  execute([name, ...args]: readonly string[]): Reply {
    const command = COMMANDS[name!.toUpperCase()];
    if (command === undefined)
      return error(
        `ERR unknown command '${name}', with args beginning with: ${args.map((arg) => `'${arg}' `).join('')}`,
      );
    const count = args.length + 1;
    if (command.arity >= 0 ? count !== command.arity : count < -command.arity)
      return error(`ERR wrong number of arguments for '${name!.toLowerCase()}' command`);
    return command.run(this, args);
  }

  get(key: string): string | undefined {
    const entry = this.#values.get(key);
    if (entry !== undefined && entry.until <= this.#now()) this.#values.delete(key);
    return this.#values.get(key)?.text;
  }

  set(key: string, text: string): void {
    this.#values.set(key, { text, until: Number.POSITIVE_INFINITY });
  }

  delete(key: string): boolean {
    return this.get(key) !== undefined && this.#values.delete(key);
  }

  clear(): void {
    this.#values.clear();
  }

  add(key: string, by: number): Reply {
    const now = this.get(key) ?? '0';
    if (!/^-?\d+$/.test(now) || !Number.isInteger(by))
      return error('ERR value is not an integer or out of range');
    this.#values.set(key, {
      text: String(Number(now) + by),
      until: this.#values.get(key)?.until ?? Number.POSITIVE_INFINITY,
    });
    return integer(Number(now) + by);
  }

  keys(pattern: string): string[] {
    const source = pattern
      .replace(/[.+^${}()|\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    const expression = new RegExp(`^${source}$`);
    return [...this.#values.keys()].filter((key) => this.get(key) !== undefined && expression.test(key));
  }

  expire(key: string, seconds: number): boolean {
    if (this.get(key) === undefined) return false;
    this.#values.get(key)!.until = this.#now() + seconds * 1000;
    return true;
  }

  ttl(key: string): number {
    if (this.get(key) === undefined) return -2;
    const { until } = this.#values.get(key)!;
    return until === Number.POSITIVE_INFINITY ? -1 : Math.ceil((until - this.#now()) / 1000);
  }
}

function logTime(ms: number): string {
  const t = calendar(ms);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(t.day)} ${MONTHS[t.month - 1]} ${t.year} ${two(t.hour)}:${two(t.minute)}:${two(t.second)}.${String(Math.floor(ms % 1000)).padStart(3, '0')}`;
}
