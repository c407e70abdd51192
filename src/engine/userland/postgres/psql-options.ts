import { readSecret } from '../lib/prompt.ts';
import { readFile, type Stdio } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';
import { readAccounts } from '../lib/users.ts';
import type { Login } from './client-connection.ts';

/** What the clients take alike: where the server is, and as whom one comes. */
export interface Given {
  host: string;
  port: number;
  user: string;
  database: string;
  /** `-W`: it is asked for though nobody wants it; `-w`: never. */
  ask: 'always' | 'if wanted' | 'never';
  password: string | undefined;
  /** The other options, by their long names, in order. */
  options: { name: string; value: string }[];
  words: string[];
}

export class BadOption extends Error {
  /** Whether the help would help. */
  readonly hint: boolean;

  constructor(message: string, hint = true) {
    super(message);
    this.hint = hint;
  }
}

/** What a program says of it, on standard error. */
export const badOptionText = (name: string, { message, hint }: BadOption) =>
  hint
    ? `${name}: ${message}\n${name}: hint: Try "${name} --help" for more information.\n`
    : `${name}: ${message}\n`;

interface Option {
  long: string;
  takes: boolean;
}

/**
 * @param own options of the program beside those of all: by their letters, or alone
 * @param others letters and long names of options that it really has and that are not simulated
 * Throws `BadOption`.
 */
export async function readOptions(
  io: Stdio,
  own: Readonly<Record<string, Option>>,
  others: readonly string[] = [],
): Promise<Given> {
  const known: Record<string, Option> = {
    h: { long: 'host', takes: true },
    p: { long: 'port', takes: true },
    U: { long: 'username', takes: true },
    W: { long: 'password', takes: false },
    w: { long: 'no-password', takes: false },
    V: { long: 'version', takes: false },
    '?': { long: 'help', takes: false },
    ...own,
  };
  const byLong = new Map(Object.values(known).map((option) => [option.long, option]));
  const options: Given['options'] = [];
  const words: string[] = [];
  const args = [...io.args];
  for (let arg = args.shift(); arg !== undefined; arg = args.shift()) {
    if (arg.startsWith('--')) {
      const [name = '', given] = arg.slice(2).split(/=(.*)/s);
      const option = byLong.get(name);
      if (option === undefined && others.includes(name)) throw notSimulated(`--${name}`);
      if (option === undefined) throw new BadOption(`unrecognized option '${arg.split('=')[0]}'`);
      if (option.takes && given === undefined && args.length === 0)
        throw new BadOption(`option '--${name}' requires an argument`);
      options.push({ name, value: option.takes ? (given ?? args.shift() ?? '') : '' });
    } else if (arg.startsWith('-') && arg.length > 1) {
      for (let i = 1; i < arg.length; i++) {
        const option = known[arg[i] ?? ''];
        if (option === undefined && others.includes(arg[i] ?? '')) throw notSimulated(`-${arg[i]}`);
        if (option === undefined) throw new BadOption(`invalid option -- '${arg[i]}'`);
        const rest = arg.slice(i + 1);
        if (!option.takes) options.push({ name: option.long, value: '' });
        else {
          if (rest === '' && args.length === 0)
            throw new BadOption(`option requires an argument -- '${arg[i]}'`);
          options.push({ name: option.long, value: rest === '' ? (args.shift() ?? '') : rest });
          break;
        }
      }
    } else words.push(arg);
  }
  const value = (name: string) => options.findLast((option) => option.name === name)?.value;
  const uri = /^postgres(?:ql)?:\/\/(?:([^:@/]*)(?::([^@/]*))?@)?([^:/]*)(?::(\d+))?(?:\/(.*))?$/.exec(
    words[0] ?? value('dbname') ?? '',
  );
  const account = (await readAccounts(io.sys)).userName(io.sys.geteuid());
  const user = uri?.[1] || value('username') || io.env.get('PGUSER') || account;
  return {
    host: uri?.[3] || value('host') || io.env.get('PGHOST') || '/var/run/postgresql',
    port: Number(uri?.[4] || value('port') || io.env.get('PGPORT') || 5432),
    user,
    database: (uri ? uri[5] : (value('dbname') ?? words[0])) || io.env.get('PGDATABASE') || user,
    ask:
      value('password') !== undefined ? 'always' : value('no-password') !== undefined ? 'never' : 'if wanted',
    password: uri?.[2] ?? io.env.get('PGPASSWORD') ?? (await passFile(io, user)),
    options,
    words,
  };
}

const notSimulated = (option: string) => new BadOption(`option ${option} is not simulated in Drydock`, false);

/** The first line of ~/.pgpass that fits (documentation, "The Password File"); others must not be able to read it. */
async function passFile({ sys, env }: Stdio, user: string): Promise<string | undefined> {
  const path = env.get('PGPASSFILE') ?? `${env.get('HOME') ?? ''}/.pgpass`;
  const stat = await sys.stat(path).catch(() => undefined);
  if (stat === undefined || (stat.mode & 0o077) !== 0) return undefined;
  const lines = bytesToText(await readFile(sys, path)).split('\n');
  return lines.map((line) => line.split(':')).find((fields) => ['*', user].includes(fields[3] ?? ''))?.[4];
}

export function loginOf(io: Stdio, given: Given, database = given.database): Login {
  const { host, port, user, ask } = given;
  return {
    host,
    port,
    user,
    database,
    password: async () => {
      if (given.password !== undefined && ask !== 'always') return given.password;
      if (ask === 'never' || !(await io.sys.isatty(0).catch(() => false))) return undefined;
      given.password = await readSecret(io, `Password for user ${user}: `);
      return given.password;
    },
  };
}
