import { quote } from '../../base/go-quote.ts';
import { parsePortSpec } from '../../base/port-spec.ts';
import { DockerfileError } from '../ast.ts';
import { knownSignal, withVariable } from '../change-config.ts';
import type {
  ArgCommand,
  EnvCommand,
  ExposeCommand,
  HealthcheckCommand,
  KeyValue,
  LabelCommand,
  ShellFormCommand,
  WorkdirCommand,
} from '../instructions/command.ts';
import { joinWorkdir } from '../workdir.ts';
import { CommandScope, withShell } from './command-scope.ts';
import type { PlanContext } from './context.ts';
import { planCopy } from './copy.ts';
import { go } from './go-format.ts';
import { SAYS } from './lint.ts';
import { planRun } from './run.ts';
import type { PlannedCommand, StageState } from './stage-state.ts';

/** Does one command to a stage: steps, configuration, history. Models dockerfile2llb's dispatch. Throws `DockerfileError`. */
export function dispatch(stage: StageState, planned: PlannedCommand, context: PlanContext): void {
  const { command } = planned;
  const says = new CommandScope(stage, context, command);
  switch (command.kind) {
    case 'arg':
      arg(says, command);
      break;
    case 'env':
      env(says, command);
      break;
    case 'label':
      label(says, command);
      break;
    case 'workdir':
      workdir(says, command, planned.isOnBuild);
      break;
    case 'user':
      stage.user = says.expanded(command.user);
      stage.image.config.User = stage.user;
      says.history(`USER ${stage.user}`);
      break;
    case 'expose':
      expose(says, command);
      break;
    case 'volume':
      volume(says, command.volumes);
      break;
    case 'stopsignal':
      stage.image.config.StopSignal = knownSignal(says.expanded(command.signal));
      says.history(`STOPSIGNAL ${stage.image.config.StopSignal}`);
      break;
    case 'shell':
      stage.image.config.Shell = command.shell;
      says.history(`SHELL ${go.list(command.shell)}`);
      break;
    case 'maintainer':
      stage.image.author = command.maintainer;
      says.history(`MAINTAINER ${command.maintainer}`);
      break;
    case 'onbuild':
      stage.image.config.OnBuild = [...(stage.image.config.OnBuild ?? []), command.expression];
      break;
    case 'cmd':
    case 'entrypoint':
      shellForm(says, command);
      break;
    case 'healthcheck':
      healthcheck(says, command);
      break;
    case 'run':
      planRun(says, command, planned);
      break;
    case 'copy':
    case 'add':
      planCopy(says, command, planned);
  }
}

function volume(says: CommandScope, asked: readonly string[]): void {
  const { config } = says.stage.image;
  const volumes = asked.map((word) => says.expanded(word));
  if (volumes.includes('')) throw new DockerfileError('VOLUME specified can not be an empty string');
  config.Volumes = { ...config.Volumes, ...Object.fromEntries(volumes.map((path) => [path, {}])) };
  says.history(`VOLUME ${go.list(volumes)}`);
}

function expandPairs(says: CommandScope, pairs: readonly KeyValue[]): [key: string, value: string][] {
  return pairs.map(({ key, value }) => [says.expanded(key), says.expanded(value)]);
}

function warnOfOldForm(says: CommandScope, { name, pairs }: EnvCommand | LabelCommand): void {
  for (const { noDelimiter } of pairs)
    if (noDelimiter) says.warn('legacyKeyValueFormat', SAYS.legacyKeyValueFormat(name));
}

const assignments = (pairs: readonly (readonly [string, string])[]): string =>
  pairs.map(([key, value]) => `${key}=${value}`).join(' ');

function env(says: CommandScope, command: EnvCommand): void {
  const { stage } = says;
  const pairs = expandPairs(says, command.pairs);
  warnOfOldForm(says, command);
  for (const [key, value] of pairs) {
    warnOfSecret(says, 'ENV', key);
    stage.environment = stage.environment.with(key, value);
    stage.image.config.Env = withVariable(stage.image.config.Env ?? [], key, value);
  }
  says.history(`ENV ${assignments(pairs)}`);
}

function label(says: CommandScope, command: LabelCommand): void {
  const { config } = says.stage.image;
  const pairs = expandPairs(says, command.pairs);
  warnOfOldForm(says, command);
  config.Labels = { ...config.Labels, ...Object.fromEntries(pairs) };
  says.history(`LABEL ${assignments(pairs)}`);
}

/** Values that are given take the place of defaults; a bare name has the one from before the first FROM. */
function arg(says: CommandScope, command: ArgCommand): void {
  const { stage, context } = says;
  const { parameters } = stage;
  const shown = command.args.map(({ key, value: preset, description }) => {
    warnOfSecret(says, 'ARG', key);
    const given = context.options.buildArgs[key];
    const value = given ?? (preset === undefined ? context.globalArgs.get(key) : says.expanded(preset));
    if (value !== undefined) stage.environment = stage.environment.with(key, value);
    stage.buildArgs.push({ key, value });
    const isGlobal = given === undefined && preset === undefined && value !== undefined;
    if (!isGlobal)
      parameters.args.set(key, {
        name: key,
        description,
        value: value ?? '',
        location: command.location,
        uses: [],
      });
    parameters.use(key);
    return value === undefined ? key : `${key}=${value}`;
  });
  says.history(`ARG ${shown.join(' ')}`);
}

