/**
 * `config.json`, what a person keeps of the client: formats, keys, headers, credentials.
 * Models docker/cli `cli/config` and `cli/config/configfile`.
 */
import { decode, encode } from '../base/bytes.ts';
import { isErrno } from '../base/errno.ts';
import { decodeBase64 } from './base64.ts';
import type { Cli } from './cli.ts';
import { indentJson, jsonString, marshal, parseJson } from './format/json.ts';
import { GoMap, GoSlice, type GoValue, JsonNumber } from './go-template/value.ts';

export interface RegistryCredentials {
  readonly username: string;
  readonly password: string;
}

/** The settings that are heeded here. */
export interface ClientConfig {
  /** Where they are kept. */
  readonly path: string;
  /** All that was read, by the names of `FIELDS`: what is saved again. */
  readonly fields: ReadonlyMap<string, GoValue>;
  /** `psFormat`, `imagesFormat`, … by name; what has not been set is absent. */
  readonly formats: Readonly<Record<string, string>>;
  readonly detachKeys: string;
  /** What every prune is to keep to, each `name=value`. */
  readonly pruneFilters: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly currentContext: string;
  /** By registry, as `docker login` files them. */
  readonly credentials: ReadonlyMap<string, RegistryCredentials>;
  /** The program that keeps credentials instead, by registry; under '' the one for all others. */
  readonly helpers: ReadonlyMap<string, string>;
  /** Variables for containers, by the engine's address or `default`. */
  readonly proxies: ReadonlyMap<string, readonly (readonly [name: string, value: string])[]>;
}

export const NO_CONFIG: ClientConfig = {
  path: '',
  fields: new Map(),
  helpers: new Map(),
  formats: {},
  detachKeys: '',
  pruneFilters: [],
  headers: {},
  currentContext: '',
  credentials: new Map(),
  proxies: new Map(),
};

type FieldType = 'string' | 'strings' | 'map[string]string' | 'map' | 'map of maps';

/** The fields of Go's `ConfigFile` and their types, in its order. */
const FIELDS: Readonly<Record<string, FieldType>> = {
  auths: 'map of maps',
  HttpHeaders: 'map[string]string',
  psFormat: 'string',
  imagesFormat: 'string',
  networksFormat: 'string',
  pluginsFormat: 'string',
  volumesFormat: 'string',
  statsFormat: 'string',
  detachKeys: 'string',
  credsStore: 'string',
  credHelpers: 'map[string]string',
  serviceInspectFormat: 'string',
  servicesFormat: 'string',
  tasksFormat: 'string',
  secretFormat: 'string',
  configFormat: 'string',
  nodesFormat: 'string',
  pruneFilters: 'strings',
  proxies: 'map of maps',
  currentContext: 'string',
  cliPluginsExtraDirs: 'strings',
  plugins: 'map',
  aliases: 'map[string]string',
  features: 'map[string]string',
  experimental: 'string',
};

/** Those that would change what commands do, and do not here. */
const UNMODELLED = ['cliPluginsExtraDirs', 'plugins', 'aliases'];

/** Reads `config.json` of a directory. A broken one is told of on standard error and counts as empty, as with the real client. */
export async function loadConfig(cli: Cli, directory: string): Promise<ClientConfig> {
  const path = `${directory}/config.json`;
  return { ...(await readConfig(cli, path)), path };
}

async function readConfig(cli: Cli, path: string): Promise<ClientConfig> {
  let text: string;
  try {
    text = decode(await cli.readFile(path));
  } catch (error) {
    if (!isErrno(error)) throw error;
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return NO_CONFIG;
    const reason = `${path}: ${error.message[0]!.toLowerCase()}${error.message.slice(1)}`;
    await cli.err(
      error.code === 'EISDIR'
        ? `WARNING: Error parsing config file (${path}): read ${reason}\n`
        : `WARNING: Error loading config file: open ${reason}\n`,
    );
    return NO_CONFIG;
  }
  if (text.trim() === '') return NO_CONFIG;
  try {
    const fields = readFields(firstValue(text));
    for (const name of UNMODELLED)
      if (fields.has(name)) await cli.err(`WARNING: '${name}' in ${path} is not modelled in Drydock yet\n`);
    return settings(fields);
  } catch (error) {
    await cli.err(`WARNING: Error parsing config file (${path}): ${(error as Error).message}\n`);
    return NO_CONFIG;
  }
}

/** Go's decoder reads one value and leaves what follows alone. */
function firstValue(text: string): GoValue {
  try {
    return parseJson(text);
  } catch (error) {
    const { message } = error as Error;
    if (message === 'unexpected end of JSON input') throw new Error('unexpected EOF');
    if (!message.endsWith('after top-level value')) throw error;
    for (let end = text.lastIndexOf('}'); end > 0; end = text.lastIndexOf('}', end - 1)) {
      try {
        return parseJson(text.slice(0, end + 1));
      } catch {
        // Longer than the first value: try the brace before.
      }
    }
    throw error;
  }
}

