import type { CreateExecRequest, StartExecRequest } from '../../api/exec.ts';
import { checkExec, createExec, findExec, startExec } from '../containers/exec.ts';
import { EngineError } from '../error.ts';
import { json, numberOf, type Route, readJson } from '../router.ts';
import { upgrade } from './containers/streams.ts';

export const execRoutes: readonly Route[] = [
  [
    'POST',
    '/containers/:id{.+}/exec',
    async (call) => {
      const request = await readJson<CreateExecRequest>(call);
      return json({ Id: (await createExec(call.engine, call.params['id']!, request)).id }, 201);
    },
  ],
  [
    'POST',
    '/exec/:id/start',
    async (call) => {
      const { engine, params, request } = call;
      const options = await readJson<StartExecRequest>(call);
      const exec = findExec(engine, params['id']!);
      checkExec(exec);
      const attachment = await startExec(engine, exec, options);
      if (attachment === undefined) return { status: 200 };
      return upgrade(request, exec.request.Tty ?? false, async (connection) => {
        if (await attachment.serve(engine.sys, connection))
          engine.events.log('container', 'exec_detach', exec.container.id, exec.attributes());
      });
    },
  ],
  ['GET', '/exec/:id/json', async ({ engine, params }) => json(findExec(engine, params['id']!).inspect())],
  [
    'POST',
    '/exec/:id/resize',
    async ({ engine, params, query }) => {
      const exec = findExec(engine, params['id']!);
      if (!exec.running) throw new EngineError(400, 'cannot resize a stopped exec');
      await engine.tasks.resize(
        exec.container.id,
        exec.id,
        numberOf(query, 'w') ?? 0,
        numberOf(query, 'h') ?? 0,
      );
      return { status: 200 };
    },
  ],
]; // prettier-ignore
