import type { Syscalls } from '../../../kernel/syscalls.ts';
import { lookupHost } from '../../lib/resolver.ts';
import { parseUrl } from '../connection.ts';
import { ConfigError, type Directive, readDirectives } from './directives.ts';
import { applies } from './known.ts';
import { checkVariables } from './variables.ts';

/** What a level hands down to those inside it. A level that sets one of the lists sets all of it. */
export interface Settings {
  root: string;
  index: readonly string[];
  defaultType: string;
  accessLog: { path: string; format: string } | 'off';
  errorPages: readonly { statuses: readonly number[]; answer: number | 'own' | undefined; uri: string }[];
  addHeaders: readonly { name: string; value: string; always: boolean }[];
  proxyHeaders: readonly { name: string; value: string }[];
  connectTimeout: number;
  maxBody: number;
  serverTokens: boolean;
}

/** Directives of the rewrite module, which run in their order. */
export type RewriteStep =
  | { kind: 'return'; status: number; text: string }
  | { kind: 'rewrite'; pattern: RegExp; to: string; flag: 'last' | 'break' | 'redirect' | 'permanent' | '' };

export interface Upstream {
  /** What stands behind `http://`: the default for the Host field. */
  host: string;
  /** The path that takes the place of the location's prefix; undefined: the request's own goes on. */
  uri: string | undefined;
  servers: readonly { address: string; port: number }[];
}

export interface Location {
  modifier: '' | '=' | '^~' | '~' | '~*' | '@';
  text: string;
  pattern: RegExp | undefined;
  settings: Settings;
  alias: string | undefined;
  internal: boolean;
  steps: readonly RewriteStep[];
  tryFiles: readonly string[] | undefined;
  proxy: Upstream | undefined;
}

export interface Server {
  listen: readonly { address: string; port: number; default: boolean }[];
  names: readonly string[];
  settings: Settings;
  steps: readonly RewriteStep[];
  tryFiles: readonly string[] | undefined;
  locations: readonly Location[];
}

export interface NginxConfig {
  servers: readonly Server[];
  user: string | undefined;
  workers: number;
  daemon: boolean;
  pid: string;
  errorLog: { path: string; notices: boolean };
  types: ReadonlyMap<string, string>;
}

const DEFAULTS: Settings = {
  root: '/etc/nginx/html',
  index: ['index.html'],
  defaultType: 'text/plain',
  accessLog: {
    path: '/var/log/nginx/access.log',
    format:
      '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"',
  },
  errorPages: [],
  addHeaders: [],
  proxyHeaders: [],
  connectTimeout: 60_000,
  maxBody: 1 << 20,
  serverTokens: true,
};

/** Reads a configuration with what it includes; `given` are the directives of the command line. Throws ConfigError. */
export async function readConfig(
  sys: Syscalls,
  path: string,
  given: readonly Directive[] = [],
): Promise<NginxConfig> {
  const directives = [...given, ...(await readDirectives(sys, path))];
  const main = new Map<string, readonly string[]>();
  let http: readonly Directive[] = [];
  let events = false;
  for (const directive of directives) {
    if (!applies(directive, 'main')) continue;
    const [name = '', ...values] = directive.words;
    if (name === 'http') http = directive.block ?? [];
    else if (name === 'events') {
      events = true;
      for (const inner of directive.block ?? []) applies(inner, 'events');
    } else if (main.has(name) && name !== 'error_log')
      throw new ConfigError(`"${name}" directive is duplicate`, directive);
    else main.set(name, values);
  }
  if (!events) throw new ConfigError('no "events" section in configuration');
  const [errorLog = '/var/log/nginx/error.log', level = 'error'] = main.get('error_log') ?? [];
  const workers = main.get('worker_processes')?.[0];
  return {
    user: main.get('user')?.[0],
    workers: workers === 'auto' ? 1 : Math.max(1, Number(workers ?? 1)),
    daemon: main.get('daemon')?.[0] !== 'off',
    pid: main.get('pid')?.[0] ?? '/run/nginx.pid',
    errorLog: { path: errorLog, notices: ['notice', 'info', 'debug'].includes(level) },
    ...(await new HttpBlock(sys).read(http)),
  };
}

/** Reads the block `http`: formats and upstreams may be named before they stand there. */
class HttpBlock {
  readonly #sys: Syscalls;
  readonly #formats = new Map<string, string>();
  readonly #upstreams = new Map<string, Directive>();
  readonly #types = new Map<string, string>();

  constructor(sys: Syscalls) {
    this.#sys = sys;
    this.#formats.set('combined', (DEFAULTS.accessLog as { format: string }).format);
  }