/** The known fields; names are matched without regard to case, as encoding/json does. */
function readFields(root: GoValue): Map<string, GoValue> {
  if (root === null) return new Map();
  if (!(root instanceof GoMap))
    throw new Error(`json: cannot unmarshal ${kindOf(root)} into Go value of type configfile.ConfigFile`);
  const names = new Map(Object.keys(FIELDS).map((name) => [name.toLowerCase(), name]));
  const fields = new Map<string, GoValue>();
  for (const [key, value] of root.entries) {
    const name = names.get(key.toLowerCase());
    if (name === undefined || value === null) continue;
    check(value, FIELDS[name]!, name);
    fields.set(name, value);
  }
  return fields;
}

function check(value: GoValue, type: FieldType, field: string): void {
  const refuse = (found: GoValue, wanted: string, at = field): never => {
    throw new Error(
      `json: cannot unmarshal ${kindOf(found)} into Go struct field ConfigFile.${at} of type ${wanted}`,
    );
  };
  if (type === 'string') {
    if (typeof value !== 'string') refuse(value, 'string');
  } else if (type === 'strings') {
    if (!(value instanceof GoSlice)) refuse(value, '[]string');
  } else if (!(value instanceof GoMap)) {
    const wanted = {
      auths: 'map[string]types.AuthConfig',
      proxies: 'map[string]configfile.ProxyConfig',
      plugins: 'map[string]map[string]string',
    }[field];
    refuse(value, wanted ?? 'map[string]string');
  } else if (type === 'map[string]string') {
    for (const [key, item] of value.entries)
      if (typeof item !== 'string') refuse(item, 'string', `${field}.${key}`);
  } else if (type === 'map of maps') {
    const wanted = field === 'auths' ? 'types.AuthConfig' : 'configfile.ProxyConfig';
    for (const [key, item] of value.entries)
      if (!(item instanceof GoMap)) refuse(item, wanted, `${field}.${key}`);
  }
}

function kindOf(value: GoValue): string {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (value instanceof JsonNumber) return 'number';
  return value instanceof GoSlice ? 'array' : 'object';
}

function settings(fields: ReadonlyMap<string, GoValue>): ClientConfig {
  const text = (name: string) => (fields.get(name) as string | undefined) ?? '';
  const entries = (name: string) => [...((fields.get(name) as GoMap | undefined)?.entries ?? [])];
  return {
    path: '',
    fields,
    helpers: new Map([
      ...(text('credsStore') === '' ? [] : [['', text('credsStore')] as const]),
      ...(entries('credHelpers') as [string, string][]),
    ]),
    formats: Object.fromEntries(
      [...fields].filter(([name, value]) => name.endsWith('Format') && value !== ''),
    ) as Record<string, string>,
    detachKeys: text('detachKeys'),
    pruneFilters: ((fields.get('pruneFilters') as GoSlice | undefined)?.items ?? []).map(String),
    headers: Object.fromEntries(entries('HttpHeaders')) as Record<string, string>,
    currentContext: text('currentContext'),
    credentials: new Map(
      entries('auths').flatMap(([registry, auth]) => credentials(registry, auth as GoMap)),
    ),
    proxies: new Map(entries('proxies').map(([host, proxy]) => [host, variables(proxy as GoMap)])),
  };
}

function credentials(registry: string, auth: GoMap): [string, RegistryCredentials][] {
  const encoded = auth.entries.get('auth');
  if (typeof encoded !== 'string' || encoded === '') return [];
  const plain = decodeBase64(encoded);
  const colon = plain.indexOf(':');
  if (colon < 0) throw new Error('Invalid auth configuration file');
  return [
    [registry, { username: plain.slice(0, colon), password: plain.slice(colon + 1).replace(/\0+$/, '') }],
  ];
}

const PROXIES = ['httpProxy', 'httpsProxy', 'noProxy', 'ftpProxy', 'allProxy'];

/** A proxy's address goes by two spellings of the same variable. */
const variables = (proxy: GoMap) =>
  PROXIES.flatMap((key) => {
    const value = proxy.entries.get(key);
    if (typeof value !== 'string' || value === '') return [];
    const name = key.replace('Proxy', '_proxy');
    return [[name.toUpperCase(), value] as const, [name, value] as const];
  });

/** Writes the file anew, with some fields changed: known ones in Go's order, registries sorted. */
export function saveConfig(
  cli: Cli,
  config: ClientConfig,
  changed: ReadonlyMap<string, GoValue>,
): Promise<void> {
  const fields = new Map<string, GoValue>([['auths', new GoMap(new Map())], ...config.fields, ...changed]);
  const members = Object.keys(FIELDS).flatMap((name) => {
    const value = fields.get(name);
    if (value === undefined || (name !== 'auths' && isEmpty(value))) return [];
    return [`${jsonString(name)}:${marshal(value)}`];
  });
  return cli.replaceFile(config.path, encode(indentJson(`{${members.join(',')}}`, '\t')));
}

const isEmpty = (value: GoValue): boolean =>
  value === '' ||
  (value instanceof GoMap && value.entries.size === 0) ||
  (value instanceof GoSlice && value.items.length === 0);
