import { isErrno } from '../../../base/errno.ts';
import { X_OK } from '../../../kernel/fcntl.ts';
import { DEFAULT_PATH } from '../../lib/spawn.ts';
import { tableEntries } from '../associative.ts';
import { locate } from '../execute.ts';
import { posixQuote, singleQuote } from '../quote.ts';
import type { Shell } from '../shell.ts';
import { printFunction } from '../syntax/print.ts';
import { illegalOption } from './misuse.ts';
import { parseOptions } from './parse-options.ts';
import type { BuiltinRun } from './table.ts';

/** What a name stands for: type, command, builtin, hash, alias. */

const KEYWORDS = new Set([
  'if',
  'then',
  'else',
  'elif',
  'fi',
  'case',
  'esac',
  'for',
  'while',
  'until',
  'do',
  'done',
  'in',
  '{',
  '}',
  '!',
]);
const BASH_KEYWORDS = new Set([...KEYWORDS, 'function', 'select', 'time', '[[', ']]', 'coproc']);

type Meaning =
  | { kind: 'alias'; value: string }
  | { kind: 'keyword' }
  | { kind: 'function' }
  | { kind: 'builtin'; special: boolean }
  | { kind: 'file'; path: string; hashed: boolean };

async function meanings(
  shell: Shell,
  name: string,
  options: { all?: boolean; functions?: boolean; path?: string } = {},
): Promise<Meaning[]> {
  const found: Meaning[] = [];
  const expands = !shell.dialect.bashSyntax || shell.shopt.has('expand_aliases');
  const alias = expands ? shell.aliases.get(name) : undefined;
  if (alias !== undefined) found.push({ kind: 'alias', value: alias });
  if ((shell.dialect.bashSyntax ? BASH_KEYWORDS : KEYWORDS).has(name)) found.push({ kind: 'keyword' });
  if (options.functions !== false && shell.functions.has(name)) found.push({ kind: 'function' });
  const builtin = shell.evaluator.builtin(shell, name);
  if (builtin) found.push({ kind: 'builtin', special: builtin.special });
  if (options.all || found.length === 0) {
    const hashed = shell.hashed.has(name);
    for (const path of await filesNamed(shell, name, options.path)) {
      found.push({ kind: 'file', path, hashed: hashed && !options.all });
      if (!options.all) break;
    }
  }
  return found;
}

export async function filesNamed(shell: Shell, name: string, path?: string): Promise<string[]> {
  const candidates = name.includes('/')
    ? [name]
    : (path ?? shell.variables.get('PATH') ?? DEFAULT_PATH)
        .split(':')
        .map((directory) => (directory === '' ? `./${name}` : `${directory.replace(/\/$/, '')}/${name}`));
  const found: string[] = [];
  for (const candidate of candidates) {
    try {
      const { mode } = await shell.sys.stat(candidate);
      // dash and BusyBox only ask whether a path that is given is there.
      if (shell.dialect.bashSyntax || !name.includes('/')) {
        if ((mode & 0o170000) === 0o040000) continue;
        await shell.sys.access(candidate, X_OK);
      }
      found.push(candidate);
    } catch (error) {
      if (!isErrno(error)) throw error;
    }
  }
  return found;
}

function describe(shell: Shell, name: string, meaning: Meaning): string {
  const bash = shell.dialect.name === 'bash';
  switch (meaning.kind) {
    case 'alias':
      return bash ? `${name} is aliased to \`${meaning.value}'` : `${name} is an alias for ${meaning.value}`;
    case 'keyword':
      return `${name} is a shell keyword`;
    case 'function':
      return bash
        ? `${name} is a function\n${printFunction(name, shell.functions.get(name)!.definition.body)}`
        : `${name} is a${shell.dialect.name === 'dash' ? ' shell' : ''} function`;
    case 'builtin':
      return bash || !meaning.special ? `${name} is a shell builtin` : `${name} is a special shell builtin`;
    case 'file':
      if (meaning.hashed)
        return bash
          ? `${name} is hashed (${meaning.path})`
          : `${name} is a tracked alias for ${meaning.path}`;
      return `${name} is ${meaning.path}`;
  }
}

