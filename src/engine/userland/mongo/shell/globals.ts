import type { Syscalls } from '../../../kernel/syscalls.ts';
import type { ObjectIds } from '../object-ids.ts';
import { Binary, isDocument, Long, Moment, ObjectId, Pattern, type Value } from '../values.ts';
import { display, inspect, parseIsoDate } from './inspect.ts';
import { ShellError, type ShellFunction, toNumber, toText } from './members.ts';

/** What programs find in the shell whatever they do: types, and JavaScript's own objects. */
export function globals(
  sys: Syscalls,
  ids: ObjectIds,
  env: ReadonlyMap<string, string>,
  print: (text: string) => Promise<void>,
): Map<string, unknown> {
  const moment = (...args: unknown[]): Moment => {
    const [given] = args;
    if (args.length === 0) return new Moment(Math.floor(sys.clock_gettime()));
    if (given instanceof Moment) return given;
    const ms = typeof given === 'number' ? given : parseIsoDate(toText(given));
    if (ms === undefined) throw new ShellError('TypeError', `"${toText(given)}" is not a valid ISODate`);
    return new Moment(ms);
  };
  const id = (...args: unknown[]): ObjectId => {
    const [given] = args;
    if (given === undefined) return ids.next();
    const hex = toText(given);
    if (!/^[\da-fA-F]{24}$/.test(hex))
      throw new ShellError(
        'BSONError',
        'input must be a 24 character hex string, 12 byte Uint8Array, or an integer',
      );
    return new ObjectId(hex);
  };
  const long = (given: unknown = 0): Long => {
    const text = toText(given);
    if (!/^-?\d+$/.test(text)) throw new ShellError('BSONError', `Integer string is not valid: ${text}`);
    return new Long(BigInt(text));
  };
  const uuid = (given?: unknown): Binary => {
    const hex = given === undefined ? undefined : toText(given).replaceAll('-', '');
    const bytes =
      hex === undefined
        ? Uint8Array.from(sys.getrandom(16))
        : Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    if (hex === undefined) {
      bytes[6] = (bytes[6]! & 0x0f) | 0x40;
      bytes[8] = (bytes[8]! & 0x3f) | 0x80;
    }
    return new Binary(bytes, 4);
  };
  const whole = (given: unknown = 0): number => Math.trunc(toNumber(given)) | 0;
  const functions: Record<string, ShellFunction> = {
    print: async (...values) => print(values.map(display).join(' ')),
    printjson: async (value) => print(display(value)),
    ObjectId: id,
    ISODate: moment,
    Date: Object.assign((...args: unknown[]) => moment(...args), {
      now: () => Math.floor(sys.clock_gettime()),
    }),
    NumberLong: long,
    Long: long,
    NumberInt: whole,
    Int32: whole,
    Double: toNumber,
    UUID: uuid,
    RegExp: (source, flags = '') =>
      new Pattern(source instanceof Pattern ? source.source : toText(source), toText(flags)),
    Number: (value = 0) => toNumber(value),
    String: (value = '') => toText(value),
    Boolean: (value) => Boolean(value),
    Error: (message = '') => new ShellError('Error', toText(message)),
    parseInt: (text) => Number.parseInt(toText(text), 10),
    parseFloat: (text) => Number.parseFloat(toText(text)),
    isNaN: (value) => Number.isNaN(toNumber(value)),
    sleep: async (ms) => {
      await sys.nanosleep(toNumber(ms));
    },
    tojson: (value) => inspect(value),
  };
  const random = () => new DataView(sys.getrandom(4).buffer).getUint32(0) / 2 ** 32;
  const math: Record<string, ShellFunction> = { random };
  for (const name of ['floor', 'ceil', 'round', 'abs', 'max', 'min', 'sqrt', 'pow', 'trunc'] as const)
    math[name] = (...values) => (Math[name] as (...numbers: number[]) => number)(...values.map(toNumber));
  const object: Record<string, ShellFunction> = {
    keys: (of) => (isDocument(of) ? [...of.keys()] : []),
    values: (of) => (isDocument(of) ? [...of.values()] : []),
    entries: (of) => (isDocument(of) ? [...of].map(([key, value]) => [key, value]) : []),
  };
  const list: Record<string, ShellFunction> = {
    isArray: (value) => Array.isArray(value),
    from: async (of, make) => {
      const length = isDocument(of) ? toNumber(of.get('length')) : 0;
      const items: unknown[] = Array.isArray(of)
        ? [...of]
        : Array.from({ length: Math.min(length, 1_000_000) }, () => undefined);
      if (typeof make !== 'function') return items;
      const out: unknown[] = [];
      for (const [i, item] of items.entries()) out.push(await (make as ShellFunction)(item, i));
      return out;
    },
  };
  const json: Record<string, ShellFunction> = {
    stringify: (value, _replace, indent) =>
      JSON.stringify(plain(value), undefined, indent === undefined ? undefined : toNumber(indent)),
    parse: (text) => fromPlain(JSON.parse(toText(text))),
  };
  return new Map<string, unknown>([
    ...Object.entries(functions),
    ['Math', new Map<string, unknown>([...Object.entries(math), ['PI', Math.PI]])],
    ['Object', new Map(Object.entries(object))],
    ['Array', new Map(Object.entries(list))],
    ['JSON', new Map(Object.entries(json))],
    ['EJSON', new Map(Object.entries(json))],
    [
      'console',
      new Map([
        ['log', functions['print']!],
        ['error', functions['print']!],
      ]),
    ],
    ['process', new Map<string, unknown>([['env', new Map(env)]])],
  ]);
}

function plain(value: unknown): unknown {
  if (value instanceof Moment || value instanceof ObjectId || value instanceof Long) return toText(value);
  if (Array.isArray(value)) return value.map(plain);
  if (isDocument(value)) return Object.fromEntries([...value].map(([key, inner]) => [key, plain(inner)]));
  return value;
}

function fromPlain(value: unknown): Value {
  if (Array.isArray(value)) return value.map(fromPlain);
  if (typeof value === 'object' && value !== null)
    return new Map(Object.entries(value).map(([key, inner]) => [key, fromPlain(inner)]));
  return value as Value;
}
