/**
 * The `docker` command: a program that speaks only the Engine API.
 * Models docker/cli `cmd/docker/docker.go` and `cli/cobra.go`.
 */
import { CLIENT_GIT_COMMIT, ENGINE_VERSION } from '../api/version.ts';
import { encode } from '../base/bytes.ts';
import { quote } from '../base/go-quote.ts';
import type { Program } from '../kernel/program.ts';
import type { Cli } from './cli.ts';
import { CliError } from './cli-error.ts';
import type { Group, Leaf } from './command.ts';
import { complete, type Found, readWords } from './complete.ts';
import { type ClientConfig, loadConfig } from './config-file.ts';
import { ContextStore, DEFAULT_CONTEXT } from './contexts.ts';
import { currentContext } from './current-context.ts';
import { DEFAULT_HOST, parseEndpoint } from './endpoint.ts';
import { EngineClient } from './engine-client.ts';
import { refuseCount } from './flags/arity.ts';
import { parseFlags } from './flags/parse.ts';
import { ParsedFlags } from './flags/parsed.ts';
import { readValue } from './flags/values.ts';
import { rfc3339 } from './format/time.ts';
import { commandHelp, groupHelp, pluginHelp, rootHelp, useLine } from './help.ts';
import { findInPlugin, hasPlugin } from './plugins.ts';
import { connector, processCli } from './process-cli.ts';
import { badFlag, DEPRECATED_SHORTHAND, readFlags } from './read-flags.ts';
import { GLOBAL_FLAGS, globalFlags } from './spec/global.ts';
import { Termination } from './termination.ts';
import { findLeaf, GROUPS, LEAVES, ROOT, WITH_BUILDX, withHidden } from './tree.ts';

export const docker: Program = async (process) => {
  const args = process.argv.slice(1);
  const env = (name: string) => process.env.get(name);
  let host: string;
  try {
    host = hostOf(args, env);
  } catch {
    host = DEFAULT_HOST;
  }
  let engine: EngineClient;
  let refused: CliError | undefined;
  try {
    engine = new EngineClient(
      parseEndpoint(host),
      connector(process),
      env('DOCKER_API_VERSION')?.replace(/^v/, ''),
    );
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    refused = error;
    engine = new EngineClient(parseEndpoint(DEFAULT_HOST), () => Promise.reject(error));
  }
  const termination = new Termination(async (text) => void (await process.sys.write(2, encode(text))));
  await termination.catch(process);
  const cli = await processCli(process, engine, termination);
  return Promise.race([runDocker(cli, args, refused), termination.status]);
};

/** The engine that `-H` or the environment names. */
function hostOf(args: readonly string[], env: (name: string) => string | undefined): string {
  const { flags } = parseFlags({ flags: GLOBAL_FLAGS, stopsAtFirstArgument: true }, args);
  return flags.string('host') || env('DOCKER_HOST') || DEFAULT_HOST;
}

/**
 * Runs a command line.
 *
 * @param args what follows `docker`
 * @param refused why there is no engine to speak with, told when a command needs one
 * @returns the exit status
 */
export async function runDocker(cli: Cli, args: readonly string[], refused?: CliError): Promise<number> {
  try {
    return (await dispatch(cli, args, refused)) ?? 0;
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    if (error.message !== '') await cli.err(`${error.message}\n`);
    return error.status;
  }
}

