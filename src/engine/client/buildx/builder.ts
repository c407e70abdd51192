/** Builders: each context is one, whose engine builds. Models buildx builder/builder.go, as far as the driver docker goes. */
import { CONTROL, type WorkerInfo } from '../../api/buildkit.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { Invocation } from '../command.ts';
import { ContextStore, DEFAULT_CONTEXT } from '../contexts.ts';
import { currentContext } from '../current-context.ts';
import { DEFAULT_HOST, parseEndpoint } from '../endpoint.ts';
import { EngineClient } from '../engine-client.ts';

/** A builder that is the engine of a context. */
export interface Builder {
  name: string;
  engine: EngineClient;
}

/** Which builder was asked for; empty where none was. */
export function askedBuilder(cli: Cli, { flags }: Pick<Invocation, 'flags'>): string {
  return flags.changed('builder') ? flags.string('builder') : cli.env('BUILDX_BUILDER') || '';
}

/**
 * The builder that a command is for. Throws `CliError` where there is none of that name.
 *
 * @param anywhere it may be one that is not of the context in use
 */
export async function builderFor(
  cli: Cli,
  invocation: Invocation,
  name = askedBuilder(cli, invocation),
  anywhere = false,
): Promise<Builder> {
  const current = currentContext(cli, invocation.globals, invocation.config);
  if (name === '' || name === current) return { name: current, engine: cli.engine };
  const store = new ContextStore(cli, invocation.directory);
  if (name !== DEFAULT_CONTEXT && !(await store.has(name)))
    throw new CliError(`ERROR: no builder ${JSON.stringify(name)} found`);
  if (!anywhere)
    throw new CliError(
      `ERROR: use \`docker --context=${name} buildx\` to switch to context ${JSON.stringify(name)}`,
    );
  return contextBuilder(cli, store, name);
}

/** All builders, that of the context in use marked. */
export async function allBuilders(
  cli: Cli,
  invocation: Invocation,
): Promise<(Builder & { isCurrent: boolean })[]> {
  const current = currentContext(cli, invocation.globals, invocation.config);
  const store = new ContextStore(cli, invocation.directory);
  const names = [DEFAULT_CONTEXT, ...(await store.all()).map(({ name }) => name)];
  const all: (Builder & { isCurrent: boolean })[] = [];
  for (const name of names) {
    const isCurrent = name === current;
    const builder = isCurrent ? { name, engine: cli.engine } : await contextBuilder(cli, store, name);
    all.push({ ...builder, isCurrent });
  }
  return all;
}

async function contextBuilder(cli: Cli, store: ContextStore, name: string): Promise<Builder> {
  const host = name === DEFAULT_CONTEXT ? DEFAULT_HOST : (await store.get(name)).host;
  return { name, engine: new EngineClient(parseEndpoint(host), (endpoint) => cli.connect(endpoint)) };
}

/** Calls a method of BuildKit's control API. Failures are thrown in buildx' words. */
export async function control<T>({ engine }: Builder, method: string, body: object = {}): Promise<T> {
  try {
    return await engine.json<T>('POST', `${CONTROL}/${method}`, { body });
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw new CliError(`ERROR: ${error.message.replace(/^Error response from daemon: /, '')}`);
  }
}

/** The workers of a builder: one, where dockerd builds. */
export const workersOf = (builder: Builder): Promise<WorkerInfo[]> => control(builder, 'ListWorkers');
