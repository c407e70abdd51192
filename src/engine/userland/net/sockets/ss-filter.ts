import { parsePrefix } from '../../../net/ip.ts';
import type { SocketInfo } from '../../../net/netlink.ts';
import { splitAddress } from './names.ts';

/** What stands behind ss' options: `state established`, `( sport = :80 or dport = :80 )` (ss(8), "STATE-FILTER", "EXPRESSION"). */

type Test = (socket: SocketInfo) => boolean;

/** A filter that is none. */
export class BadFilter extends Error {}

const STATES: Readonly<Record<string, readonly SocketInfo['state'][]>> = {
  established: ['ESTAB'],
  'syn-sent': ['SYN-SENT'],
  'syn-recv': ['SYN-RECV'],
  'fin-wait-1': ['FIN-WAIT-1'],
  'fin-wait-2': ['FIN-WAIT-2'],
  'time-wait': ['TIME-WAIT'],
  closed: ['UNCONN'],
  'close-wait': ['CLOSE-WAIT'],
  'last-ack': ['LAST-ACK'],
  listening: ['LISTEN'],
  listen: ['LISTEN'],
  closing: ['CLOSING'],
};
const CONNECTED = [
  'established',
  'syn-sent',
  'syn-recv',
  'fin-wait-1',
  'fin-wait-2',
  'time-wait',
  'close-wait',
  'last-ack',
  'closing',
];
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  all: Object.keys(STATES),
  connected: CONNECTED,
  synchronized: CONNECTED.filter((state) => state !== 'syn-sent'),
  bucket: ['syn-recv', 'time-wait'],
  big: Object.keys(STATES).filter((state) => state !== 'syn-recv' && state !== 'time-wait'),
};

export interface Filter {
  /** The states asked for, if any are. */
  states: Set<SocketInfo['state']> | undefined;
  test: Test;
}

/** Reads a filter. Throws `BadFilter`. */
export function parseFilter(words: readonly string[], portOf: (name: string) => number | undefined): Filter {
  const tokens = words.flatMap((word) => word.match(/[()]|[^()\s]+/g) ?? []);
  let states: Filter['states'];
  while (tokens[0] === 'state' || tokens[0] === 'exclude') {
    const [verb, name] = tokens.splice(0, 2);
    const named = GROUPS[name!] ?? (Object.hasOwn(STATES, name ?? '') ? [name!] : undefined);
    if (!named) throw new BadFilter(`wrong state name: ${name ?? ''}`);
    const found = named.flatMap((each) => STATES[each]!);
    states ??= new Set(verb === 'exclude' ? Object.values(STATES).flat() : []);
    for (const state of found)
      if (verb === 'state') states.add(state);
      else states.delete(state);
  }
  const parser = new Parser(tokens, portOf);
  return { states, test: tokens.length === 0 ? () => true : parser.all() };
}

class Parser {
  readonly #tokens: string[];
  readonly #portOf: (name: string) => number | undefined;

  constructor(tokens: string[], portOf: (name: string) => number | undefined) {
    this.#tokens = tokens;
    this.#portOf = portOf;
  }

  all(): Test {
    const test = this.#or();
    if (this.#tokens.length > 0) throw new BadFilter('syntax error');
    return test;
  }

  #or(): Test {
    let left = this.#and();
    while (this.#takes('or', '||', '|')) {
      const [one, other] = [left, this.#and()];
      left = (socket) => one(socket) || other(socket);
    }
    return left;
  }

  #and(): Test {
    let left = this.#not();
    while (this.#tokens.length > 0 && !/^(or|\|\|?|\))$/.test(this.#tokens[0]!)) {
      this.#takes('and', '&&', '&');
      const [one, other] = [left, this.#not()];
      left = (socket) => one(socket) && other(socket);
    }
    return left;
  }

  #not(): Test {
    if (this.#takes('not', '!')) {
      const test = this.#not();
      return (socket) => !test(socket);
    }
    if (this.#takes('(')) {
      const test = this.#or();
      if (!this.#takes(')')) throw new BadFilter('syntax error');
      return test;
    }
    return this.#term();
  }

  #takes(...words: string[]): boolean {
    if (!words.includes(this.#tokens[0] ?? '')) return false;
    this.#tokens.shift();
    return true;
  }

  #term(): Test {
    const what = this.#tokens.shift();
    const side = what === 'sport' || what === 'src' ? 'local' : 'peer';
    const sign = /^([=!<>]=?|eq|ne|neq|lt|gt|le|ge)$/.test(this.#tokens[0] ?? '')
      ? this.#tokens.shift()!
      : '=';
    const value = this.#tokens.shift();
    if (value === undefined) throw new BadFilter('syntax error');
    if (what === 'sport' || what === 'dport') return this.#port(side, sign, value.replace(/^.*:/, ''));
    if (what === 'src' || what === 'dst') return this.#address(side, sign, value);
    throw new BadFilter('syntax error');
  }

  #port(side: 'local' | 'peer', sign: string, text: string): Test {
    const wanted = /^\d+$/.test(text) ? Number(text) : this.#portOf(text);
    if (wanted === undefined) throw new BadFilter(`"${text}" does not look like a port`);
    const compare = COMPARISONS[sign];
    if (!compare) throw new BadFilter('syntax error');
    return (socket) => compare(Number(splitAddress(socket[side])[1]), wanted);
  }

  #address(side: 'local' | 'peer', sign: string, text: string): Test {
    const isNegative = /^(!=|!|ne|neq)$/.test(sign);
    const [, host, port] = /^(\[[^\]]*\](?:\/\d+)?|[^:]*)(?::(\w+))?$/.exec(text) ?? [
      undefined,
      text,
      undefined,
    ];
    const prefix = /^(\*|)$/.test(host!) ? undefined : parsePrefix(host!.replace(/[[\]]/g, ''));
    if (!prefix && !/^(\*|)$/.test(host!))
      throw new BadFilter(`Error: an inet prefix is expected rather than "${text}".`);
    const ofPort = port === undefined ? () => true : this.#port(side, '=', port);
    return (socket) => {
      const own = parsePrefix(splitAddress(socket[side])[0].replace(/[[\]]/g, ''));
      const shift = prefix && BigInt((prefix.family === 'inet' ? 32 : 128) - prefix.length);
      const isIn = !prefix || (own?.family === prefix.family && own.bits >> shift! === prefix.bits >> shift!);
      return (isIn && ofPort(socket)) !== isNegative;
    };
  }
}

const COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '=': (a, b) => a === b,
  '==': (a, b) => a === b,
  eq: (a, b) => a === b,
  '!': (a, b) => a !== b,
  '!=': (a, b) => a !== b,
  ne: (a, b) => a !== b,
  neq: (a, b) => a !== b,
  '<': (a, b) => a < b,
  lt: (a, b) => a < b,
  '>': (a, b) => a > b,
  gt: (a, b) => a > b,
  '<=': (a, b) => a <= b,
  le: (a, b) => a <= b,
  '>=': (a, b) => a >= b,
  ge: (a, b) => a >= b,
};