async function dispatch(
  cli: Cli,
  args: readonly string[],
  refused: CliError | undefined,
): Promise<number | undefined> {
  const defaultDirectory = cli.env('DOCKER_CONFIG') || `${cli.env('HOME') ?? ''}/.docker`;
  const spec = { args: '[OPTIONS] COMMAND [ARG...]', flags: GLOBAL_FLAGS, stopsAtFirstArgument: true };
  const root = readFlags(spec, 'docker', args);
  const hosts = root.flags.list('host');
  if (hosts.length > 1)
    throw badFlag(
      `invalid argument ${quote(hosts[1]!)} for "-H, --host" flag: specify only one -H`,
      'docker',
      spec.args,
    );
  const level = root.flags.string('log-level').toLowerCase();
  if (root.flags.bool('debug') || level === 'debug' || level === 'trace') await cli.err(otelError(cli.now()));
  const [name, ...rest] = root.args;
  const directory = root.flags.changed('config') ? root.flags.string('config') : defaultDirectory;
  const config = await loadConfig(cli, directory);
  cli.engine.sendAlways(config.headers);
  if (root.flags.changed('host') && root.flags.string('context') !== '')
    throw new CliError('conflicting options: cannot specify both --host and --context');
  // Asked for before a command, it is that command's.
  const isKnown = [...LEAVES, ...GROUPS.map((group) => ({ spec: group }))].some(
    ({ spec }) => spec.name === name,
  );
  if (root.help && name !== undefined && isKnown) return help(cli, defaultDirectory, [name]);
  if (root.help) return showRootHelp(cli, defaultDirectory, 'out', root.helpByShorthand);
  if (name === undefined) {
    if (root.flags.bool('version')) {
      await cli.out(`Docker version ${ENGINE_VERSION}, build ${CLIENT_GIT_COMMIT}\n`);
      return 0;
    }
    return showRootHelp(cli, defaultDirectory, 'err', false);
  }
  if (!['', 'panic', 'fatal', 'error', 'warn', 'warning', 'info', 'debug', 'trace'].includes(level))
    throw new CliError(`Unable to parse logging level: ${root.flags.string('log-level')}`);
  if (name === 'help') return help(cli, defaultDirectory, rest);
  if (name === '__complete' || name === '__completeNoDesc') return complete(cli, rest, findForCompletion);
  const session: Session = {
    config,
    globals: root.flags,
    directory,
    debug: root.flags.bool('debug'),
    refused: refused ?? (await noEngine(cli, root.flags, config, directory)),
  };
  const leaf = findLeaf(LEAVES, name);
  if (leaf !== undefined) return runLeaf(cli, leaf, `docker ${name}`, rest, session);
  const group = GROUPS.find((one) => one.name === name);
  if (group === undefined || (group.plugin && !(await hasPlugin(cli, directory, group.plugin)))) {
    // Of what nobody knows the help is that of what stands before it.
    if (wantsHelp(rest)) return showRootHelp(cli, defaultDirectory, 'out', false);
    throw new CliError(`docker: unknown command: docker ${name}\n\nRun 'docker --help' for more information`);
  }
  return runGroup(cli, group, rest, session);
}

/** Debian's client holds two versions of OpenTelemetry's schema, and says so first of all. */
const otelError = (now: number) =>
  `time="${rfc3339(now / 1000)}" level=debug msg="otel error" error="error detecting resource: conflicting Schema URL: https://opentelemetry.io/schemas/1.26.0 and https://opentelemetry.io/schemas/1.40.0"\n`;

/** What the global flags, the environment and config.json settle for any command. */
interface Session {
  readonly config: ClientConfig;
  readonly globals: ParsedFlags;
  readonly directory: string;
  readonly debug: boolean;
  /** Why there is no engine to speak with, told when a command needs one. */
  readonly refused: CliError | undefined;
}

/** Why the context or TLS that was asked for gives no engine. Models docker/cli `cli/command/cli.go`. */
async function noEngine(
  cli: Cli,
  flags: ParsedFlags,
  config: ClientConfig,
  directory: string,
): Promise<CliError | undefined> {
  const failed = (why: string) =>
    new CliError(`Failed to initialize: unable to resolve docker endpoint: ${why}`);
  const name = currentContext(cli, flags, config);
  if (name !== DEFAULT_CONTEXT)
    try {
      const { host } = await new ContextStore(cli, directory).get(name);
      cli.engine.speakTo(parseEndpoint(host));
      return undefined;
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      return failed(error.message);
    }
  const verify = flags.changed('tlsverify') || (cli.env('DOCKER_TLS_VERIFY') ?? '') !== '';
  if (!flags.bool('tls') && !verify && (cli.env('DOCKER_TLS') ?? '') === '') return undefined;
  const authority = flags.changed('tlscacert')
    ? flags.string('tlscacert')
    : `${cli.env('DOCKER_CERT_PATH') || directory}/ca.pem`;
  if (!(await cli.exists(authority))) return failed(`open ${authority}: no such file or directory`);
  return new CliError("docker: 'docker --tls' is not modelled in Drydock yet");
}

