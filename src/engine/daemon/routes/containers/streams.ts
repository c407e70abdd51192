import type { ByteStream } from '../../../base/byte-stream.ts';
import { encode } from '../../../base/bytes.ts';
import type { HttpRequest, HttpResponse } from '../../../net/http/message.ts';
import { Attachment } from '../../containers/attachment.ts';
import { parseKeys } from '../../containers/escape-keys.ts';
import { containerLogs, parseLogTime } from '../../containers/logs.ts';
import { EngineError, invalidParameter, notModelled } from '../../error.ts';
import { type Call, flag, type Route } from '../../router.ts';

export const streamRoutes: readonly Route[] = [
  ['POST', '/containers/:id{.+}/attach', attach],
  [
    'GET',
    '/containers/:id{.+}/attach/ws',
    async ({ engine, params, request }) => {
      engine.containers.get(params['id']!);
      // What golang.org/x/net/websocket answers itself.
      if (request.headers.get('Upgrade')?.toLowerCase() !== 'websocket')
        return { status: 400, body: 'not websocket protocol' };
      throw notModelled('attaching by WebSocket');
    },
  ],
  ['GET', '/containers/:id{.+}/logs', logs],
]; // prettier-ignore

/** POST /containers/{id}/attach: the connection becomes the container's streams. */
async function attach({ engine, params, query, request }: Call): Promise<HttpResponse> {
  const container = engine.containers.get(params['id']!);
  const detachKeys = query.get('detachKeys') ?? '';
  parseKeys(detachKeys);
  if (container.state.paused)
    throw new EngineError(409, `container ${container.id} is paused, unpause the container before attach`);
  if (container.state.restarting)
    throw new EngineError(
      409,
      `container ${container.id} is restarting, wait until the container is running`,
    );
  const { Tty: tty = false, OpenStdin: open = false, StdinOnce: once = false } = container.config;
  const options = {
    stdin: flag(query, 'stdin') && open,
    stdout: flag(query, 'stdout'),
    stderr: flag(query, 'stderr'),
    tty,
    closeStdin: once,
    detachKeys,
  };
  const attachment = new Attachment(container.streams, options);
  if (flag(query, 'logs'))
    for (const { stream, log } of (await engine.logOf(container).read()).entries) {
      const number = stream === 'stdout' ? 1 : 2;
      if (number === 1 ? options.stdout : options.stderr) attachment.say(number, encode(log));
    }
  if (!flag(query, 'stream')) attachment.end();
  engine.events.log('container', 'attach', container.id, container.attributes());
  return upgrade(request, tty, async (connection) => {
    if (await attachment.serve(engine.sys, connection))
      engine.events.log('container', 'detach', container.id, container.attributes());
  });
}

/** Answers 101 to those who ask for an upgrade, 200 to the rest; the bytes after it are the same. */
export function upgrade(
  request: HttpRequest,
  tty: boolean,
  hijack: (connection: ByteStream) => Promise<void>,
): HttpResponse {
  const asked = request.headers.get('Upgrade') !== undefined;
  const type =
    asked && !tty ? 'application/vnd.docker.multiplexed-stream' : 'application/vnd.docker.raw-stream';
  return asked
    ? {
        status: 101,
        reason: 'UPGRADED',
        headers: [
          ['Content-Type', type],
          ['Connection', 'Upgrade'],
          ['Upgrade', 'tcp'],
        ],
        hijack,
      }
    : { status: 200, headers: [['Content-Type', type]], hijack };
}

async function logs({ engine, params, query }: Call): Promise<HttpResponse> {
  const container = engine.containers.get(params['id']!);
  const tail = query.get('tail') ?? 'all';
  const time = (name: string) => {
    const text = query.get(name) ?? '';
    const parsed = parseLogTime(text);
    if (parsed === undefined && text !== '' && text !== '0')
      throw invalidParameter(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
    return parsed;
  };
  const feed = await containerLogs(engine, container, {
    stdout: flag(query, 'stdout'),
    stderr: flag(query, 'stderr'),
    follow: flag(query, 'follow'),
    timestamps: flag(query, 'timestamps'),
    details: flag(query, 'details'),
    tail: /^\d+$/.test(tail) ? Number(tail) : undefined,
    since: time('since'),
    until: time('until'),
  });
  const type = container.config.Tty
    ? 'application/vnd.docker.raw-stream'
    : 'application/vnd.docker.multiplexed-stream';
  return { status: 200, headers: [['Content-Type', type]], body: feed };
}
