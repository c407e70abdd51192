/** What mongosh's command line says. */
export interface ShellOptions {
  host: string;
  port: number;
  database: string;
  user: string | undefined;
  /** undefined where one is asked for. */
  password: string | undefined;
  authDatabase: string | undefined;
  quiet: boolean;
  /** Programs to run instead of a dialogue. */
  programs: string[];
  /** Files with programs. */
  files: string[];
  /** Go on with a dialogue after them. */
  shell: boolean;
  /** Do without a server. */
  alone: boolean;
  version: boolean;
  help: boolean;
}

/** The command line is wrong; the message is the whole complaint. */
export class UsageError extends Error {}

const VALUES: Readonly<Record<string, string>> = {
  '--host': 'host',
  '--port': 'port',
  '--username': 'user',
  '-u': 'user',
  '--authenticationDatabase': 'authDatabase',
  '--eval': 'eval',
  '--file': 'file',
  '-f': 'file',
  '--authenticationMechanism': 'mechanism',
};
const FLAGS: Readonly<Record<string, keyof ShellOptions | ''>> = {
  '--quiet': 'quiet',
  '--shell': 'shell',
  '--nodb': 'alone',
  '--version': 'version',
  '--help': 'help',
  '-h': 'help',
  '--norc': '',
  '--verbose': '',
};

/** Throws `UsageError`. */
export function readShellOptions(args: readonly string[]): ShellOptions {
  const out: ShellOptions = {
    host: '127.0.0.1',
    port: 27017,
    database: 'test',
    user: undefined,
    password: '',
    authDatabase: undefined,
    quiet: false,
    programs: [],
    files: [],
    shell: false,
    alone: false,
    version: false,
    help: false,
  };
  const rest: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const [name = '', given] = /^(--[^=]+)=(.*)$/s.exec(args[i]!)?.slice(1) ?? [args[i]!];
    if (name === '-p' || name === '--password') {
      // Without a value one is asked for it.
      const next = args[i + 1];
      if (given !== undefined) out.password = given;
      else if (
        next !== undefined &&
        !next.startsWith('-') &&
        (i + 2 < args.length || rest.length > 0 || out.user !== undefined)
      ) {
        out.password = next;
        i++;
      } else out.password = undefined;
    } else if (name.startsWith('-p') && !name.startsWith('--')) out.password = name.slice(2);
    else if (Object.hasOwn(FLAGS, name)) {
      const flag = FLAGS[name]!;
      if (flag !== '') Object.assign(out, { [flag]: true });
    } else if (Object.hasOwn(VALUES, name)) {
      const value = given ?? args[++i];
      if (value === undefined) throw new UsageError(`Error: Option ${name} requires an argument`);
      set(out, VALUES[name]!, value);
    } else if (name.startsWith('-')) throw new UsageError(unknownOption(name));
    else rest.push(args[i]!);
  }
  for (const [i, word] of rest.entries())
    if (i === 0 && !/\.(?:js|mongodb)$/.test(word)) readAddress(out, word);
    else out.files.push(word);
  return out;
}

function set(out: ShellOptions, name: string, value: string): void {
  if (name === 'eval') out.programs.push(value);
  else if (name === 'file') out.files.push(value);
  else if (name === 'port') out.port = Number(value);
  else if (name === 'host') {
    const [, host = value, port] = /^(.*?)(?::(\d+))?$/.exec(value) ?? [];
    out.host = host;
    if (port !== undefined) out.port = Number(port);
  } else if (name === 'user' || name === 'authDatabase') out[name] = value;
  else if (value !== 'SCRAM-SHA-256')
    throw new UsageError(`the mechanism ${value} is not simulated in Drydock`);
}

const unknownOption = (name: string) =>
  `Error parsing command line: unrecognized option: ${name}\nTry mongosh --help for more information`;

/** `mongodb://USER:PASSWORD@HOST:PORT/DATABASE?authSource=DATABASE`, `HOST:PORT/DATABASE` or `DATABASE`. */
function readAddress(out: ShellOptions, word: string): void {
  if (word.startsWith('mongodb+srv:'))
    throw new UsageError('mongodb+srv: addresses are not simulated in Drydock');
  const isUri = word.startsWith('mongodb://');
  if (!isUri && !/[:/.]/.test(word)) {
    out.database = word;
    return;
  }
  const [, user, password, host, port, database, query = ''] =
    /^(?:mongodb:\/\/)?(?:([^:@/]*)(?::([^@/]*))?@)?([^:/?@,]+)(?::(\d+))?(?:\/([^?]*))?(?:\?(.*))?$/.exec(
      word,
    ) ?? [];
  if (host === undefined) throw new UsageError(`MongoParseError: Invalid connection string "${word}"`);
  out.host = host;
  if (port !== undefined) out.port = Number(port);
  if (database) {
    out.database = decodeURIComponent(database);
    if (user !== undefined) out.authDatabase ??= out.database;
  }
  if (user !== undefined) out.user = decodeURIComponent(user);
  if (password !== undefined) out.password = decodeURIComponent(password);
  const source = new URLSearchParams(query).get('authSource');
  if (source !== null) out.authDatabase = source;
}