  async read(block: readonly Directive[]): Promise<Pick<NginxConfig, 'servers' | 'types'>> {
    const here = block.filter((directive) => applies(directive, 'http'));
    for (const directive of here) {
      const [name, first = '', ...rest] = directive.words;
      if (name === 'log_format') {
        if (rest[0]?.startsWith('escape='))
          throw new ConfigError('"escape" of "log_format" is not simulated', directive);
        checkVariables(rest.join(''), directive);
        this.#formats.set(first, rest.join(''));
      } else if (name === 'upstream') this.#upstreams.set(first, directive);
      else if (name === 'types')
        for (const { words } of directive.block ?? [])
          for (const extension of words.slice(1)) this.#types.set(extension, words[0]!);
    }
    const settings = this.#settings(here, DEFAULTS);
    const servers: Server[] = [];
    for (const directive of here)
      if (directive.words[0] === 'server') servers.push(await this.#server(directive, settings));
    return { servers, types: this.#types };
  }

  #settings(block: readonly Directive[], outer: Settings): Settings {
    const own = { ...outer };
    const lists = { errorPages: [], addHeaders: [], proxyHeaders: [] } as {
      [K in 'errorPages' | 'addHeaders' | 'proxyHeaders']: Settings[K][number][];
    };
    for (const directive of block) {
      const [name, ...values] = directive.words;
      const [first = '', second = ''] = values;
      if (name === 'root') own.root = first;
      else if (name === 'index') own.index = values;
      else if (name === 'default_type') own.defaultType = first;
      else if (name === 'server_tokens') own.serverTokens = first !== 'off';
      else if (name === 'proxy_connect_timeout') own.connectTimeout = milliseconds(first, directive);
      else if (name === 'client_max_body_size') own.maxBody = bytes(first, directive);
      else if (name === 'access_log') {
        const format = this.#formats.get(second || 'combined');
        if (format === undefined) throw new ConfigError(`unknown log format "${second}"`, directive);
        own.accessLog = first === 'off' ? 'off' : { path: first, format };
      } else if (name === 'add_header') {
        checkVariables(second, directive);
        lists.addHeaders.push({ name: first, value: second, always: values[2] === 'always' });
      } else if (name === 'proxy_set_header') {
        checkVariables(second, directive);
        lists.proxyHeaders.push({ name: first, value: second });
      } else if (name === 'error_page') lists.errorPages.push(errorPage(values, directive));
    }
    for (const key of ['errorPages', 'addHeaders', 'proxyHeaders'] as const)
      if (lists[key].length > 0) Object.assign(own, { [key]: lists[key] });
    return own;
  }

  async #server({ block = [] }: Directive, outer: Settings): Promise<Server> {
    const here = (block as Directive[]).filter((directive) => applies(directive, 'server'));
    const named = (name: string) => here.filter(({ words }) => words[0] === name);
    const settings = this.#settings(here, outer);
    const locations: Location[] = [];
    for (const directive of named('location')) locations.push(await this.#location(directive, settings));
    const listen = named('listen').map(listenOf);
    return {
      listen: listen.length > 0 ? listen : [{ address: '0.0.0.0', port: 80, default: false }],
      names: named('server_name').flatMap(({ words }) => words.slice(1)),
      settings,
      steps: stepsOf(here),
      tryFiles: tryFilesOf(here),
      locations,
    };
  }

  async #location(directive: Directive, outer: Settings): Promise<Location> {
    const [, first = '', second] = directive.words;
    const here = (directive.block ?? []).filter((inner) => applies(inner, 'location'));
    const named = (name: string) => here.find(({ words }) => words[0] === name);
    const modifier = second !== undefined ? first : first.startsWith('@') ? '@' : '';
    if (!['', '=', '^~', '~', '~*', '@'].includes(modifier))
      throw new ConfigError(`invalid location modifier "${modifier}"`, directive);
    const text = second ?? first;
    const proxyPass = named('proxy_pass');
    return {
      modifier: modifier as Location['modifier'],
      text,
      pattern: modifier.startsWith('~')
        ? expression(text, modifier === '~*' ? 'i' : '', directive)
        : undefined,
      settings: this.#settings(here, outer),
      alias: named('alias')?.words[1],
      internal: named('internal') !== undefined,
      steps: stepsOf(here),
      tryFiles: tryFilesOf(here),
      proxy: proxyPass === undefined ? undefined : await this.#upstream(proxyPass),
    };
  }

