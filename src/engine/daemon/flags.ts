import { parseBool } from '../base/go-bool.ts';
import { GoError } from '../runtime/go-error.ts';
import { type Configuration, hostProblem, isDirective } from './configuration.ts';

/** dockerd's command line, the part that is modelled: what the configuration file may say too, and where that and containerd are. */
export interface DaemonFlags {
  configuration: Pick<Configuration, 'hosts' | 'debug' | 'data-root'>;
  configFile?: string;
  /** The socket of a containerd that runs already. */
  containerd?: string;
}

/** A flag's names in messages, whether it takes a value, and what it sets. */
interface Row {
  names: string;
  takesValue: boolean;
  set(flags: DaemonFlags, value: string): void;
}

const ROWS: readonly Row[] = [
  {
    names: '-H, --host',
    takesValue: true,
    set: ({ configuration }, host) => {
      const problem = hostProblem(host);
      if (problem !== undefined)
        refuse(`invalid argument ${JSON.stringify(host)} for "-H, --host" flag: ${problem}`);
      configuration.hosts = [...(configuration.hosts ?? []), host];
    },
  },
  {
    names: '-D, --debug',
    takesValue: false,
    set: ({ configuration }, value) => {
      const asked = parseBool(value);
      if (asked === undefined)
        refuse(
          `invalid argument ${JSON.stringify(value)} for "-D, --debug" flag: strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`,
        );
      configuration.debug = asked;
    },
  },
  {
    names: '--data-root',
    takesValue: true,
    set: ({ configuration }, path) => {
      configuration['data-root'] = path;
    },
  },
  {
    names: '--config-file',
    takesValue: true,
    set: (flags, path) => {
      flags.configFile = path;
    },
  },
  {
    names: '--containerd',
    takesValue: true,
    set: (flags, path) => {
      flags.containerd = path;
    },
  },
];

/** Reads the arguments as pflag does. Throws in dockerd's words. */
export function parseDaemonFlags(argv: readonly string[]): DaemonFlags {
  const flags: DaemonFlags = { configuration: {} };
  const rest = argv.slice(1);
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [, flag, attached] = /^(--[^=]+|-\w)(?:=?(.+))?$/s.exec(word) ?? [];
    if (flag === undefined) throw new GoError('\nUsage:\tdockerd [OPTIONS]');
    const row = ROWS.find(({ names }) => names.split(', ').includes(flag));
    if (row === undefined) refuse(unknown(flag));
    const value = attached ?? (row.takesValue ? rest.shift() : 'true');
    if (value === undefined)
      refuse(`flag needs an argument: ${flag.startsWith('--') ? flag : `'${flag[1]}' in ${flag}`}`);
    row.set(flags, value);
  }
  return flags;
}

function unknown(flag: string): string {
  const name = flag.replace(/^-+/, '');
  if (isDirective(name) || isDirective(`${name}s`)) return `the flag ${flag} is not modelled by Drydock`;
  return flag.startsWith('--') ? `unknown flag: ${flag}` : `unknown shorthand flag: '${name}' in ${flag}`;
}

function refuse(text: string): never {
  throw new GoError(`Status: ${text}\nSee 'dockerd --help'.`);
}
