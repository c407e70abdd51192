/** `docker buildx version`, `use`, `rm`, `stop`, `create`: what they say of builders that contexts are. Models buildx commands. */
import { BUILDX_GIT_COMMIT, BUILDX_VERSION } from '../../../api/version.ts';
import { builderFor, workersOf } from '../../buildx/builder.ts';
import type { Cli } from '../../cli.ts';
import { CliError } from '../../cli-error.ts';
import type { Action, Invocation } from '../../command.ts';
import { ContextStore, DEFAULT_CONTEXT } from '../../contexts.ts';
import { currentContext } from '../../current-context.ts';
import { confirm } from '../confirm.ts';

export const showVersion: Action = async (cli) => {
  await cli.out(`github.com/docker/buildx ${BUILDX_VERSION} ${BUILDX_GIT_COMMIT}\n`);
  return undefined;
};

/** A context's builder is used by using the context: nothing is written. */
export const useBuilder: Action = async (cli, invocation) => {
  const name = nameOf(cli, invocation);
  const current = currentContext(cli, invocation.globals, invocation.config);
  if (name === current) return undefined;
  if (name === DEFAULT_CONTEXT)
    throw new CliError('ERROR: run `docker context use default` to switch to default context');
  if (name !== '' && (await new ContextStore(cli, invocation.directory).has(name)))
    throw new CliError(`ERROR: run \`docker context use ${name}\` to switch to context ${name}`);
  checkName(name, `failed to find instance ${JSON.stringify(name)}: `);
  throw new CliError(
    `ERROR: failed to find instance ${JSON.stringify(name)}: open ${invocation.directory}/buildx/instances/${name}: no such file or directory`,
  );
};

export const removeBuilders: Action = async (cli, invocation) => {
  const { flags, args } = invocation;
  if (flags.bool('all-inactive')) {
    if (args.length > 0) throw new CliError('ERROR: cannot specify builder name when --all-inactive is set');
    // Those of contexts are never removed, and there are no others.
    if (!flags.bool('force')) await confirm(cli, INACTIVE);
    return undefined;
  }
  for (const name of args.length > 0 ? args : [nameOf(cli, invocation)]) {
    const why = await builderFor(cli, invocation, name, true).then(
      (builder) =>
        `context builder cannot be removed, run \`docker context rm ${builder.name}\` to remove this context`,
      (error: unknown) => {
        if (!(error instanceof CliError)) throw error;
        return error.message.replace(/^ERROR: /, '');
      },
    );
    await cli.err(`failed to remove ${name}: ${why}\n`);
  }
  throw new CliError('ERROR: failed to remove one or more builders');
};

const INACTIVE =
  'WARNING! This will remove all builders that are not in running state. Are you sure you want to continue?';

/** An engine goes on: only what was started for building is stopped. */
export const stopBuilder: Action = async (cli, invocation) => {
  await workersOf(await builderFor(cli, invocation, nameOf(cli, invocation), true));
  return undefined;
};

export const createBuilder: Action = async (_cli, { flags }) => {
  const name = flags.string('name');
  if (name !== '') checkName(name);
  if (flags.bool('leave') && name === '') throw new CliError('ERROR: leave requires instance name');
  if (flags.bool('leave') && flags.string('node') === '')
    throw new CliError('ERROR: leave requires node name');
  if (flags.bool('append') && name === '') throw new CliError('ERROR: append requires a builder name');
  if (flags.bool('leave') || flags.bool('append'))
    throw new CliError(
      `ERROR: failed to find instance ${JSON.stringify(name)} for ${flags.bool('leave') ? 'leave' : 'append'}`,
    );
  const driver = flags.string('driver') || 'docker-container';
  if (driver === 'docker')
    throw new CliError('ERROR: additional instances of driver "docker" cannot be created');
  if (!DRIVERS.includes(driver)) throw new CliError(`ERROR: failed to find driver ${JSON.stringify(driver)}`);
  throw new CliError(
    `ERROR: docker buildx create: builders of the driver ${driver} are not modelled in Drydock yet`,
  );
};

const DRIVERS = ['docker-container', 'kubernetes', 'remote'];

const nameOf = (cli: Cli, { args, flags }: Invocation): string =>
  args[0] ?? (flags.string('builder') || cli.env('BUILDX_BUILDER') || '');

function checkName(name: string, where = ''): void {
  if (!/^[a-zA-Z][a-zA-Z0-9\-_.]*$/.test(name))
    throw new CliError(
      `ERROR: ${where}invalid name ${name}, name needs to start with a letter and may not contain symbols, except ._-`,
    );
}