async function runGroup(
  cli: Cli,
  group: Group,
  args: readonly string[],
  session: Session,
): Promise<number | undefined> {
  const chosen = group.buildx ? await builderOf(cli, group, group.buildx, session.directory) : group;
  if (chosen.plugin) {
    const found = await findInPlugin(cli, chosen, 'docker buildx', args, await helpWidth(cli));
    return typeof found === 'number' ? found : runLeaf(cli, found.leaf, found.path, found.args, session);
  }
  const path = `docker ${group.name}`;
  const spec = { args: group.args ?? '', flags: [], stopsAtFirstArgument: true };
  const parsed = readFlags(spec, path, args);
  if (parsed.help) {
    if (group.experimental) {
      await cli.out(`${path} is only supported on a Docker daemon with experimental features enabled\n`);
      return 0;
    }
    if (parsed.helpByShorthand) await cli.out(DEPRECATED_SHORTHAND);
    await cli.out(groupHelp(path, group));
    return 0;
  }
  const [name, ...rest] = parsed.args;
  if (name === undefined) {
    if (group.experimental)
      throw new CliError(`${path} is only supported on a Docker daemon with experimental features enabled`);
    await cli.err(`${group.apart ? '\n' : ''}${groupHelp(path, group)}`);
    return 0;
  }
  if (group.experimental) {
    const leaf = findLeaf(group.leaves, name);
    const asked = leaf === undefined ? path : `${path} ${name}`;
    const refusal = `${asked} is only supported on a Docker daemon with experimental features enabled`;
    await cli.engine.requireEngine();
    if (!wantsHelp(rest)) throw new CliError(refusal);
    await cli.out(`${refusal}\n`);
    return 0;
  }
  const leaf = findLeaf(group.leaves, name);
  if (leaf === undefined && wantsHelp(rest)) {
    await cli.out(groupHelp(path, group));
    return 0;
  }
  if (leaf === undefined)
    throw new CliError(
      `docker: unknown command: ${path} ${name}\n\nUsage:  ${useLine(path, group.args ?? '')}\n\nRun '${path} --help' for more information`,
    );
  return runLeaf(cli, leaf, `${path} ${leaf.spec.name}`, rest, session);
}

const wantsHelp = (args: readonly string[]): boolean => args.includes('--help') || args.includes('-h');

/** What stands for a command of building: buildx, or the builder before it with a warning. Models docker/cli processBuilder. */
async function builderOf<T extends Leaf | Group>(
  cli: Cli,
  legacy: T,
  buildx: T,
  directory: string,
): Promise<T> {
  const isEnabled = buildKitAsked(cli.env('DOCKER_BUILDKIT') ?? '');
  if (isEnabled === false) {
    await cli.err(BUILDKIT_DISABLED);
    return legacy;
  }
  if (await hasPlugin(cli, directory, 'buildx')) return buildx;
  if (isEnabled) throw new CliError(BUILDX_MISSING);
  await cli.err(NO_BUILDX);
  return legacy;
}

function buildKitAsked(text: string): boolean | undefined {
  try {
    return text === '' ? undefined : readValue('bool', text)[0] === 'true';
  } catch (error) {
    throw new CliError(
      `DOCKER_BUILDKIT environment variable expects boolean value: ${(error as Error).message}`,
    );
  }
}

const BUILDKIT_DISABLED = `DEPRECATED: The legacy builder is deprecated and will be removed in a future release.
            BuildKit is currently disabled; enable it by removing the DOCKER_BUILDKIT=0
            environment-variable.

`;

const BUILDX_MISSING = `ERROR: BuildKit is enabled but the buildx component is missing or broken.
       Install the buildx component to build images with BuildKit:
       https://docs.docker.com/go/buildx/`;

const NO_BUILDX = `DEPRECATED: The legacy builder is deprecated and will be removed in a future release.
            Install the buildx component to build images with BuildKit:
            https://docs.docker.com/go/buildx/

`;

async function runLeaf(
  cli: Cli,
  asked: Leaf,
  called: string,
  args: readonly string[],
  { refused, ...session }: Session,
): Promise<number | undefined> {
  if (asked.group) return runGroup(cli, asked.group, args, { refused, ...session });
  const leaf = asked.buildx ? await builderOf(cli, asked, asked.buildx, session.directory) : asked;
  const { spec, action } = leaf;
  const path = spec.path ?? called;
  // Its flags are not known, so that it cannot tell of them; where it has something to do, that does not depend on them.
  const helpWanted = args.includes('--help') || args.includes('-h');
  if (spec.opaque && (action === undefined || helpWanted)) throw notModelled(path);
  if (spec.opaque) return action!(cli, { flags: new ParsedFlags(new Map(), {}), args, path, ...session });
  const parsed = readFlags(spec, path, args);
  if (parsed.help) {
    if (parsed.helpByShorthand) await cli.out(DEPRECATED_SHORTHAND);
    await cli.out(commandHelp(path, spec, await helpWidth(cli)));
    return 0;
  }
  for (const [name, advice] of Object.entries(spec.deprecated ?? {}))
    if (parsed.flags.changed(name)) await cli.out(`Flag --${name} has been deprecated, ${advice}\n`);
  const refusal = refuseCount(spec.arity, parsed.args.length, path, useLine(path, spec.args));
  if (refusal !== undefined) throw new CliError((spec.failurePrefix ?? '') + refusal);
  if (action === undefined) throw notModelled(path);
  if (refused !== undefined && !leaf.local) throw refused;
  return action(cli, { flags: parsed.flags, args: parsed.args, path, ...session });
}

