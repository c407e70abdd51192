import type { ByteStream } from '../../base/byte-stream.ts';
import { concat } from '../../base/bytes.ts';
import { StreamReader } from '../lib/stream-reader.ts';
import { bytesToText, textToBytes } from '../lib/text.ts';
import type { Cache, Item } from './cache.ts';

/** The state of a running server that its sessions share. */
export interface Service {
  cache: Cache;
  version: string;
  /** Counters by the names that `stats` shows them under. */
  counters: Map<string, number>;
  stats(): [string, string | number][];
}

const KEY = /^[^\s\x00-\x1f]{1,250}$/;
const MALFORMED = 'CLIENT_ERROR bad command line format';
/** The largest item, with its overhead. */
const LARGEST = 1_048_576 - 512;

/** One connection, in the text protocol (memcached's doc/protocol.txt). The binary one and the meta commands are not simulated. */
export async function session(service: Service, stream: ByteStream): Promise<void> {
  const reader = new StreamReader(stream);
  const count = (name: string) => service.counters.set(name, (service.counters.get(name) ?? 0) + 1);
  for (;;) {
    const line = await reader.line();
    if (line === undefined) return;
    const words = bytesToText(line)
      .split(' ')
      .filter((word) => word !== '');
    const quiet = words.at(-1) === 'noreply';
    if (quiet) words.pop();
    if (words[0] === 'quit') return;
    const answer = await respond(service, words, reader, count);
    if (answer === undefined) return;
    if (!quiet) await stream.write(typeof answer === 'string' ? textToBytes(`${answer}\r\n`) : answer);
  }
}

type Answer = string | Uint8Array | undefined;

async function respond(
  service: Service,
  [name = '', ...args]: string[],
  reader: StreamReader,
  count: (name: string) => void,
): Promise<Answer> {
  const { cache } = service;
  switch (name) {
    case 'get':
    case 'gets':
      return args.length === 0 ? 'ERROR' : found(cache, args, name === 'gets', count);
    case 'gat':
    case 'gats': {
      const [seconds, ...keys] = args;
      if (keys.length === 0) return 'ERROR';
      for (const key of keys) touch(cache, key, Number(seconds));
      return found(cache, keys, name === 'gats', count);
    }
    case 'set':
    case 'add':
    case 'replace':
    case 'append':
    case 'prepend':
    case 'cas':
      return store(service, name, args, reader, count);
    case 'delete':
      if (args.length === 0) return 'ERROR';
      return cache.delete(args[0]!) ? 'DELETED' : 'NOT_FOUND';
    case 'incr':
    case 'decr':
      return args.length < 2 ? 'ERROR' : add(cache, args[0]!, args[1]!, name === 'incr' ? 1n : -1n);
    case 'touch':
      count('cmd_touch');
      if (args.length < 2) return 'ERROR';
      return touch(cache, args[0]!, Number(args[1])) ? 'TOUCHED' : 'NOT_FOUND';
    case 'flush_all':
      count('cmd_flush');
      cache.clear();
      return 'OK';
    case 'verbosity':
      return 'OK';
    case 'version':
      return `VERSION ${service.version}`;
    case 'stats':
      if (args.length > 0) return `CLIENT_ERROR stats ${args[0]} is not simulated`;
      return [...service.stats().map(([key, value]) => `STAT ${key} ${value}`), 'END'].join('\r\n');
    default:
      return 'ERROR';
  }
}

function found(
  cache: Cache,
  keys: readonly string[],
  unique: boolean,
  count: (name: string) => void,
): Answer {
  if (keys.some((key) => !KEY.test(key))) return MALFORMED;
  const parts: Uint8Array[] = [];
  for (const key of keys) {
    count('cmd_get');
    const item = cache.get(key);
    count(item === undefined ? 'get_misses' : 'get_hits');
    if (item === undefined) continue;
    const { data, flags } = item;
    parts.push(
      textToBytes(`VALUE ${key} ${flags} ${data.length}${unique ? ` ${item.unique}` : ''}\r\n`),
      data,
      textToBytes('\r\n'),
    );
  }
  return concat([...parts, textToBytes('END\r\n')]);
}

async function store(
  service: Service,
  how: string,
  args: readonly string[],
  reader: StreamReader,
  count: (name: string) => void,
): Promise<Answer> {
  const { cache } = service;
  if (args.length !== (how === 'cas' ? 5 : 4)) return 'ERROR';
  const [key = '', flags, seconds, length, unique] = args;
  if (!KEY.test(key) || !/^\d+$/.test(flags!) || !/^-?\d+$/.test(seconds!) || !/^\d+$/.test(length!))
    return MALFORMED;
  const bytes = await reader.exactly(Number(length) + 2);
  if (bytes === undefined) return undefined;
  if (bytes.at(-2) !== 13 || bytes.at(-1) !== 10) {
    await reader.line();
    return 'CLIENT_ERROR bad data chunk';
  }
  if (Number(length) > LARGEST) return 'SERVER_ERROR object too large for cache';
  count('cmd_set');
  const data = bytes.subarray(0, -2);
  const item = cache.get(key);
  if (how === 'cas' && item === undefined) return 'NOT_FOUND';
  if (how === 'cas' && String(item!.unique) !== unique) return 'EXISTS';
  if (how === 'add' ? item !== undefined : how !== 'set' && item === undefined) return 'NOT_STORED';
  if (how === 'append') cache.change(key, item!, concat([item!.data, data]));
  else if (how === 'prepend') cache.change(key, item!, concat([data, item!.data]));
  else cache.set(key, data, Number(flags), Number(seconds));
  return 'STORED';
}

/** Unsigned numbers of 64 bits: they wrap above, and stop at 0. */
function add(cache: Cache, key: string, by: string, sign: bigint): string {
  if (!/^\d+$/.test(by)) return 'CLIENT_ERROR invalid numeric delta argument';
  const item: Item | undefined = cache.get(key);
  if (item === undefined) return 'NOT_FOUND';
  const text = bytesToText(item.data).trim();
  if (!/^\d+$/.test(text)) return 'CLIENT_ERROR cannot increment or decrement non-numeric value';
  const sum = BigInt(text) + sign * BigInt(by);
  const value = sum < 0n ? 0n : BigInt.asUintN(64, sum);
  cache.change(key, item, textToBytes(String(value)));
  return String(value);
}

function touch(cache: Cache, key: string, seconds: number): boolean {
  const item = cache.get(key);
  if (item === undefined || Number.isNaN(seconds)) return false;
  cache.touch(key, item, seconds);
  return true;
}