  /** Names are looked up now, once: a server that is not there keeps nginx from starting. */
  async #upstream(directive: Directive): Promise<Upstream> {
    const text = directive.words[1]!;
    if (text.includes('$')) throw new ConfigError('a variable in "proxy_pass" is not simulated', directive);
    const [, scheme, host = '', uri] = /^(\w+):\/\/([^/]*)(\/.*)?$/.exec(text) ?? [];
    if (scheme === undefined) throw new ConfigError('invalid URL prefix', directive);
    if (scheme !== 'http') throw new ConfigError(`"${scheme}" in "proxy_pass" is not simulated`, directive);
    const group = this.#upstreams.get(host);
    const names: [string, Directive][] =
      group === undefined
        ? [[host, directive]]
        : (group.block ?? [])
            .filter((inner) => applies(inner, 'upstream'))
            .map((inner) => [inner.words[1]!, inner]);
    if (names.length === 0) throw new ConfigError('no servers are inside upstream', group);
    const servers: { address: string; port: number }[] = [];
    for (const [name, at] of names) {
      const url = parseUrl(`http://${name}`);
      const found = url === undefined ? 'EAI_NONAME' : await lookupHost(this.#sys, url.host);
      if (url === undefined || typeof found === 'string')
        throw new ConfigError(`host not found in upstream "${name}"`, at);
      servers.push(...found.map((address) => ({ address, port: url.port })));
    }
    return { host, uri, servers };
  }
}

function listenOf(directive: Directive): Server['listen'][number] {
  const [, text = '', ...options] = directive.words;
  for (const option of options)
    if (option !== 'default_server')
      throw new ConfigError(`parameter "${option}" of "listen" is not simulated`, directive);
  const match = /^(?:(\[[0-9a-fA-F:]+\]|[0-9.]+|\*|localhost):)?(\d+)$/.exec(text);
  if (match === null) throw new ConfigError(`invalid parameter "${text}"`, directive);
  const host = match[1]?.replace(/^\[|\]$/g, '') ?? '0.0.0.0';
  return {
    address: host === '*' ? '0.0.0.0' : host === 'localhost' ? '127.0.0.1' : host,
    port: Number(match[2]),
    default: options.includes('default_server'),
  };
}

function stepsOf(block: readonly Directive[]): RewriteStep[] {
  const steps: RewriteStep[] = [];
  for (const directive of block) {
    const [name, first = '', second = '', flag = ''] = directive.words;
    if (name === 'return') {
      const status = /^https?:\/\//.test(first) ? 302 : Number(first);
      if (!(status >= 0 && status <= 999)) throw new ConfigError(`invalid return code "${first}"`, directive);
      const text = status === 302 && second === '' ? first : second;
      checkVariables(text, directive);
      steps.push({ kind: 'return', status, text });
    } else if (name === 'rewrite') {
      if (!['last', 'break', 'redirect', 'permanent', ''].includes(flag))
        throw new ConfigError(`invalid parameter "${flag}"`, directive);
      checkVariables(second, directive);
      steps.push({
        kind: 'rewrite',
        pattern: expression(first, '', directive),
        to: second,
        flag: flag as 'last',
      });
    }
  }
  return steps;
}

function tryFilesOf(block: readonly Directive[]): readonly string[] | undefined {
  const directive = block.find(({ words }) => words[0] === 'try_files');
  for (const text of directive?.words.slice(1) ?? []) checkVariables(text, directive!);
  return directive?.words.slice(1);
}

/** `error_page 500 502 =200 /x.html`: the last word is where to, `=` before it what to answer. */
function errorPage(values: readonly string[], directive: Directive): Settings['errorPages'][number] {
  const uri = values.at(-1)!;
  const equals = values.at(-2)?.startsWith('=') ? values.at(-2)!.slice(1) : undefined;
  const statuses = values.slice(0, equals === undefined ? -1 : -2).map(Number);
  if (statuses.some((status) => !(status >= 300 && status <= 599)))
    throw new ConfigError('value must be between 300 and 599', directive);
  checkVariables(uri, directive);
  return { statuses, answer: equals === undefined ? undefined : equals === '' ? 'own' : Number(equals), uri };
}

function expression(text: string, flags: string, directive: Directive): RegExp {
  try {
    return new RegExp(text, flags);
  } catch {
    throw new ConfigError(`the regular expression "${text}" is not understood`, directive);
  }
}

function milliseconds(text: string, directive: Directive): number {
  const [, count, unit = 's'] = /^(\d+)(ms|s|m|h)?$/.exec(text) ?? [];
  if (count === undefined)
    throw new ConfigError(`"${directive.words[0]}" directive invalid value`, directive);
  return Number(count) * { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[unit as 's'];
}

function bytes(text: string, directive: Directive): number {
  const [, count, unit = ''] = /^(\d+)([kmg])?$/i.exec(text) ?? [];
  if (count === undefined)
    throw new ConfigError(`"${directive.words[0]}" directive invalid value`, directive);
  return Number(count) * { '': 1, k: 1 << 10, m: 1 << 20, g: 1 << 30 }[unit.toLowerCase() as 'k'];
}