const SECRET = /(?:_|^)(?:apikey|auth|credential|credentials|key|password|pword|passwd|secret|token)(?:_|$)/i;
const NO_SECRET = /(?:_|^)(?:public|file|version)(?:_|$)/i;

function warnOfSecret(says: CommandScope, command: string, key: string): void {
  if (SECRET.test(key) && !NO_SECRET.test(key))
    says.warn('secretsUsedInArgOrEnv', SAYS.secretsUsedInArgOrEnv(command, key));
}

function workdir(says: CommandScope, command: WorkdirCommand, isOnBuild: boolean): void {
  const { stage } = says;
  const path = says.expanded(command.path);
  if (!stage.isWorkdirSet && !path.startsWith('/'))
    says.warn('workdirRelativePath', SAYS.workdirRelativePath(path));
  stage.isWorkdirSet = true;
  const current = stage.image.config.WorkingDir || '/';
  // Nothing stays where it is; what is absolute stands as it is written (BuildKit util/system, NormalizePath).
  const directory = path.startsWith('/') ? path : joinWorkdir(current, path || '.');
  stage.image.config.WorkingDir = directory;
  stage.cwd = directory;
  const withLayer = directory !== '/';
  if (withLayer) {
    const { epoch } = says.context;
    const time = epoch === undefined ? {} : { time: epoch };
    const mkdir = { kind: 'mkdir', path: directory, mode: 0o755, user: stage.user, ...time } as const;
    stage.root = {
      op: { kind: 'file', root: stage.root, actions: [mkdir] },
      name: stage.prefix(isOnBuild) + says.shown(command.code),
      location: command.location,
      ignoreCache: false,
    };
  }
  says.history(`WORKDIR ${directory}`, withLayer);
}

function expose(says: CommandScope, command: ExposeCommand): void {
  const { config } = says.stage.image;
  const words = command.ports.flatMap((word) => says.splitWords(word));
  for (const word of words) {
    const [port, protocol = ''] = word.split('/');
    if (protocol !== protocol.toLowerCase()) says.warn('exposeProtoCasing', SAYS.exposeProtoCasing(word));
    if (port!.includes(':')) says.warn('exposeInvalidFormat', SAYS.exposeInvalidFormat(word));
  }
  const ports = words.flatMap(portsOf);
  config.ExposedPorts = { ...config.ExposedPorts, ...Object.fromEntries(ports.map((port) => [port, {}])) };
  says.history(`EXPOSE ${go.list(ports)}`);
}

/** `port/proto` of a specification; refused in BuildKit's words, which begin small. */
function portsOf(word: string): string[] {
  const container = word.split(':').at(-1)!;
  const slash = container.indexOf('/');
  const [port, protocol] =
    slash === -1 ? [container, ''] : [container.slice(0, slash), container.slice(slash + 1)];
  const refuse = (why: string) => new DockerfileError(`invalid port: ${quote(word)}: ${why}`);
  if (port === '') throw refuse('no port specified');
  if (!['', 'tcp', 'udp', 'sctp'].includes(protocol.toLowerCase()))
    throw refuse(`invalid proto: ${protocol}`);
  try {
    return parsePortSpec(word).map(({ port }) => port);
  } catch (error) {
    const why = (error as Error).message.replace(/^Invalid /, 'invalid ');
    throw new DockerfileError(why);
  }
}

function shellForm(says: CommandScope, command: ShellFormCommand): void {
  const { stage } = says;
  const { config } = stage.image;
  const { kind, name, line } = command;
  warnOfTwo(says, kind, name);
  if (line.isShell && !config.Shell?.length) says.warn('jsonArgsRecommended', SAYS.jsonArgsRecommended(name));
  const args = line.isShell ? withShell(stage, line.args) : line.args;
  if (kind === 'cmd') {
    config.Cmd = args;
    config.ArgsEscaped = true;
  } else {
    if (args.length > 0) config.Entrypoint = args;
    else delete config.Entrypoint;
    if (!stage.last.has('cmd')) delete config.Cmd;
  }
  stage.last.set(kind, command.location);
  says.history(`${kind.toUpperCase()} ${go.quotedList(args)}`);
}

function warnOfTwo(says: CommandScope, kind: 'cmd' | 'entrypoint' | 'healthcheck', name: string): void {
  const before = says.stage.last.get(kind);
  if (before !== undefined)
    says.warn('multipleInstructionsDisallowed', SAYS.multipleInstructionsDisallowed(name), before);
}

function healthcheck(says: CommandScope, { name, location, health }: HealthcheckCommand): void {
  warnOfTwo(says, 'healthcheck', name);
  says.stage.last.set('healthcheck', location);
  const { Test, Interval, Timeout, StartPeriod, StartInterval, Retries } = health;
  says.stage.image.config.Healthcheck = {
    Test: Test ?? [],
    ...(Interval ? { Interval } : {}),
    ...(Timeout ? { Timeout } : {}),
    ...(StartPeriod ? { StartPeriod } : {}),
    ...(StartInterval ? { StartInterval } : {}),
    ...(Retries ? { Retries } : {}),
  };
  says.history(`HEALTHCHECK ${go.healthcheck(health)}`);
}
