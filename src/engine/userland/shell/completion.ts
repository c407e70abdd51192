import { isErrno } from '../../base/errno.ts';
import { X_OK } from '../../kernel/fcntl.ts';
import { S_IFDIR, S_IFMT } from '../../vfs/inode.ts';
import { DEFAULT_PATH } from '../lib/spawn.ts';
import { readAll } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';
import { readAccounts } from '../lib/users.ts';
import { locate } from './execute.ts';
import { waitForChild } from './fork.ts';
import type { Completions } from './line-editor/editor.ts';
import type { Shell } from './shell.ts';

/** Tab completion: commands, files, variables, users; `docker` and its like by asking the program itself. */

/** The part of a line before the cursor, as the shell would read it. */
interface Context {
  /** The words of the simple command under way, unquoted, the last being the one to complete. */
  words: string[];
  /** Where the last word begins in the line, and how it is quoted. */
  from: number;
  quote: '' | '"' | "'";
  /** The last word stands after a redirection. */
  redirected: boolean;
}

const KEYWORDS = [
  'case',
  'do',
  'done',
  'elif',
  'else',
  'esac',
  'fi',
  'for',
  'function',
  'if',
  'in',
  'select',
  'then',
  'time',
  'until',
  'while',
];

/** Programs that complete themselves by cobra's hidden command `__complete`. */
const COBRA = new Set(['docker', 'docker-compose']);

