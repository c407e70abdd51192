/** What npm's command line says. */
export interface Options {
  version: boolean;
  registry: string | undefined;
  strictSsl: string | undefined;
  save: 'prod' | 'dev' | 'none';
  production: boolean;
  global: boolean;
  yes: boolean;
  silent: boolean;
  /** What stands after `--`. */
  rest: readonly string[];
}

export interface CommandLine {
  command: string | undefined;
  operands: readonly string[];
  options: Options;
  /** An option that means something to the real npm which is not done here. */
  unknown: string | undefined;
}

const ALIASES: Record<string, string> = {
  i: 'install',
  add: 'install',
  'clean-install': 'ci',
  rm: 'uninstall',
  remove: 'uninstall',
  un: 'uninstall',
  'run-script': 'run',
  t: 'test',
  list: 'ls',
  info: 'view',
  show: 'view',
  c: 'config',
  get: 'config',
  set: 'config',
};

/** Options that change what is printed or looked up, of things that are not there here. */
const WITHOUT_EFFECT =
  /^--(no-audit|no-fund|audit|fund|no-progress|progress|loglevel|no-update-notifier|prefer-offline|no-optional|unsafe-perm|verbose|legacy-peer-deps|cache)(=.*)?$/;

export function commandLine(argv: readonly string[]): CommandLine {
  const options: Options = {
    version: false,
    registry: undefined,
    strictSsl: undefined,
    save: 'prod',
    production: false,
    global: false,
    yes: false,
    silent: false,
    rest: [],
  };
  const words: string[] = [];
  let unknown: string | undefined;
  const rest = [...argv];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') {
      options.rest = rest.splice(0);
      break;
    }
    if (!word.startsWith('-')) {
      words.push(word);
      continue;
    }
    const [option = '', value] = word.split(/=(.*)/s);
    const valued = () => value ?? rest.shift() ?? '';
    if (['-v', '--version'].includes(word)) options.version = true;
    else if (option === '--registry') options.registry = valued();
    else if (option === '--strict-ssl') options.strictSsl = value ?? 'true';
    else if (option === '--no-strict-ssl') options.strictSsl = 'false';
    else if (['-D', '--save-dev'].includes(option)) options.save = 'dev';
    else if (option === '--no-save') options.save = 'none';
    else if (['-S', '-P', '--save', '--save-prod', '-E', '--save-exact'].includes(option))
      options.save = 'prod';
    else if (option === '--production') options.production = value !== 'false';
    else if (option === '--omit' || option === '--only')
      options.production = ['dev', 'prod', 'production'].includes(valued());
    else if (['-g', '--global'].includes(option)) options.global = true;
    else if (['-y', '--yes'].includes(option)) options.yes = true;
    else if (['-s', '--silent', '-q', '--quiet'].includes(option)) options.silent = true;
    else if (!WITHOUT_EFFECT.test(word)) unknown ??= option;
  }
  const [first, ...operands] = words;
  const command = first === undefined ? undefined : (ALIASES[first] ?? first);
  // `npm get KEY` is `npm config get KEY`.
  return {
    command,
    operands: first === 'get' || first === 'set' ? [first, ...operands] : operands,
    options,
    unknown,
  };
}
