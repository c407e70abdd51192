import type { SolveStatus, VertexStatus } from '../../api/build.ts';
import type { ProgressMessage } from '../../api/progress.ts';
import { digestOf } from '../../oci/digest.ts';
import { familiarName, parseNormalizedNamed, tagNameOnly } from '../../oci/reference.ts';
import { encodeBase64Url } from '../base64.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { Invocation } from '../command.ts';
import { authFor } from '../credential-store.ts';
import { jsonLines } from '../json-lines.ts';

/** Has the engine push an image that was built, and tells of it as of a step. Models buildx build/build.go, pushWithMoby. */
export async function pushWithEngine(
  cli: Cli,
  { config }: Invocation,
  name: string,
  tell: (status: SolveStatus) => Promise<void>,
): Promise<void> {
  const title = `pushing ${name} with docker`;
  const vertex = { digest: digestOf(`${cli.now()} ${title}`), name: title, started: cli.now() };
  await tell({ vertexes: [vertex] });
  const layers = new Map<string, VertexStatus>();
  let failure: string | undefined;
  try {
    const reference = tagNameOnly(parseNormalizedNamed(name));
    const auth = await authFor(cli, config, reference.domain);
    const { body } = await cli.engine.request('POST', `/images/${familiarName(reference)}/push`, {
      query: { tag: reference.tag },
      headers: { 'X-Registry-Auth': encodeBase64Url(JSON.stringify(auth)) },
    });
    for await (const message of jsonLines<ProgressMessage>(body)) {
      const status = layerStatus(message, vertex.digest, layers, cli.now());
      if (status !== undefined) await tell({ statuses: [status] });
      failure ??= message.errorDetail?.message ?? message.error;
    }
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  }
  const completed = cli.now();
  const open = [...layers.values()].filter((status) => status.completed === undefined);
  if (open.length > 0) await tell({ statuses: open.map((status) => ({ ...status, completed })) });
  await tell({ vertexes: [{ ...vertex, completed, ...(failure === undefined ? {} : { error: failure }) }] });
  if (failure !== undefined) throw new CliError(`ERROR: failed to build: ${failure}`);
}

/** What a message of the push says of a layer; undefined where it says nothing. */
function layerStatus(
  { id = '', status, progressDetail }: ProgressMessage,
  vertex: string,
  layers: Map<string, VertexStatus>,
  now: number,
): VertexStatus | undefined {
  const name = `pushing layer ${id}`;
  const before = layers.get(id);
  const isDone = status === 'Pushed';
  if (id === '' || (before === undefined && progressDetail === undefined && !isDone)) return undefined;
  const { current, total } = {
    ...(before ?? { current: 0, total: 0 }),
    ...(progressDetail === undefined
      ? {}
      : { current: progressDetail.current ?? 0, total: progressDetail.total ?? 0 }),
  };
  const made: VertexStatus = {
    id: name,
    vertex,
    current: isDone ? total : current,
    total,
    timestamp: now,
    started: before?.started ?? now,
    ...(isDone ? { completed: now } : {}),
  };
  layers.set(id, made);
  return made;
}
