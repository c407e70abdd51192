import type {
  CreateContainerRequest,
  UpdateContainerRequest,
  WaitCondition,
} from '../../../api/containers.ts';
import { parsePlatform } from '../../../oci/platform.ts';
import type { Container } from '../../containers/container.ts';
import { saveContainer } from '../../containers/container-files.ts';
import { createContainer } from '../../containers/create.ts';
import { containerSizes } from '../../containers/size.ts';
import { startContainer } from '../../containers/start.ts';
import {
  killContainer,
  pauseContainer,
  restartContainer,
  stopContainer,
  unpauseContainer,
} from '../../containers/stop.ts';
import { updateContainer } from '../../containers/update.ts';
import { conflict, EngineError, invalidParameter, systemError } from '../../error.ts';
import { checkFilters, parseFilters } from '../../filters.ts';
import { matchesLabels } from '../../images/list.ts';
import { jsonLine } from '../../lines.ts';
import { renameEndpoints } from '../../networks/sandbox.ts';
import {
  type Call,
  flag,
  json,
  noContent,
  numberOf,
  type Route,
  readJson,
  readJsonIfAny,
} from '../../router.ts';
import { untilFilter } from '../../until.ts';

const find = ({ engine, params }: Call): Container => engine.containers.get(params['id']!);

