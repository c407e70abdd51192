import { parse, YAMLParseError } from 'yaml';

/** What the program heeds of its configuration (distribution, docs/configuration). */
export interface Configuration {
  level: string;
  /** Fields that every line of the log carries. */
  fields: Readonly<Record<string, string>>;
  accessLog: boolean;
  /** Where content is kept; in memory without. */
  root: string | undefined;
  /** Whether what is known of blobs is kept in memory. */
  cache: boolean;
  /** Whether `http.secret` is given. */
  secret: boolean;
  deletion: boolean;
  readOnly: boolean;
  address: string;
  headers: readonly (readonly [string, string])[];
  tls: { certificate: string; key: string; clientAuthorities: readonly string[] } | undefined;
  htpasswd: { realm: string; path: string } | undefined;
  proxy: { url: string; username: string; password: string } | undefined;
}

/** What is wrong with a configuration. */
export class ConfigurationError extends Error {}

/** What is wrong with it and found out only when it is used: the program panics. */
export class Panic extends Error {}

type Tree = { [key: string]: Node };
type Node = Tree | Node[] | string | number | boolean | null;

/** Parts that the real program has and this one does not model. */
const NOT_MODELLED = [
  'auth.token',
  'auth.silly',
  'http.debug',
  'http.host',
  'http.letsencrypt',
  'http.prefix',
  'http.tls.letsencrypt',
  'log.hooks',
  'middleware',
  'notifications',
  'redis',
  'storage.azure',
  'storage.gcs',
  'storage.redirect',
  'storage.s3',
  'storage.swift',
  'validation',
];

/** What may stand in `storage` beside the driver. */
const BESIDE_DRIVERS = ['cache', 'delete', 'maintenance', 'redirect', 'tag'];

/**
 * Reads a configuration; variables of the environment count before it: `REGISTRY_HTTP_ADDR` is `http.addr`.
 * Throws `ConfigurationError`.
 */
export function readConfiguration(text: string, env: ReadonlyMap<string, string>): Configuration {
  const tree = overridden(parseYaml(text), env);
  const stated = String(at(tree, 'version') ?? '');
  if (!/^0\.1$/.test(stated)) throw new ConfigurationError(`unsupported version: ${JSON.stringify(stated)}`);
  for (const path of NOT_MODELLED)
    if (at(tree, path) !== undefined) throw new ConfigurationError(`${path} is not modelled by Drydock`);
  const storage = at(tree, 'storage');
  const inMemory = storage === 'inmemory' || at(tree, 'storage.inmemory') !== undefined;
  const root = inMemory ? undefined : textAt(tree, 'storage.filesystem.rootdirectory');
  const drivers = isTree(storage) ? Object.keys(storage).filter((key) => !BESIDE_DRIVERS.includes(key)) : [];
  if (!inMemory && drivers.length === 0) throw new ConfigurationError('no storage configuration provided');
  if (!inMemory && drivers[0] !== 'filesystem')
    throw new Panic(`StorageDriver not registered: ${drivers[0]}`);
  const certificate = textAt(tree, 'http.tls.certificate');
  const path = textAt(tree, 'auth.htpasswd.path');
  if (at(tree, 'auth.htpasswd') !== undefined)
    for (const needed of ['realm', 'path'])
      if (textAt(tree, `auth.htpasswd.${needed}`) === undefined)
        throw new Panic(
          `unable to configure authorization (htpasswd): "${needed}" must be set for htpasswd access controller`,
        );
  const proxy = textAt(tree, 'proxy.remoteurl');
  return {
    level: textAt(tree, 'log.level') ?? textAt(tree, 'loglevel') ?? 'info',
    fields: recordAt(tree, 'log.fields'),
    accessLog: !isTrue(at(tree, 'log.accesslog.disabled')),
    root: inMemory ? undefined : (root ?? '/var/lib/registry'),
    cache:
      at(tree, 'storage.cache.blobdescriptor') !== undefined ||
      at(tree, 'storage.cache.layerinfo') !== undefined,
    secret: (textAt(tree, 'http.secret') ?? '') !== '',
    deletion: isTrue(at(tree, 'storage.delete.enabled')),
    readOnly: isTrue(at(tree, 'storage.maintenance.readonly.enabled')),
    address: textAt(tree, 'http.addr') ?? ':5000',
    headers: headersOf(at(tree, 'http.headers')),
    tls:
      certificate === undefined
        ? undefined
        : {
            certificate,
            key: textAt(tree, 'http.tls.key') ?? '',
            clientAuthorities: listOf(at(tree, 'http.tls.clientcas')),
          },
    htpasswd: path === undefined ? undefined : { realm: textAt(tree, 'auth.htpasswd.realm') ?? '', path },
    proxy:
      proxy === undefined
        ? undefined
        : {
            url: proxy,
            username: textAt(tree, 'proxy.username') ?? '',
            password: textAt(tree, 'proxy.password') ?? '',
          },
  };
}

function parseYaml(text: string): Tree {
  try {
    const value: unknown = parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Tree) : {};
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    throw new ConfigurationError(
      `yaml: line ${error.linePos?.[0].line ?? 1}: ${error.message.split(' at line')[0]}`,
    );
  }
}

/** `REGISTRY_STORAGE_DELETE_ENABLED=true` sets `storage.delete.enabled`; REGISTRY_AUTH and REGISTRY_STORAGE name what is meant. */
function overridden(tree: Tree, env: ReadonlyMap<string, string>): Tree {
  for (const [name, value] of [...env].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const keys = /^REGISTRY_(.+)$/.exec(name)?.[1]?.toLowerCase().split('_');
    if (keys === undefined) continue;
    // One word for a part of which there are many kinds takes the place of whatever was configured there.
    if (keys.length === 1 && ['auth', 'storage'].includes(keys[0]!)) {
      tree[keys[0]!] = { [value]: {} };
      continue;
    }
    let node = tree;
    for (const key of keys.slice(0, -1)) {
      const next = node[key];
      node[key] = isTree(next) ? next : {};
      node = node[key] as Tree;
    }
    node[keys.at(-1)!] = parse(value) as Node;
  }
  return tree;
}

const isTree = (node: Node | undefined): node is Tree =>
  typeof node === 'object' && node !== null && !Array.isArray(node);

function at(tree: Tree, path: string): Node | undefined {
  let node: Node | undefined = tree;
  for (const key of path.split('.')) node = isTree(node) ? node[key] : undefined;
  return node;
}

function textAt(tree: Tree, path: string): string | undefined {
  const node = at(tree, path);
  return node === undefined || node === null || isTree(node) || Array.isArray(node)
    ? undefined
    : String(node);
}

function recordAt(tree: Tree, path: string): Record<string, string> {
  const node = at(tree, path);
  return isTree(node)
    ? Object.fromEntries(Object.entries(node).map(([key, value]) => [key, String(value)]))
    : {};
}

const isTrue = (node: Node | undefined): boolean => node === true || node === 'true';

const listOf = (node: Node | undefined): string[] => (Array.isArray(node) ? node.map(String) : []);

const headersOf = (node: Node | undefined): [string, string][] =>
  isTree(node)
    ? Object.entries(node).flatMap(([name, values]) =>
        listOf(values).map((value): [string, string] => [name, value]),
      )
    : [];
