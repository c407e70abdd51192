import type { ContainerConfig, HealthConfig } from '../../api/containers.ts';
import { formatDuration } from '../../base/go-duration.ts';
import { parsePortSpec } from '../../base/port-spec.ts';
import { DockerfileError } from '../../builder/ast.ts';
import { knownSignal, splitVariable, withVariable } from '../../builder/change-config.ts';
import type {
  ArgCommand,
  Command,
  CommandLine,
  CopyCommand,
  RunCommand,
  ShellFormCommand,
} from '../../builder/instructions/command.ts';
import { refusing } from '../../builder/instructions/parse.ts';
import { go } from '../../builder/plan/go-format.ts';
import { expandWord, expandWords } from '../../builder/shell-lex.ts';
import { joinWorkdir } from '../../builder/workdir.ts';
import { commitImage } from '../images/commit.ts';
import type { BuildRun } from './build-run.ts';
import { copy } from './copy.ts';
import type { StageState } from './stage-state.ts';

/**
 * Does one instruction, which makes one image more. Models moby builder/dockerfile/dispatchers.go. Throws `DockerfileError`, `GoError`,
 * `NonZeroExit`.
 */
export async function dispatch(run: BuildRun, stage: StageState, command: Command): Promise<void> {
  const { config } = stage;
  const { expanded, words } = expansion(run, stage);
  switch (command.kind) {
    case 'env':
    case 'label': {
      const pairs = command.pairs.map(({ key, value }) => [expanded(key), expanded(value)] as const);
      if (command.kind === 'env')
        for (const [key, value] of pairs) config.Env = withVariable(config.Env ?? [], key, value);
      else config.Labels = { ...config.Labels, ...Object.fromEntries(pairs) };
      const text = pairs.map(([key, value]) => `${key}=${value}`).join(' ');
      return commit(run, stage, `${command.kind.toUpperCase()} ${text}`);
    }
    case 'maintainer':
      stage.author = command.maintainer;
      return commit(run, stage, `MAINTAINER ${command.maintainer}`);
    case 'onbuild':
      config.OnBuild = [...(config.OnBuild ?? []), command.expression];
      return commit(run, stage, `ONBUILD ${command.expression}`);
    case 'workdir':
      config.WorkingDir = joinWorkdir(config.WorkingDir ?? '', expanded(command.path));
      return commitAs(run, stage, [`#(nop) WORKDIR ${config.WorkingDir}`]);
    case 'user':
      config.User = expanded(command.user);
      return commit(run, stage, `USER ${config.User}`);
    case 'expose': {
      const asked = command.ports.flatMap(words);
      const ports = asked.flatMap((word) => refusing(() => parsePortSpec(word))).map(({ port }) => port);
      config.ExposedPorts = {
        ...config.ExposedPorts,
        ...Object.fromEntries(ports.map((port) => [port, {}])),
      };
      return commit(run, stage, `EXPOSE ${asked.join(' ')}`);
    }
    case 'volume': {
      const paths = command.volumes.map(expanded);
      if (paths.includes('')) throw new DockerfileError('VOLUME specified can not be an empty string');
      config.Volumes = { ...config.Volumes, ...Object.fromEntries(paths.map((path) => [path, {}])) };
      return commit(run, stage, `VOLUME ${go.list(paths)}`);
    }
    case 'stopsignal':
      config.StopSignal = knownSignal(expanded(command.signal));
      return commit(run, stage, `STOPSIGNAL ${config.StopSignal}`);
    case 'shell':
      config.Shell = command.shell;
      return commit(run, stage, `SHELL ${go.list(command.shell)}`);
    case 'arg':
      return commit(run, stage, declare(stage, command, expanded));
    case 'cmd':
    case 'entrypoint':
      return shellForm(run, stage, command);
    case 'healthcheck': {
      const before = config.Healthcheck?.Test ?? [];
      if (before.length > 0 && before[0] !== 'NONE')
        run.report.out(`Note: overriding previous HEALTHCHECK: ${go.list(before)}\n`);
      config.Healthcheck = command.health;
      return commit(run, stage, `HEALTHCHECK ${healthcheckText(command.health)}`);
    }
    case 'run':
      return runProgram(run, stage, command);
    case 'copy':
    case 'add':
      if (command.chmod !== '') throw needsBuildKit('chmod');
      return copy(run, stage, expandedCopy(command, expanded));
  }
}

