import { isErrno } from '../../base/errno.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { compilePattern } from '../lib/glob.ts';
import { readFile } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';

/** A directive of nginx' configuration: words, and a block's directives. */
export interface Directive {
  words: string[];
  block: Directive[] | undefined;
  file: string;
  line: number;
}

/** A configuration that cannot be used; worded as nginx' `[emerg]` line. */
export class ConfigError extends Error {}

export interface Location {
  exact: boolean;
  prefix: string;
  root: string | undefined;
  alias: string | undefined;
  index: string[] | undefined;
  returns: { status: number; text: string } | undefined;
  proxyPass: string | undefined;
}

export interface Server {
  listen: { address: string; port: number }[];
  names: string[];
  root: string;
  index: string[];
  returns: Location['returns'];
  locations: Location[];
}

export interface NginxConfig {
  servers: Server[];
  user: string | undefined;
  workers: number;
  errorLog: string;
  accessLog: string;
  types: Map<string, string>;
  defaultType: string;
}

/** Directives that are read and change nothing that is modelled. */
const TOLERATED = new Set(
  'events worker_connections sendfile tcp_nopush tcp_nodelay keepalive_timeout log_format gzip pid types_hash_max_size client_max_body_size error_page server_tokens charset expires add_header try_files proxy_set_header proxy_http_version autoindex rewrite_log'.split(
    ' ',
  ),
);

/** Reads /etc/nginx/nginx.conf with what it includes. */
export async function readConfig(sys: Syscalls, path: string): Promise<NginxConfig> {
  const config: NginxConfig = {
    servers: [],
    user: undefined,
    workers: 1,
    errorLog: '/var/log/nginx/error.log',
    accessLog: '/var/log/nginx/access.log',
    types: new Map(),
    defaultType: 'text/plain',
  };
  const base: Scope = { root: '/etc/nginx/html', index: ['index.html'] };
  for (const directive of await readDirectives(sys, path)) apply(config, directive, base);
  return config;
}

interface Scope {
  root: string;
  index: string[];
}

function apply(config: NginxConfig, directive: Directive, scope: Scope): void {
  const [name, ...values] = directive.words;
  switch (name) {
    case 'http':
      for (const inner of directive.block ?? []) apply(config, inner, scope);
      return;
    case 'server':
      config.servers.push(serverOf(directive, scope));
      return;
    case 'user':
      config.user = values[0];
      return;
    case 'worker_processes':
      config.workers = values[0] === 'auto' ? 1 : Math.max(1, Number(values[0]));
      return;
    case 'error_log':
      config.errorLog = values[0] ?? config.errorLog;
      return;
    case 'access_log':
      config.accessLog = values[0] ?? config.accessLog;
      return;
    case 'default_type':
      config.defaultType = values[0] ?? config.defaultType;
      return;
    case 'types':
      for (const { words } of directive.block ?? [])
        for (const extension of words.slice(1)) config.types.set(extension, words[0]!);
      return;
    case 'root':
      scope.root = values[0] ?? scope.root;
      return;
    case 'index':
      scope.index = values;
      return;
    default:
      tolerate(directive);
  }
}

function serverOf(directive: Directive, outer: Scope): Server {
  const server: Server = {
    listen: [],
    names: [],
    root: outer.root,
    index: outer.index,
    returns: undefined,
    locations: [],
  };
  for (const inner of directive.block ?? []) {
    const [name, ...values] = inner.words;
    if (name === 'listen') server.listen.push(listenOf(inner));
    else if (name === 'server_name') server.names.push(...values);
    else if (name === 'root') server.root = values[0] ?? server.root;
    else if (name === 'index') server.index = values;
    else if (name === 'return') server.returns = returnOf(values);
    else if (name === 'location') server.locations.push(locationOf(inner));
    else if (name !== 'access_log') tolerate(inner);
  }
  if (server.listen.length === 0) server.listen.push({ address: '0.0.0.0', port: 80 });
  return server;
}

function listenOf(directive: Directive): { address: string; port: number } {
  const text = directive.words[1] ?? '';
  const match = /^(?:(\[[0-9a-fA-F:]+\]|[0-9.]+|\*|localhost):)?(\d+)$/.exec(text);
  if (match === null)
    throw new ConfigError(`invalid parameter "${text}" in ${directive.file}:${directive.line}`);
  const host = match[1]?.replace(/^\[|\]$/g, '') ?? '0.0.0.0';
  return {
    address: host === '*' ? '0.0.0.0' : host === 'localhost' ? '127.0.0.1' : host,
    port: Number(match[2]),
  };
}

