/** Commands for users, and by which they log in. */
import { decode, encode } from '../../../base/bytes.ts';
import { ScramServer } from '../../lib/scram.ts';
import { MongoError } from '../errors.ts';
import type { Call } from '../server.ts';
import { idKey } from '../store.ts';
import { credentials, findUser, isRole, rolesOf, USERS, verifierOf } from '../users.ts';
import { Binary, type Document, doc, isDocument, type Value } from '../values.ts';
import type { Command } from './data.ts';

export const createUser: Command = async (call) => {
  const { store, db, body, server } = call;
  const name = String(body.get('createUser'));
  const password = body.get('pwd');
  if (typeof password !== 'string' || password === '')
    throw new MongoError(
      'BadValue',
      password === ''
        ? 'Password cannot be empty'
        : "Must provide a 'pwd' field for all user documents, except those with '$external' as the user's source db",
    );
  if (findUser(store, db, name) !== undefined)
    throw new MongoError('Location51003', `User "${name}@${db}" already exists`);
  const roles = readRoles(call, (body.get('roles') ?? []) as Value[]);
  const collection = await store.create(USERS);
  await store.append(collection, [
    doc({
      _id: `${db}.${name}`,
      user: name,
      db,
      credentials: credentials(password, server.sys.getrandom(28)),
      roles: roles.map(({ role, db: on }) => doc({ role, db: on })),
    }),
  ]);
  return doc({ ok: 1 });
};

function readRoles({ db }: Call, given: readonly Value[]): { role: string; db: string }[] {
  return given.map((value) => {
    const role = isDocument(value)
      ? { role: String(value.get('role')), db: String(value.get('db') ?? db) }
      : { role: String(value), db };
    const isEverywhere =
      role.role === 'root' || role.role.endsWith('AnyDatabase') || /^cluster|^host/.test(role.role);
    if (!isRole(role.role) || (isEverywhere && role.db !== 'admin'))
      throw new MongoError('UserNotFound', `Could not find role: ${role.role}@${role.db}`);
    return role;
  });
}

export const dropUser: Command = async ({ store, db, body }) => {
  const name = String(body.get('dropUser'));
  const collection = store.collections.get(USERS);
  if (collection?.documents.delete(idKey(`${db}.${name}`)) !== true)
    throw new MongoError('UserNotFound', `User '${name}@${db}' not found`);
  await store.rewrite(collection);
  return doc({ ok: 1 });
};

export const usersInfo: Command = async ({ store, db, body }) => {
  const asked = body.get('usersInfo');
  const name = isDocument(asked ?? null) ? (asked as Document).get('user') : asked;
  const users = [...(store.collections.get(USERS)?.documents.values() ?? [])]
    .filter((user) => user.get('db') === db && (typeof name !== 'string' || user.get('user') === name))
    .map((user) =>
      doc({
        _id: user.get('_id')!,
        user: user.get('user')!,
        db,
        roles: user.get('roles')!,
        mechanisms: ['SCRAM-SHA-256'],
      }),
    );
  return doc({ users, ok: 1 });
};

const payloadOf = (body: Document): string => {
  const payload = body.get('payload');
  return payload instanceof Binary ? decode(payload.bytes) : '';
};

const answer = (text: string, done: boolean): Document =>
  doc({ conversationId: 1, done, payload: new Binary(encode(text), 0), ok: 1 });

export const saslStart: Command = async ({ session, server, store, db, body }) => {
  const mechanism = String(body.get('mechanism'));
  if (mechanism !== 'SCRAM-SHA-256')
    throw new MongoError(
      'BadValue',
      `Received authentication for mechanism ${mechanism} which is not enabled`,
    );
  const first = payloadOf(body);
  const user = (/(?:^|,)n=([^,]*)/.exec(first.replace(/^n,,/, ''))?.[1] ?? '')
    .replaceAll('=2C', ',')
    .replaceAll('=3D', '=');
  const scram = new ScramServer(verifierOf(findUser(store, db, user)), server.sys.getrandom(24));
  session.login = { scram, user, db };
  return answer(scram.first(first), false);
};

export const saslContinue: Command = async ({ session, server, store, body }) => {
  const { login } = session;
  session.login = undefined;
  const proof = login?.scram.final(payloadOf(body));
  const context = `conn${session.id}`;
  if (login === undefined || proof === undefined) {
    const error = findUser(store, login?.db ?? '', login?.user ?? '')
      ? 'AuthenticationFailed: SCRAM authentication failed, storedKey mismatch'
      : `UserNotFound: Could not find user "${login?.user}" for db "${login?.db}"`;
    await server.log.info('ACCESS', 5286307, context, 'Failed to authenticate', {
      client: session.peer,
      isSpeculative: false,
      isClusterMember: false,
      mechanism: 'SCRAM-SHA-256',
      user: login?.user,
      db: login?.db,
      error,
      result: 18,
    });
    throw new MongoError('AuthenticationFailed', 'Authentication failed.');
  }
  const { user, db } = login;
  session.users = [
    ...session.users.filter((one) => one.db !== db),
    { user, db, roles: rolesOf(findUser(store, db, user)!) },
  ];
  await server.log.info('ACCESS', 5286306, context, 'Successfully authenticated', {
    client: session.peer,
    isSpeculative: false,
    isClusterMember: false,
    mechanism: 'SCRAM-SHA-256',
    user,
    db,
    result: 0,
  });
  return answer(proof, true);
};

export const connectionStatus: Command = async ({ session }) =>
  doc({
    authInfo: doc({
      authenticatedUsers: session.users.map(({ user, db }) => doc({ user, db })),
      authenticatedUserRoles: session.users.flatMap(({ roles }) =>
        roles.map(({ role, db }) => doc({ role, db })),
      ),
    }),
    ok: 1,
  });

export const logout: Command = async ({ session, db }) => {
  session.users = session.users.filter((user) => user.db !== db);
  return doc({ ok: 1 });
};
