import { readSecret } from '../lib/prompt.ts';
import type { Stdio } from '../lib/stdio.ts';
import type { Login } from './client-connection.ts';
import { type Options, optionFiles } from './options.ts';
import type { Flavour } from './words.ts';

/** Options of a client that take a value, by their letters; those of its own come to them. */
const SHORT: Record<string, string> = {
  u: 'user',
  h: 'host',
  P: 'port',
  S: 'socket',
  D: 'database',
  e: 'execute',
};

export interface Given {
  options: Options;
  words: string[];
  /** Whether the password stood on the command line. */
  shown: boolean;
}

/** An option that there is not, or that is not simulated. */
export class OptionProblem extends Error {}

/** Reads the command line of mysql, mysqladmin and mysqldump. `flags` are options without a value, by letter and by name. */
export async function clientOptions(
  io: Stdio,
  groups: readonly string[],
  flags: Readonly<Record<string, string>>,
  values: readonly string[] = [],
): Promise<Given> {
  const args = [...io.args];
  const first = /^--defaults-(extra-)?file=(.*)$/.exec(args[0] ?? '');
  const paths = ['/etc/my.cnf', '/etc/mysql/my.cnf', `${io.env.get('HOME') ?? ''}/.my.cnf`];
  let options: Options = new Map();
  if (args[0] === '--no-defaults') args.shift();
  else if (first !== null) {
    args.shift();
    options = await optionFiles(io.sys, first[1] === undefined ? [first[2]!] : [...paths, first[2]!], [
      'client',
      ...groups,
    ]);
  } else options = await optionFiles(io.sys, paths, ['client', ...groups]);
  if (io.env.has('MYSQL_PWD')) options.set('password', io.env.get('MYSQL_PWD')!);
  const known = new Set([
    ...Object.values(SHORT),
    ...Object.values(flags),
    ...values,
    'password',
    'protocol',
    'default-character-set',
    'skip-ssl',
    'ssl-mode',
    'skip-ssl-verify-server-cert',
    'ssl',
    'comments',
    'help',
    'version',
  ]);
  for (const name of [...options.keys()]) if (!known.has(name)) options.delete(name);
  const words: string[] = [];
  let shown = false;
  while (args.length > 0) {
    const arg = args.shift()!;
    const long = /^--([^=]+)(?:=([\s\S]*))?$/.exec(arg);
    if (long !== null) {
      const name = long[1]!.replaceAll('_', '-');
      if (!known.has(name))
        throw new OptionProblem(
          `unknown ${long[2] === undefined ? 'option' : 'variable'} '${long[2] === undefined ? arg : arg.slice(2)}'`,
        );
      const takes = Object.values(SHORT).includes(name) || values.includes(name);
      options.set(name, long[2] ?? (takes ? (args.shift() ?? '') : name === 'password' ? '?' : ''));
      shown ||= name === 'password' && long[2] !== undefined;
    } else if (/^-[a-zA-Z?]/.test(arg)) shown = shortOptions(arg.slice(1), args, flags, options) || shown;
    else words.push(arg);
  }
  if (options.get('password') === '?')
    options.set('password', (await readSecret(io, 'Enter password: ')) ?? '');
  return { options, words, shown };
}

/** Letters of one word; gives whether a password was among them. */
function shortOptions(
  letters: string,
  args: string[],
  flags: Readonly<Record<string, string>>,
  options: Options,
): boolean {
  for (let i = 0; i < letters.length; i++) {
    const letter = letters[i]!;
    const rest = letters.slice(i + 1);
    if (letter === 'p') {
      options.set('password', rest === '' ? '?' : rest);
      return rest !== '';
    }
    const valued = SHORT[letter];
    if (valued !== undefined) {
      options.set(valued, rest === '' ? (args.shift() ?? '') : rest);
      return false;
    }
    const flag = letter === '?' ? 'help' : letter === 'V' ? 'version' : flags[letter];
    if (flag === undefined) throw new OptionProblem(`unknown option '-${letter}'`);
    options.set(flag, String(Number(options.get(flag) ?? 0) + 1));
  }
  return false;
}

export function loginOf(options: Options, database: string, flavour: Flavour): Login {
  const host =
    options.get('protocol')?.toLowerCase() === 'tcp' && (options.get('host') ?? 'localhost') === 'localhost'
      ? '127.0.0.1'
      : (options.get('host') ?? 'localhost');
  return {
    host,
    port: Number(options.get('port') ?? 3306),
    socket:
      options.get('socket') ??
      (flavour === 'mariadb' ? '/run/mysqld/mysqld.sock' : '/var/run/mysqld/mysqld.sock'),
    user: options.get('user') ?? 'root',
    password: options.get('password') ?? '',
    database,
    flavour,
  };
}

/** MySQL's clients warn of it; MariaDB's do not. */
export async function warnOfPassword(
  { stderr, name }: Stdio,
  { shown }: Given,
  flavour: Flavour,
): Promise<void> {
  if (shown && flavour === 'mysql')
    await stderr.write(
      `${name}: [Warning] Using a password on the command line interface can be insecure.\n`,
    );
}