export async function complete(shell: Shell, before: string): Promise<Completions> {
  const context = readContext(before);
  const word = context.words.at(-1)!;
  const variable = /(^|[^\\])\$(\{?)([A-Za-z0-9_]*)$/.exec(before.slice(context.from));
  if (variable && context.quote !== "'") return variables(shell, before, variable[2]!, variable[3]!);
  const [command] = context.words;
  if (context.words.length === 1 && !context.redirected) {
    if (!/[/~]/.test(word)) return commands(shell, context, word);
    return files(shell, context, word, 'executables');
  }
  if (/^~[^/]*$/.test(word) && context.quote === '') return users(shell, context, word);
  if (COBRA.has(command!) && !context.redirected) {
    const own = await fromProgram(shell, context);
    if (own) return own;
  }
  return files(
    shell,
    context,
    word,
    command === 'cd' || command === 'rmdir' || command === 'pushd' ? 'directories' : 'all',
  );
}

/** Reads a line up to the cursor: separators begin a new command, assignments before a command do not count. */
export function readContext(before: string): Context {
  let words: string[] = [];
  let from = 0;
  let current: string | undefined;
  let quote: Context['quote'] = '';
  let redirected = false;
  const end = () => {
    if (current === undefined) return;
    if (redirected) redirected = false;
    else if (
      !(
        words.length === 0 &&
        (/^[A-Za-z_]\w*\+?=/.test(current) ||
          /^(sudo|exec|time|!|then|do|else|if|while|until|\{|env|nohup|command)$/.test(current))
      )
    )
      words.push(current);
    current = undefined;
  };
  for (let i = 0; i < before.length; i++) {
    const char = before[i]!;
    if (quote !== '') {
      if (char === quote) quote = '';
      else if (char === '\\' && quote === '"' && i + 1 < before.length && '"\\$`'.includes(before[i + 1]!))
        current += before[++i]!;
      else current += char;
      continue;
    }
    if (current === undefined && !/[\s;&|()<>]/.test(char)) {
      current = '';
      from = i;
    }
    if (char === '\\') {
      if (i + 1 < before.length) current += before[++i]!;
    } else if (char === "'" || char === '"') quote = char;
    else if (/\s/.test(char)) end();
    else if (/[;&|(]/.test(char) && !(char === '&' && /[<>]$/.test(before.slice(0, i)))) {
      end();
      words = [];
      redirected = false;
    } else if (char === ')') end();
    else if (char === '<' || char === '>') {
      if (current !== undefined && /^\d+$/.test(current)) current = undefined;
      end();
      redirected = true;
    } else current += char;
  }
  if (current === undefined) from = before.length;
  return { words: [...words, current ?? ''], from, quote, redirected };
}

/** A completed word as it must stand on the line. */
function quoted(text: string, quote: Context['quote']): string {
  if (quote === '"') return `"${text.replace(/[\\"$`]/g, '\\$&')}`;
  if (quote === "'") return `'${text.replaceAll("'", "'\\''")}`;
  const tilde = /^~[^/]*\//.exec(text)?.[0] ?? '';
  return tilde + text.slice(tilde.length).replace(/[\s\\'"$`&|;<>()*?[\]{}!#~]/g, '\\$&');
}

function result(context: Context, names: readonly string[], labels?: readonly string[]): Completions {
  const candidates = [...new Set(names)].sort();
  const single = candidates.length === 1;
  const close = single && !candidates[0]!.endsWith('/') ? context.quote : '';
  return {
    from: context.from,
    candidates: candidates.map((name) => quoted(name, context.quote) + close),
    labels,
    suffix: single && candidates[0]!.endsWith('/') ? '' : ' ',
  };
}

async function commands(shell: Shell, context: Context, prefix: string): Promise<Completions> {
  const names = new Set<string>();
  const add = (name: string) => {
    if (name.startsWith(prefix)) names.add(name);
  };
  for (const name of shell.evaluator.builtinNames(shell)) add(name);
  for (const name of shell.functions.keys()) add(name);
  for (const name of shell.aliases.keys()) add(name);
  for (const name of KEYWORDS) add(name);
  for (const directory of (shell.variables.get('PATH') ?? DEFAULT_PATH).split(':')) {
    for (const { name } of await entries(shell, directory || '.')) {
      if (!name.startsWith(prefix) || names.has(name)) continue;
      if (await executable(shell, `${directory || '.'}/${name}`)) names.add(name);
    }
  }
  return result(context, [...names]);
}

async function executable(shell: Shell, path: string): Promise<boolean> {
  try {
    if (((await shell.sys.stat(path)).mode & S_IFMT) === S_IFDIR) return false;
    await shell.sys.access(path, X_OK);
    return true;
  } catch (error) {
    if (isErrno(error)) return false;
    throw error;
  }
}

async function entries(shell: Shell, directory: string): Promise<{ name: string; type: number }[]> {
  try {
    const fd = await shell.sys.open(directory, 0o200000);
    const list = await shell.sys.getdents(fd);
    await shell.sys.close(fd);
    return list.filter(({ name }) => name !== '.' && name !== '..');
  } catch (error) {
    if (isErrno(error)) return [];
    throw error;
  }
}

async function isDirectory(shell: Shell, path: string): Promise<boolean> {
  try {
    return ((await shell.sys.stat(path)).mode & S_IFMT) === S_IFDIR;
  } catch (error) {
    if (isErrno(error)) return false;
    throw error;
  }
}

async function files(
  shell: Shell,
  context: Context,
  word: string,
  kind: 'all' | 'directories' | 'executables',
): Promise<Completions> {
  const slash = word.lastIndexOf('/') + 1;
  const directory = word.slice(0, slash);
  const prefix = word.slice(slash);
  const home = shell.variables.get('HOME') ?? '';
  const real = directory.startsWith('~/') ? home + directory.slice(1) : directory;
  const names: string[] = [];
  for (const { name } of await entries(shell, real || '.')) {
    if (!name.startsWith(prefix) || (name.startsWith('.') && !prefix.startsWith('.'))) continue;
    const isDir = await isDirectory(shell, real + name);
    if (kind === 'directories' && !isDir) continue;
    if (kind === 'executables' && !isDir && !(await executable(shell, real + name))) continue;
    names.push(`${directory}${name}${isDir ? '/' : ''}`);
  }
  const labels = [...names].sort().map((name) => name.slice(directory.length));
  return result(context, names, labels);
}

function variables(shell: Shell, before: string, brace: string, prefix: string): Completions {
  const names = shell.variables.names().filter((name) => name.startsWith(prefix));
  const closing = brace === '' ? '' : '}';
  return {
    from: before.length - prefix.length,
    candidates: names.map((name) => name + (names.length === 1 ? closing : '')),
    suffix: brace === '' ? ' ' : '',
  };
}

async function users(shell: Shell, context: Context, word: string): Promise<Completions> {
  const { users: all } = await readAccounts(shell.sys);
  const names = all.map((user) => `~${user.name}`).filter((name) => name.startsWith(word));
  return {
    from: context.from,
    candidates: word === '~' && names.length === 0 ? ['~/'] : names,
    suffix: names.length === 1 ? '/' : '',
  };
}

/** Cobra's directives (the number on the last line of `__complete`'s output). */
const ERROR = 1;
const NO_SPACE = 2;
const NO_FILES = 4;
const DIRECTORIES_ONLY = 16;

/** Asks the program: `docker __complete WORDS…`. undefined when files are to be offered. */
async function fromProgram(shell: Shell, context: Context): Promise<Completions | undefined> {
  const [name, ...args] = context.words;
  const file = await locate(shell, name!);
  if (file === undefined) return undefined;
  const [readEnd, writeEnd] = await shell.sys.pipe(true);
  const env = shell.variables.environment();
  const pid = await shell.sys.fork(async (process) => {
    const nothing = await process.sys.open('/dev/null', 2);
    await process.sys.dup2(nothing, 0);
    await process.sys.dup2(writeEnd, 1);
    await process.sys.dup2(nothing, 2);
    return process.sys.execve(file, [name!, '__complete', ...args], env);
  });
  await shell.sys.close(writeEnd);
  const output = bytesToText(await readAll(shell.sys, readEnd));
  await shell.sys.close(readEnd);
  await waitForChild(shell, pid);
  const lines = output.split('\n').filter((line) => line !== '');
  const directive = /^:(\d+)$/.exec(lines.at(-1) ?? '');
  if (directive === null) return undefined;
  const flags = Number(directive[1]);
  if (flags & ERROR) return { from: context.from, candidates: [], suffix: '' };
  const word = context.words.at(-1)!;
  // Of --flag=value the program names the value alone.
  const flag = /^--[^=]+=/.exec(word)?.[0] ?? '';
  const names = lines
    .slice(0, -1)
    .map((line) => flag + line.split('\t')[0]!)
    .filter((candidate) => candidate.startsWith(word) && !candidate.startsWith('_activeHelp_'));
  if (names.length === 0 && !(flags & NO_FILES))
    return files(shell, context, word, flags & DIRECTORIES_ONLY ? 'directories' : 'all');
  const completions = result(context, names);
  return flags & NO_SPACE ? { ...completions, suffix: '' } : completions;
}
