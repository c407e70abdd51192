import type { ByteStream } from '../../base/byte-stream.ts';
import { isErrno } from '../../base/errno.ts';
import { InvalidBson } from './bson.ts';
import { COMMANDS } from './commands/index.ts';
import { MongoError } from './errors.ts';
import type { Server, Session } from './server.ts';
import { shown } from './store.ts';
import { allows, USERS } from './users.ts';
import { type Document, doc, InvalidPattern, isDocument } from './values.ts';
import { encodeMessage, MessageReader } from './wire.ts';

/** Answers the commands of one connection until either side ends it. */
export async function serveClient(
  server: Server,
  stream: ByteStream,
  peer: string,
  id: number,
): Promise<void> {
  const session: Session = { server, id, peer, users: [], login: undefined };
  const reader = new MessageReader(stream);
  const context = `conn${id}`;
  try {
    for (let answered = 1; ; answered++) {
      const message = await reader.next();
      if (message === undefined) break;
      await noteClient(server, context, peer, message.body);
      const body = await answer(session, message.body);
      await stream.write(encodeMessage({ id: answered, to: message.id, body }));
    }
  } catch (error) {
    if (error instanceof InvalidBson)
      await server.log.info(
        'NETWORK',
        22988,
        context,
        'Error receiving request from client. Ending connection from remote',
        {
          error: { code: 22, codeName: 'InvalidBSON', errmsg: error.message },
          remote: peer,
          connectionId: id,
        },
      );
    else if (!isErrno(error)) throw error;
  }
  await stream.close().catch(() => {});
}

/** The first command of a client says what it is. */
async function noteClient({ log }: Server, context: string, remote: string, body: Document): Promise<void> {
  const client = body.get('client');
  if (!isDocument(client ?? null)) return;
  const plain = (value: unknown): unknown =>
    value instanceof Map
      ? Object.fromEntries([...value].map(([name, inner]) => [name, plain(inner)]))
      : value;
  await log.info('NETWORK', 51800, context, 'client metadata', {
    remote,
    client: context,
    doc: plain(client),
  });
}

async function answer(session: Session, body: Document): Promise<Document> {
  try {
    return await run(session, body);
  } catch (error) {
    if (error instanceof InvalidPattern)
      return doc({
        ok: 0,
        errmsg: `Regular expression is invalid: ${error.message}`,
        code: 51091,
        codeName: 'Location51091',
      });
    if (!(error instanceof MongoError)) throw error;
    return doc({ ok: 0, errmsg: error.message, code: error.code, codeName: error.codeName });
  }
}

async function run(session: Session, body: Document): Promise<Document> {
  const { server } = session;
  const [name = ''] = body.keys();
  const db = String(body.get('$db') ?? 'test');
  if (!Object.hasOwn(COMMANDS, name)) throw new MongoError('CommandNotFound', `no such command: '${name}'`);
  const { run: command, needs } = COMMANDS[name]!;
  if (server.auth && needs !== undefined) {
    const roles = session.users.flatMap((user) => user.roles);
    // Who is on the same machine may make the first user.
    const isFirst =
      name === 'createUser' &&
      !server.store.collections.get(USERS)?.documents.size &&
      /^127\.|^\[::1/.test(session.peer);
    if (session.users.length === 0 && !isFirst)
      throw new MongoError('Unauthorized', `Command ${name} requires authentication`);
    if (needs !== 'user' && !isFirst && !allows(roles, needs, db))
      throw new MongoError('Unauthorized', `not authorized on ${db} to execute command ${shown(body)}`);
  }
  return command({ session, server, store: server.store, db, body });
}
