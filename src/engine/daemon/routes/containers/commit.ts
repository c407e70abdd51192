import type { CommitResponse, ContainerConfig } from '../../../api/containers.ts';
import { commitContainer } from '../../containers/commit.ts';
import { type Call, flag, json, type Route, readJsonIfAny } from '../../router.ts';
import { repoTagReference } from '../reference.ts';

/** `docker commit`. */
export const commitRoutes: readonly Route[] = [['POST', '/commit', commit]];

async function commit(call: Call) {
  const { engine, query } = call;
  const config = await readJsonIfAny<ContainerConfig | null>(call);
  const reference = repoTagReference(query);
  const id = await commitContainer(engine, engine.containers.get(query.get('container') ?? ''), {
    reference,
    author: query.get('author') ?? '',
    comment: query.get('comment') ?? '',
    config: Object.keys(config ?? {}).length === 0 ? undefined : config!,
    changes: query.getAll('changes'),
    pause: (query.get('pause') ?? '') === '' || flag(query, 'pause'),
  });
  return json({ Id: id } satisfies CommitResponse, 201);
}
