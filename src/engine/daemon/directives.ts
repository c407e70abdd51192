/** The directives of daemon.json: what kind of value each has, and whether it is modelled. */

import { GoError } from '../runtime/go-error.ts';
import { kindOf } from '../runtime/go-json.ts';
import type { Configuration } from './configuration.ts';
import { directiveOf, FLAGS } from './flag-table.ts';
import { parseAddress, parseSubnet } from './networks/ipam.ts';

type Kind = 'string' | 'boolean' | 'number' | 'strings' | 'map' | 'pools' | 'any';

const MODELLED: readonly (keyof Configuration)[] = [
  'data-root',
  'debug',
  'hosts',
  'insecure-registries',
  'registry-mirrors',
  'labels',
  'dns',
  'default-address-pools',
  'bip',
  'iptables',
  'live-restore',
  'log-driver',
  'log-opts',
];

/** Those that are told otherwise on the command line, or not at all. */
const OTHERS: Readonly<Record<string, Kind>> = {
  builder: 'any',
  'default-network-opts': 'any',
  features: 'any',
  proxies: 'any',
  'max-concurrent-uploads': 'number',
};

const KINDS: Readonly<Record<string, Kind>> = {
  string: 'string',
  ip: 'string',
  bool: 'boolean',
  int: 'number',
  list: 'strings',
  ipSlice: 'strings',
  map: 'map',
  'pool-options': 'pools',
};

const DIRECTIVES: ReadonlyMap<string, Kind> = new Map([
  ...FLAGS.flatMap(([name, , type]): [string, Kind][] => {
    const directive = directiveOf(name);
    return directive === undefined ? [] : [[directive, KINDS[type] ?? 'any']];
  }),
  ...Object.entries(OTHERS),
]);

/** Refuses directives that the real daemon has not got either. */
export function refuseUnknown(file: Readonly<Record<string, unknown>>): void {
  const unknown = Object.keys(file).filter((key) => !DIRECTIVES.has(key));
  if (unknown.length > 0)
    throw new GoError(`the following directives don't match any configuration option: ${unknown.join(', ')}`);
}

/** Refuses those that the real daemon has and this one does not model. */
export function refuseUnmodelled(file: Readonly<Record<string, unknown>>): void {
  const name = Object.keys(file).find((key) => !(MODELLED as readonly string[]).includes(key));
  if (name !== undefined) throw new GoError(`the directive ${name} is not modelled by Drydock`);
}

/** Whether what a flag says is modelled. */
export const isModelled = (directive: string): boolean => (MODELLED as readonly string[]).includes(directive);

/** Refuses values of another kind than Go's struct has. */
export function checkKinds(file: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(file)) checkKind(key, value, DIRECTIVES.get(key) ?? 'any');
}

const GO_TYPES: Readonly<Record<Exclude<Kind, 'any'>, string>> = {
  boolean: 'bool',
  number: 'int',
  string: 'string',
  map: 'map[string]string',
  strings: '[]string',
  pools: '[]string',
};

function checkKind(key: string, value: unknown, kind: Kind): void {
  if (kind === 'any' || value === null) return;
  if (kind === 'map' && kindOf(value) === 'object') {
    for (const [name, item] of Object.entries(value as object)) checkKind(`${key}.${name}`, item, 'string');
    return;
  }
  if (kind === 'strings' && Array.isArray(value)) {
    for (const [at, item] of value.entries())
      if (typeof item !== 'string')
        throw new GoError(
          `invalid JSON: json: cannot unmarshal ${kindOf(item)} into Config.${key}.${at} of type string`,
        );
      else if (key === 'dns' && parseAddress(item) === undefined && !item.includes(':'))
        throw new GoError(`invalid JSON: invalid IP address: ${item}`);
    return;
  }
  if (kind === 'pools' && Array.isArray(value)) {
    for (const { base = '' } of value as { base?: string }[]) checkPrefix(base);
    return;
  }
  if (typeof value !== kind)
    throw new GoError(
      `invalid JSON: json: cannot unmarshal ${kindOf(value)} into Go struct field Config.${key} of type ${GO_TYPES[kind]}`,
    );
}

/** Models Go's netip.ParsePrefix. */
function checkPrefix(text: string): void {
  const problem = (why: string) =>
    new GoError(`invalid JSON: netip.ParsePrefix(${JSON.stringify(text)}): ${why}`);
  if (!text.includes('/')) throw problem("no '/'");
  if (parseSubnet(text) === undefined && !text.includes(':')) throw problem('invalid CIDR address');
}
