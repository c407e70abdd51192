/** Who may log in, and what for. */
import { base64, makeVerifier } from '../lib/scram.ts';
import { idKey, type Store } from './store.ts';
import { type Document, doc, isDocument, type Value } from './values.ts';

/** Where they are kept. */
export const USERS = 'admin.system.users';
/** As many rounds as scramSHA256IterationCount has them. */
const ROUNDS = 15_000;

export interface Role {
  role: string;
  db: string;
}

/** What a command needs; `cluster` is for the server as a whole. */
export type Need = 'read' | 'write' | 'manage' | 'users' | 'cluster';

const GIVES: Readonly<Record<string, readonly Need[]>> = {
  read: ['read'],
  readWrite: ['read', 'write'],
  dbAdmin: ['manage'],
  userAdmin: ['users'],
  dbOwner: ['read', 'write', 'manage', 'users'],
  clusterAdmin: ['cluster'],
  clusterManager: ['cluster'],
  clusterMonitor: ['cluster'],
  hostManager: ['cluster'],
  root: ['read', 'write', 'manage', 'users', 'cluster'],
};

/** Whether there is such a role. */
export const isRole = (name: string): boolean => Object.hasOwn(GIVES, name.replace(/AnyDatabase$/, ''));

/** Whether roles are good for something on a database. */
export const allows = (roles: readonly Role[], need: Need, database: string): boolean =>
  roles.some(({ role, db }) => {
    const everywhere = role === 'root' || role.endsWith('AnyDatabase') || need === 'cluster';
    return (
      (everywhere || db === database) && GIVES[role.replace(/AnyDatabase$/, '')]?.includes(need) === true
    );
  });

export const rolesOf = (user: Document): Role[] =>
  ((user.get('roles') ?? []) as Value[]).filter(isDocument).map((role) => ({
    role: String(role.get('role')),
    db: String(role.get('db')),
  }));

export const findUser = (store: Store, database: string, name: string): Document | undefined =>
  store.collections.get(USERS)?.documents.get(idKey(`${database}.${name}`));

/** What is kept of a password. */
export function credentials(password: string, salt: Uint8Array): Document {
  const [, , keys = ''] = makeVerifier(password, salt, ROUNDS).split('$');
  const [storedKey = '', serverKey = ''] = keys.split(':');
  return doc({
    'SCRAM-SHA-256': doc({ iterationCount: ROUNDS, salt: base64(salt), storedKey, serverKey }),
  });
}

/** The same as the exchange wants it; undefined for nobody. */
export function verifierOf(user: Document | undefined): string | undefined {
  const all = user?.get('credentials');
  const found = isDocument(all) ? all.get('SCRAM-SHA-256') : undefined;
  if (!isDocument(found)) return undefined;
  const [rounds, salt, stored, server] = ['iterationCount', 'salt', 'storedKey', 'serverKey'].map((name) =>
    found.get(name),
  );
  return `SCRAM-SHA-256$${rounds}:${salt}$${stored}:${server}`;
}
