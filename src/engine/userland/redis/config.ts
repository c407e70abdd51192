import { isErrno } from '../../base/errno.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { readFile } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';
import { splitWords } from './resp.ts';

/** redis.conf: a directive a line. What is not simulated is refused when the server starts, and by CONFIG SET. */
export interface Config {
  port: number;
  bind: readonly string[];
  password: string;
  /** Where it works and what the dump is called. */
  dir: string;
  file: string;
  /** After how many seconds and how many changes it saves. */
  save: readonly { seconds: number; changes: number }[];
  databases: number;
  logFile: string;
  daemonize: boolean;
  /** Where the configuration came from. */
  path: string;
  /** All that was said, as CONFIG GET shows it. */
  readonly values: Map<string, string>;
}

/** A configuration that cannot be used. */
export class ConfigError extends Error {}

const DEFAULTS: Record<string, string> = {
  appendonly: 'no',
  bind: '* -::*',
  daemonize: 'no',
  databases: '16',
  dbfilename: 'dump.rdb',
  dir: '.',
  logfile: '',
  loglevel: 'notice',
  maxclients: '10000',
  maxmemory: '0',
  'maxmemory-policy': 'noeviction',
  port: '6379',
  'protected-mode': 'no',
  rdbcompression: 'yes',
  requirepass: '',
  save: '3600 1 300 100 60 10000',
  'tcp-backlog': '511',
  'tcp-keepalive': '300',
  timeout: '0',
};

/** Directives that may be said with the value they have, and with no other. */
const FIXED = new Set([
  'appendonly',
  'loglevel',
  'maxmemory',
  'protected-mode',
  'rdbcompression',
  'tcp-backlog',
  'tcp-keepalive',
  'timeout',
  'maxclients',
  'maxmemory-policy',
]);

/** Reads the command line: a file first if it does not begin with a dash, then options, each over the file's. */
export async function readConfig(sys: Syscalls, args: readonly string[]): Promise<Config> {
  const values = new Map(Object.entries(DEFAULTS));
  const saves: string[] = [];
  const put = (name: string, words: readonly string[]) => {
    const known = name.toLowerCase();
    if (!values.has(known)) throw new ConfigError('Bad directive or wrong number of arguments');
    if (known === 'save') saves.push(words.join(' '));
    else values.set(known, checked(known, words.join(' ')));
  };
  const rest = [...args];
  let path = '';
  if (rest[0] !== undefined && !rest[0].startsWith('-')) {
    path = rest.shift()!;
    for (const [name = '', ...words] of await directives(sys, path)) put(name, words);
  }
  while (rest.length > 0) {
    const name = rest.shift()!;
    if (!name.startsWith('--')) throw new ConfigError('Bad directive or wrong number of arguments');
    const words: string[] = [];
    while (rest[0] !== undefined && !rest[0].startsWith('--')) words.push(rest.shift()!);
    put(name.slice(2), words.length === 1 ? (splitWords(words[0]!) ?? words) : words);
  }
  if (saves.length > 0) values.set('save', saves.includes('') ? '' : saves.join(' '));
  return configOf(values, path);
}

async function directives(sys: Syscalls, path: string): Promise<string[][]> {
  let text: string;
  try {
    text = bytesToText(await readFile(sys, path));
  } catch (error) {
    if (!isErrno(error)) throw error;
    throw new ConfigError(`Fatal error, can't open config file '${path}': ${error.message}`);
  }
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => splitWords(line) ?? []);
}

function checked(name: string, value: string): string {
  if (FIXED.has(name) && value.toLowerCase() !== DEFAULTS[name])
    throw new ConfigError(`'${name} ${value}' is not simulated`);
  if ((name === 'port' || name === 'databases') && !/^\d{1,5}$/.test(value))
    throw new ConfigError("argument couldn't be parsed into an integer");
  return value;
}

function configOf(values: Map<string, string>, path: string): Config {
  const value = (name: string) => values.get(name) ?? '';
  const words = value('save')
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length % 2 !== 0 || words.some((word) => !/^\d+$/.test(word)))
    throw new ConfigError('Invalid save parameters');
  return {
    port: Number(value('port')),
    bind: value('bind')
      .split(/\s+/)
      .map((address) => address.replace(/^-/, '')),
    password: value('requirepass'),
    dir: value('dir'),
    file: value('dbfilename'),
    save: words.flatMap((word, i) =>
      i % 2 === 0 ? [{ seconds: Number(word), changes: Number(words[i + 1]) }] : [],
    ),
    databases: Number(value('databases')),
    logFile: value('logfile'),
    daemonize: value('daemonize') === 'yes',
    path,
    values,
  };
}

/** CONFIG SET of one parameter; throws ConfigError with the words of the reply. */
export function change(config: Config, name: string, value: string): void {
  const known = name.toLowerCase();
  if (!config.values.has(known))
    throw new ConfigError(`Unknown option or number of arguments for CONFIG SET - '${name}'`);
  if (['port', 'bind', 'databases', 'daemonize', 'logfile'].includes(known))
    throw new ConfigError(
      `CONFIG SET failed (possibly related to argument '${name}') - can't set immutable config`,
    );
  const values = new Map(config.values).set(known, '');
  try {
    values.set(known, checked(known, value));
    Object.assign(config, configOf(values, config.path));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(`CONFIG SET failed (possibly related to argument '${name}') - ${error.message}`);
  }
}