export const type: BuiltinRun = async (shell, args, builtin) => {
  let mode = '';
  let i = 0;
  if (shell.dialect.name === 'ash' && /^-/.test(args[0] ?? '')) return briefly(shell, args.slice(1));
  if (shell.dialect.bashSyntax) {
    for (; i < args.length && /^-[afptP]+$/.test(args[i]!); i++) mode += args[i]!.slice(1);
    if (/^-./.test(args[i] ?? '') && args[i] !== '--')
      return illegalOption(shell, 'type', args[i]![1]!, 'type [-afptP] name [name ...]');
    if (args[i] === '--') i++;
  }
  let status = 0;
  let out = '';
  for (const name of args.slice(i)) {
    let found = await meanings(shell, name, {
      all: mode.includes('a') || mode.includes('P'),
      functions: !mode.includes('f'),
    });
    if (mode.includes('P') || mode.includes('p')) found = found.filter((meaning) => meaning.kind === 'file');
    if (mode.includes('P') && !mode.includes('a')) found = found.slice(0, 1);
    if (found.length === 0) {
      status = shell.dialect.bashSyntax ? 1 : 127;
      if (/[tpP]/.test(mode)) continue;
      if (shell.dialect.bashSyntax) {
        await shell.print(out, builtin);
        out = '';
        await shell.warn(`${name}: not found`, 'type');
      } else out += `${name}: not found\n`;
    }
    for (const meaning of found) {
      if (mode.includes('t')) out += `${meaning.kind}\n`;
      else if (/[pP]/.test(mode)) out += `${(meaning as { path: string }).path}\n`;
      else out += `${describe(shell, name, meaning)}\n`;
      // dash remembers what it has found.
      if (shell.dialect.name === 'dash' && meaning.kind === 'file') await locate(shell, name);
    }
  }
  return (await shell.print(out, builtin)) || status;
};

/** BusyBox' `type` with any option: as `command -v` shows things. */
async function briefly(shell: Shell, names: readonly string[]): Promise<number> {
  let out = '';
  let status = 0;
  for (const name of names) {
    const [meaning] = await meanings(shell, name);
    if (meaning === undefined) status = 127;
    else out += `${meaning.kind === 'file' ? meaning.path : name}\n`;
  }
  return (await shell.print(out, 'type')) || status;
}

export const command: BuiltinRun = async (shell, args) => {
  let mode = '';
  let i = 0;
  for (; i < args.length && /^-[pvV]+$/.test(args[i]!); i++) mode += args[i]!.slice(1);
  if (args[i] === '--') i++;
  else if (/^-./.test(args[i] ?? ''))
    return illegalOption(shell, 'command', args[i]![1]!, 'command [-pVv] command [arg ...]');
  const words = args.slice(i);
  if (words.length === 0) return 0;
  if (!/[vV]/.test(mode)) {
    const path = mode.includes('p') ? new Map([['PATH', DEFAULT_PATH]]) : new Map<string, string>();
    return shell.evaluator.runWithoutFunctions(shell, words, path);
  }
  // bash succeeds if it knows one of the names; dash and BusyBox look at the first only.
  let status = shell.dialect.bashSyntax ? 1 : 0;
  let out = '';
  for (const name of shell.dialect.bashSyntax ? words : words.slice(0, 1)) {
    const [meaning] = await meanings(shell, name);
    if (meaning === undefined) {
      if (!shell.dialect.bashSyntax) status = 127;
      if (mode.includes('V')) {
        if (shell.dialect.bashSyntax) await shell.warn(`${name}: not found`, 'command');
        else out += `${name}: not found\n`;
      }
      continue;
    }
    if (shell.dialect.bashSyntax) status = 0;
    if (mode.includes('V')) out += `${describe(shell, name, meaning)}\n`;
    else if (meaning.kind === 'alias') out += `alias ${name}=${singleQuote(meaning.value)}\n`;
    else out += `${meaning.kind === 'file' ? meaning.path : name}\n`;
  }
  await shell.print(out, 'command');
  return status;
};

export const builtin: BuiltinRun = async (shell, args) => {
  const words = args[0] === '--' ? args.slice(1) : args;
  if (words.length === 0) return 0;
  if (!shell.evaluator.builtin(shell, words[0]!)) {
    await shell.warn(`${words[0]}: not a shell builtin`, 'builtin');
    return 1;
  }
  return shell.evaluator.runWithoutFunctions(shell, words);
};