const notModelled = (path: string) => new CliError(`docker: '${path}' is not modelled in Drydock yet`);

async function help(cli: Cli, configDir: string, path: readonly string[]): Promise<number> {
  const [name, ...rest] = path;
  if (name === undefined) return showRootHelp(cli, configDir, 'out', false);
  if (name === 'help' && rest.length === 0) {
    await cli.out('Usage:  docker help [command]\n\nHelp about the command\n');
    return 0;
  }
  const unknown = (words: readonly string[]) => new CliError(`unknown help topic: ${words.join(' ')}`);
  const columns = await helpWidth(cli);
  const print = async (at: string, leaf: Leaf, more: readonly string[]) => {
    if (more.length > 0) throw unknown(more);
    await cli.out(commandHelp(at, leaf.spec, columns));
    return 0;
  };
  const leaf = findLeaf(LEAVES, name);
  if (leaf !== undefined) return print(`docker ${name}`, leaf, rest);
  const root = GROUPS.find((one) => one.name === name);
  if (root === undefined) throw unknown(path);
  let group: Group = root;
  let at = `docker ${name}`;
  let [sub, ...more] = rest;
  for (; sub !== undefined; [sub, ...more] = more) {
    const inner = findLeaf(group.leaves, sub);
    if (inner !== undefined) return print(`${at} ${inner.spec.name}`, inner, more);
    const within: Group | undefined = group.groups?.find((one) => one.name === sub);
    // A plugin tells of it by itself, and docker of how the plugin has ended.
    if (within === undefined && root.plugin)
      throw new CliError(`ERROR: unknown help topic: ${rest.join(' ')}\nexit status 1`);
    if (within === undefined) throw unknown(rest);
    group = within;
    at = `${at} ${sub}`;
  }
  await cli.out(group.flags === undefined ? groupHelp(at, group) : pluginHelp(at, group, columns));
  return 0;
}

async function showRootHelp(
  cli: Cli,
  configDir: string,
  to: 'out' | 'err',
  byShorthand: boolean,
): Promise<number> {
  if (byShorthand) await cli.err(DEPRECATED_SHORTHAND);
  const root = { ...ROOT, ...((await hasPlugin(cli, configDir, 'buildx')) ? WITH_BUILDX : {}) };
  // An engine that cannot be asked hides nothing.
  const shown = (await cli.engine.ping()) === undefined ? withHidden(root) : root;
  await cli[to](rootHelp({ ...shown, flags: globalFlags(configDir) }, await helpWidth(cli)));
  return 0;
}

/** Help is as wide as the terminal. */
async function helpWidth(cli: Cli): Promise<number> {
  return (await cli.windowSize(0))?.columns ?? 80;
}

function findForCompletion(path: readonly string[]): Found {
  const flags = GLOBAL_FLAGS.filter(([name]) => name !== 'help');
  const { args } = readWords({ flags, stopsAtFirstArgument: true }, path);
  const [name, sub] = args;
  const rootNames = [
    ...LEAVES.map(({ spec }) => [spec.name, spec.short] as const),
    ...[...ROOT.groups, ...ROOT.swarm].map((group) => [group.name, group.short] as const),
    ['help', 'Help about any command'] as const,
  ].sort(([a], [b]) => (a < b ? -1 : 1));
  if (name === undefined) return { rest: [], names: rootNames, flags };
  const leaf = findLeaf(LEAVES, name);
  if (leaf !== undefined) return { leaf, rest: args.slice(1), names: [] };
  const group = GROUPS.find((one) => one.name === name);
  if (group === undefined) return { rest: [], names: [] };
  const inner = sub === undefined ? undefined : findLeaf(group.leaves, sub);
  if (inner !== undefined) return { leaf: inner, rest: args.slice(2), names: [] };
  const within = group.groups?.find((one) => one.name === sub);
  const deepest = within === undefined ? undefined : findLeaf(within.leaves, args[2] ?? '');
  if (deepest !== undefined) return { leaf: deepest, rest: args.slice(3), names: [] };
  const names = [
    ...(within ?? group).leaves.map(({ spec }) => [spec.name, spec.short] as const),
    ...((within ?? group).groups ?? []).map((one) => [one.name, one.short] as const),
  ];
  return { rest: [], names: names.sort(([a], [b]) => (a < b ? -1 : 1)) };
}