function expansion(run: BuildRun, { config, args }: StageState) {
  const env = config.Env ?? [];
  const values = new Map([...args.besides(env), ...env].map(splitVariable));
  const lookup = (name: string) => values.get(name);
  const { escape: escapeChar } = run;
  return {
    expanded: (word: string) => expandWord(word, lookup, { escape: escapeChar }),
    words: (word: string) => expandWords(word, lookup, { escape: escapeChar }),
  };
}

const needsBuildKit = (option: string): DockerfileError =>
  new DockerfileError(
    `the --${option} option requires BuildKit. Refer to https://docs.docker.com/go/buildkit/ to learn how to build images with BuildKit enabled`,
  );

const commit = (run: BuildRun, stage: StageState, comment: string): Promise<void> =>
  commitAs(run, stage, ['#(nop) ', comment]);

/** An image of a container that never runs: its command says what was done. */
async function commitAs(run: BuildRun, stage: StageState, comment: readonly string[]): Promise<void> {
  const madeBy: ContainerConfig = { ...stage.current, Cmd: [...stage.shell, ...comment] };
  if (run.isCached(stage, madeBy)) return;
  const container = await run.containers.create(madeBy);
  const { author, current: config } = stage;
  stage.imageId = await commitImage(run.engine, container, { author, comment: '', config });
}

function declare(
  { args: known }: StageState,
  { args }: ArgCommand,
  expanded: (word: string) => string,
): string {
  const shown = args
    .map(({ key, value }) => ({ key, preset: value === undefined ? undefined : expanded(value) }))
    .map(({ key, preset }) => {
      known.add(key, preset);
      return preset === undefined ? key : `${key}=${preset}`;
    });
  return `ARG ${shown.join(' ')}`;
}

const commandLine = (stage: StageState, { args, isShell }: CommandLine): string[] =>
  isShell ? [...stage.shell, ...args] : args;

async function shellForm(run: BuildRun, stage: StageState, { kind, line }: ShellFormCommand): Promise<void> {
  const args = commandLine(stage, line);
  if (kind === 'cmd') stage.config.Cmd = args;
  else {
    stage.config.Entrypoint = args;
    if (!stage.isCmdSet) stage.config.Cmd = null;
  }
  await commit(run, stage, `${kind.toUpperCase()} ${go.quotedList(args)}`);
  if (kind === 'cmd' && line.args.length > 0) stage.isCmdSet = true;
}

/** `%v` of a pointer to a health check. */
function healthcheckText({
  Test,
  Interval,
  Timeout,
  StartPeriod,
  StartInterval,
  Retries,
}: HealthConfig): string {
  const times = [Interval, Timeout, StartPeriod, StartInterval].map((time) => formatDuration(time ?? 0));
  return `&{${go.list(Test ?? [])} ${times.join(' ')} ${Retries ?? 0}}`;
}

const FLAG = /^\S+\s+--([a-z]+)/;

async function runProgram(run: BuildRun, stage: StageState, command: RunCommand): Promise<void> {
  const flag = FLAG.exec(command.code)?.[1];
  if (flag !== undefined) throw needsBuildKit(flag);
  const { current } = stage;
  const env = current.Env ?? [];
  const args = stage.args.besides(env);
  const program = commandLine(stage, command.line);
  // Build arguments stand in front of the command, which no command begins like.
  const shown = args.filter((entry) => stage.args.isShown(splitVariable(entry)[0]));
  const told = args.length === 0 ? program : [`|${shown.length}`, ...shown, ...program];
  const madeBy: ContainerConfig = { ...current, Cmd: told, ...(told.length > 0 ? { Entrypoint: null } : {}) };
  if (run.isCached(stage, madeBy)) return;
  const container = await run.containers.create({
    ...current,
    Cmd: program,
    Env: [...env, ...args],
    ...(told.length > 0 ? { Entrypoint: [''] } : {}),
    Healthcheck: { Test: ['NONE'] },
  });
  await run.containers.run(container);
  const { author } = stage;
  stage.imageId = await commitImage(run.engine, container, { author, comment: '', config: current, madeBy });
}

const expandedCopy = (command: CopyCommand, expanded: (word: string) => string): CopyCommand => ({
  ...command,
  chown: expanded(command.chown),
  sources: command.sources.map(expanded),
  destination: expanded(command.destination),
});