export const hash: BuiltinRun = async (shell, args) => {
  const bash = shell.dialect.name === 'bash';
  const usage = 'hash [-lr] [-p pathname] [-dt] [name ...]';
  const { on, operands } = await parseOptions(shell, 'hash', args, bash ? 'lrp:dt' : 'r', usage);
  if (on.has('r')) shell.hashed.clear();
  if (operands.length === 0) {
    if (on.has('r')) return 0;
    if (bash && (on.has('t') || on.has('d'))) {
      await shell.warn(`-${on.has('t') ? 't' : 'd'}: option requires an argument`, 'hash');
      return 1;
    }
    return shell.print(hashTable(shell, on.has('l')), 'hash');
  }
  let status = 0;
  let out = '';
  for (const name of operands) {
    const path = on.get('p');
    const known = shell.hashed.get(name);
    if (path !== undefined) shell.hashed.set(name, { path, hits: 0 });
    else if ((on.has('t') || on.has('d')) && known === undefined) {
      await shell.warn(`${name}: not found`, 'hash');
      status = 1;
    } else if (on.has('t'))
      out += on.has('l')
        ? `builtin hash -p ${known!.path} ${name}\n`
        : `${operands.length > 1 ? `${name}\t` : ''}${known!.path}\n`;
    else if (on.has('d')) shell.hashed.delete(name);
    else if (!(await remember(shell, name))) {
      await shell.warn(`${name}: not found`, 'hash');
      status = 1;
    }
  }
  return (await shell.print(out, 'hash')) || status;
};

async function remember(shell: Shell, name: string): Promise<boolean> {
  shell.hashed.delete(name);
  if (name.includes('/') || shell.evaluator.builtin(shell, name) || shell.functions.has(name)) return true;
  const path = await locate(shell, name);
  if (path === undefined) return false;
  shell.hashed.set(name, { path, hits: 0 });
  return true;
}

function hashTable(shell: Shell, reusable: boolean): string {
  if (shell.dialect.name !== 'bash')
    return [...shell.hashed]
      .sort(([a], [b]) => dashBucket(a) - dashBucket(b))
      .map(([, { path }]) => `${path}\n`)
      .join('');
  if (shell.hashed.size === 0) return 'hash: hash table empty\n';
  const entries = tableEntries(new Map([...shell.hashed].map(([name]) => [name, name])), HASH_BUCKETS);
  if (reusable)
    return entries.map(([name]) => `builtin hash -p ${shell.hashed.get(name)!.path} ${name}\n`).join('');
  const lines = entries.map(([name]) => {
    const { path, hits } = shell.hashed.get(name)!;
    return `${String(hits).padStart(4)}\t${path}\n`;
  });
  return `hits\tcommand\n${lines.join('')}`;
}

/** The size of bash's table of commands (hashcmd.h). */
const HASH_BUCKETS = 256;

/** Where dash keeps a command (exec.c, cmdlookup). */
function dashBucket(name: string): number {
  let value = name.charCodeAt(0) << 4;
  for (const char of name) value += char.charCodeAt(0);
  return (value & 0x7fff) % 31;
}

export const alias: BuiltinRun = async (shell, args) => {
  const bash = shell.dialect.name === 'bash';
  const show = (name: string, value: string) =>
    bash ? `alias ${name}=${singleQuote(value)}\n` : `${name}=${posixQuote(value)}\n`;
  let words = args;
  if (bash && (words[0] === '-p' || words[0] === '--')) words = words.slice(1);
  if (words.length === 0)
    return shell.print(
      [...shell.aliases]
        .sort()
        .map(([name, value]) => show(name, value))
        .join(''),
      'alias',
    );
  let status = 0;
  for (const word of words) {
    const equals = word.indexOf('=', 1);
    if (equals !== -1) {
      shell.aliases.set(word.slice(0, equals), word.slice(equals + 1));
      continue;
    }
    const value = shell.aliases.get(word);
    if (value !== undefined) await shell.print(show(word, value), 'alias');
    else {
      if (bash) await shell.warn(`${word}: not found`, 'alias');
      else await shell.error(`alias: ${word} not found\n`);
      status = 1;
    }
  }
  return status;
};

export const unalias: BuiltinRun = async (shell, args) => {
  let status = 0;
  const words = args[0] === '--' ? args.slice(1) : args;
  if (words[0] === '-a') {
    shell.aliases.clear();
    return 0;
  }
  if (words.length === 0 && shell.dialect.bashSyntax) {
    await shell.error('unalias: usage: unalias [-a] name [name ...]\n');
    return 2;
  }
  for (const word of words) {
    if (shell.aliases.delete(word)) continue;
    if (shell.dialect.name === 'bash') await shell.warn(`${word}: not found`, 'unalias');
    else await shell.error(`unalias: ${word} not found\n`);
    status = 1;
  }
  return status;
};