export const lifecycleRoutes: readonly Route[] = [
  ['POST', '/containers/create', create],
  ['POST', '/containers/prune', prune],
  [
    'POST',
    '/containers/:id{.+}/start',
    async (call) => {
      await startContainer(call.engine, find(call));
      return noContent();
    },
  ],
  [
    'POST',
    '/containers/:id{.+}/stop',
    async (call) => {
      const container = find(call);
      try {
        await stopContainer(call.engine, container, stopOptions(call));
      } catch (error) {
        if (!(error instanceof EngineError) || error.status === 304) throw error;
        throw systemError(`cannot stop container: ${call.params['id']}: ${error.message}`);
      }
      return noContent();
    },
  ],
  [
    'POST',
    '/containers/:id{.+}/restart',
    async (call) => {
      const container = find(call);
      try {
        await restartContainer(call.engine, container, stopOptions(call));
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        throw new EngineError(
          error.status,
          `Cannot restart container ${call.params['id']}: ${error.message}`,
        );
      }
      return noContent();
    },
  ],
  [
    'POST',
    '/containers/:id{.+}/kill',
    async ({ engine, params, query }) => {
      await killContainer(engine, params['id']!, query.get('signal') ?? '');
      return noContent();
    },
  ],
  [
    'POST',
    '/containers/:id{.+}/pause',
    async (call) => {
      await pauseContainer(call.engine, find(call));
      return noContent();
    },
  ],
  [
    'POST',
    '/containers/:id{.+}/unpause',
    async (call) => {
      await unpauseContainer(call.engine, find(call));
      return noContent();
    },
  ],
  ['POST', '/containers/:id{.+}/rename', rename],
  [
    'POST',
    '/containers/:id{.+}/update',
    async (call) => {
      const request = await readJson<UpdateContainerRequest>(call);
      const warnings = await updateContainer(call.engine, call.params['id']!, request);
      return json({ Warnings: warnings.length > 0 ? warnings : null });
    },
  ],
  ['POST', '/containers/:id{.+}/wait', wait],
  [
    'POST',
    '/containers/:id{.+}/resize',
    async (call) => {
      const container = find(call);
      const [height, width] = [numberOf(call.query, 'h') ?? 0, numberOf(call.query, 'w') ?? 0];
      if (!container.state.running) throw new EngineError(409, `container ${container.id} is not running`);
      await call.engine.tasks.resize(container.id, '', width, height);
      call.engine.events.log(
        'container',
        'resize',
        container.id,
        container.attributes({ height: String(height), width: String(width) }),
      );
      return { status: 200 };
    },
  ],
  [
    'DELETE',
    '/containers/:id{.+}',
    async (call) => {
      const container = find(call);
      // Links are names with a parent.
      if (flag(call.query, 'link') && !call.params['id']!.replace(/^\//, '').includes('/'))
        throw conflict('Conflict, cannot remove the default link name of the container');
      await call.engine.remove(container, {
        force: flag(call.query, 'force'),
        volumes: flag(call.query, 'v'),
      });
      return noContent();
    },
  ],
]; // prettier-ignore

async function create(call: Call) {
  const { engine, query } = call;
  const request = await readJsonIfAny<CreateContainerRequest>(call);
  if (request === undefined) throw invalidParameter('invalid JSON: got EOF while reading request body');
  const platform = query.get('platform') ?? '';
  const name = query.get('name') ?? '';
  return json(
    await createContainer(engine, request, {
      name,
      platform: platform === '' ? undefined : parsePlatform(platform),
    }),
    201,
  );
}

function stopOptions({ query }: Call) {
  return { timeout: numberOf(query, 't'), signal: query.get('signal') || undefined };
}

async function rename(call: Call) {
  const { engine, query } = call;
  const container = find(call);
  const asked = query.get('name') ?? '';
  const bare = asked.replace(/^\//, '');
  if (bare === '') throw invalidParameter('Neither old nor new names may be empty');
  if (bare === container.name)
    throw invalidParameter('Renaming a container with the same name as its current name');
  const before = container.name;
  try {
    engine.containers.reserve(`/${bare}`, container.id);
  } catch (error) {
    if (error instanceof EngineError)
      throw new EngineError(error.status, `Error when allocating new name: ${error.message}`);
    throw error;
  }
  engine.containers.release(before);
  container.name = bare;
  renameEndpoints(engine, container);
  await saveContainer(container);
  engine.events.log('container', 'rename', container.id, container.attributes({ oldName: `/${before}` }));
  return noContent();
}

/** The header goes out at once; the client waits for it before it starts the container. */
async function wait(call: Call) {
  const container = find(call);
  const condition = (call.query.get('condition') ?? 'not-running') as WaitCondition | '';
  const status = waitFor(container, condition || 'not-running');
  // Behind the end of a request one hears whether the client is still there; nobody waits for one that has left.
  await call.request.body.read();
  const left = call.request.gone?.then(() => undefined) ?? new Promise<undefined>(() => {});
  const body = (async function* () {
    const ended = await Promise.race([status, left]);
    if (ended !== undefined) yield jsonLine({ StatusCode: ended });
  })();
  return { status: 200, headers: [['Content-Type', 'application/json']] as [string, string][], body };
}

function waitFor(container: Container, condition: WaitCondition): Promise<number> {
  if (condition === 'removed') return container.removed();
  if (condition === 'next-exit') return container.nextExit();
  if (condition !== 'not-running') throw invalidParameter(`invalid condition: "${condition}"`);
  return container.state.running ? container.nextExit() : Promise.resolve(container.state.exitCode);
}

async function prune({ engine, query }: Call) {
  const filters = parseFilters(query.get('filters') ?? undefined);
  checkFilters(filters, ['label', 'label!', 'until']);
  const until = untilFilter(filters, engine.now());
  const deleted: string[] = [];
  let reclaimed = 0;
  // The newest first, as they are listed.
  for (const container of engine.containers.all().toReversed()) {
    if (container.state.running) continue;
    if (until !== undefined && container.created > until) continue;
    if (!matchesLabels(filters, container.config.Labels ?? null)) continue;
    reclaimed += (await containerSizes(engine, container)).rw;
    await engine.remove(container, { force: false, volumes: false });
    deleted.push(container.id);
  }
  engine.events.log('container', 'prune', '', { reclaimed: String(reclaimed) });
  return json({ ContainersDeleted: deleted.length > 0 ? deleted : null, SpaceReclaimed: reclaimed });
}