function locationOf(directive: Directive): Location {
  const [, first = '/', second] = directive.words;
  const location: Location = {
    exact: first === '=',
    prefix: second ?? first,
    root: undefined,
    alias: undefined,
    index: undefined,
    returns: undefined,
    proxyPass: undefined,
  };
  if (first.startsWith('~'))
    throw new ConfigError(
      `regular expressions in "location" are not modelled in ${directive.file}:${directive.line}`,
    );
  for (const inner of directive.block ?? []) {
    const [name, ...values] = inner.words;
    if (name === 'root') location.root = values[0];
    else if (name === 'alias') location.alias = values[0];
    else if (name === 'index') location.index = values;
    else if (name === 'return') location.returns = returnOf(values);
    else if (name === 'proxy_pass') location.proxyPass = values[0];
    else tolerate(inner);
  }
  return location;
}

function returnOf([status, text]: string[]): Location['returns'] {
  return { status: Number(status), text: text ?? '' };
}

function tolerate({ words, file, line }: Directive): void {
  if (!TOLERATED.has(words[0]!)) throw new ConfigError(`unknown directive "${words[0]}" in ${file}:${line}`);
}

async function readDirectives(sys: Syscalls, path: string): Promise<Directive[]> {
  let text: string;
  try {
    text = bytesToText(await readFile(sys, path));
  } catch (error) {
    if (!isErrno(error)) throw error;
    const number = error.code === 'EACCES' ? 13 : error.code === 'EISDIR' ? 21 : 2;
    throw new ConfigError(`open() "${path}" failed (${number}: ${error.message})`);
  }
  const tokens = tokenize(text, path);
  const out = await parseBlock(sys, tokens, { at: 0 }, path, false);
  return out;
}

interface Token {
  text: string;
  quoted: boolean;
  line: number;
}

function tokenize(text: string, file: string): Token[] {
  const tokens: Token[] = [];
  const pattern =
    /\n|[ \t\r]+|#[^\n]*|([{};])|"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|([^\s{};"'#][^\s{};]*)|(.)/g;
  let line = 1;
  for (const match of text.matchAll(pattern)) {
    const quoted = match[2] ?? match[3];
    const word = match[1] ?? match[4];
    if (match[5] !== undefined)
      throw new ConfigError(`unexpected end of file, expecting ";" or "}" in ${file}:${line}`);
    if (quoted !== undefined) tokens.push({ text: quoted.replace(/\\(["'\\])/g, '$1'), quoted: true, line });
    else if (word !== undefined) tokens.push({ text: word, quoted: false, line });
    line += match[0].split('\n').length - 1;
  }
  tokens.push({ text: '', quoted: false, line });
  return tokens;
}

async function parseBlock(
  sys: Syscalls,
  tokens: readonly Token[],
  cursor: { at: number },
  file: string,
  inner: boolean,
): Promise<Directive[]> {
  const out: Directive[] = [];
  let words: string[] = [];
  for (;;) {
    const token = tokens[cursor.at++]!;
    const { line } = token;
    if (cursor.at === tokens.length) {
      if (words.length > 0)
        throw new ConfigError(`unexpected end of file, expecting ";" or "}" in ${file}:${line}`);
      if (inner) throw new ConfigError(`unexpected end of file, expecting "}" in ${file}:${line}`);
      return out;
    }
    const mark = token.quoted ? '' : token.text;
    if (mark === ';' && words.length > 0) {
      if (words[0] === 'include') out.push(...(await included(sys, words[1] ?? '', file)));
      else out.push({ words, block: undefined, file, line });
      words = [];
    } else if (mark === '{' && words.length > 0) {
      out.push({ words, block: await parseBlock(sys, tokens, cursor, file, true), file, line });
      words = [];
    } else if (mark === '}' && inner && words.length === 0) {
      return out;
    } else if (mark === ';' || mark === '{' || mark === '}') {
      throw new ConfigError(`unexpected "${mark}" in ${file}:${line}`);
    } else words.push(token.text);
  }
}

async function included(sys: Syscalls, pattern: string, from: string): Promise<Directive[]> {
  const path = pattern.startsWith('/') ? pattern : `${from.replace(/[^/]*$/, '')}${pattern}`;
  if (!path.includes('*')) return readDirectives(sys, path);
  const directory = path.replace(/\/[^/]*$/, '');
  const names = compilePattern(path.slice(directory.length + 1));
  let entries: string[];
  try {
    const fd = await sys.open(directory, 0o200000);
    entries = (await sys.getdents(fd)).map(({ name }) => name);
    await sys.close(fd);
  } catch (error) {
    if (isErrno(error)) return [];
    throw error;
  }
  const out: Directive[] = [];
  for (const name of entries.filter((entry) => !entry.startsWith('.') && names.matches(entry)).sort())
    out.push(...(await readDirectives(sys, `${directory}/${name}`)));
  return out;
}
