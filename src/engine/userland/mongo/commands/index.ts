import type { Need } from '../users.ts';
import type { Command } from './data.ts';
import * as data from './data.ts';
import * as schema from './schema.ts';
import * as server from './server.ts';
import * as users from './users.ts';

/** What a command is, and what one must be allowed; without that anybody may give it, `user` is for all who have logged in. */
interface Entry {
  run: Command;
  needs?: Need | 'user';
}

const reads = (run: Command): Entry => ({ run, needs: 'read' });
const writes = (run: Command): Entry => ({ run, needs: 'write' });

/** By name; some have several. */
export const COMMANDS: Readonly<Record<string, Entry>> = {
  hello: { run: server.hello },
  isMaster: { run: server.hello },
  ismaster: { run: server.hello },
  ping: { run: server.ping },
  buildInfo: { run: server.buildInfo },
  buildinfo: { run: server.buildInfo },
  connectionStatus: { run: users.connectionStatus },
  saslStart: { run: users.saslStart },
  saslContinue: { run: users.saslContinue },
  logout: { run: users.logout },
  endSessions: { run: server.ping },
  find: reads(data.find),
  aggregate: reads(data.pipeline),
  count: reads(data.count),
  distinct: reads(data.distinct),
  listCollections: reads(schema.listCollections),
  listIndexes: reads(schema.listIndexes),
  dbStats: reads(schema.dbStats),
  insert: writes(data.insert),
  update: writes(data.update),
  delete: writes(data.remove),
  create: writes(schema.create),
  drop: writes(schema.drop),
  createIndexes: writes(schema.createIndexes),
  dropIndexes: writes(schema.dropIndexes),
  dropDatabase: { run: schema.dropDatabase, needs: 'manage' },
  listDatabases: { run: schema.listDatabases, needs: 'user' },
  createUser: { run: users.createUser, needs: 'users' },
  dropUser: { run: users.dropUser, needs: 'users' },
  usersInfo: { run: users.usersInfo, needs: 'users' },
  serverStatus: { run: server.serverStatus, needs: 'cluster' },
  getLog: { run: server.getLog, needs: 'cluster' },
  shutdown: { run: server.shutdown, needs: 'cluster' },
};
