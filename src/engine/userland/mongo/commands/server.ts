/** Commands about the server itself. */
import { MongoError } from '../errors.ts';
import { doc, Moment } from '../values.ts';
import type { Command } from './data.ts';

export const ping: Command = async () => doc({ ok: 1 });

export const hello: Command = async ({ server, session }) =>
  doc({
    isWritablePrimary: true,
    maxBsonObjectSize: 16_777_216,
    maxMessageSizeBytes: 48_000_000,
    maxWriteBatchSize: 100_000,
    localTime: new Moment(Math.floor(server.sys.clock_gettime())),
    logicalSessionTimeoutMinutes: 30,
    connectionId: session.id,
    minWireVersion: 0,
    maxWireVersion: 27,
    readOnly: false,
    ok: 1,
  });

export const buildInfo: Command = async ({ server: { version } }) =>
  doc({
    version,
    gitVersion: '0'.repeat(40),
    modules: [],
    allocator: 'tcmalloc-google',
    javascriptEngine: 'mozjs',
    sysInfo: 'deprecated',
    versionArray: [...version.split('.').map(Number), 0],
    bits: 64,
    debug: false,
    maxBsonObjectSize: 16_777_216,
    storageEngines: ['devnull', 'wiredTiger'],
    ok: 1,
  });

export const getLog: Command = async ({ server: { warnings }, body }) => {
  if (body.get('getLog') !== 'startupWarnings')
    throw new MongoError('NotImplemented', 'only the warnings of the start are kept in Drydock');
  return doc({ totalLinesWritten: warnings.length, log: warnings, ok: 1 });
};

export const serverStatus: Command = async ({ server }) => {
  const { sys, version, started } = server;
  const now = sys.clock_gettime();
  return doc({
    host: (await sys.uname()).nodename,
    version,
    process: 'mongod',
    pid: sys.getpid(),
    uptime: Math.floor((now - started) / 1000),
    localTime: new Moment(Math.floor(now)),
    storageEngine: doc({ name: 'wiredTiger', persistent: true }),
    ok: 1,
  });
};

export const shutdown: Command = async ({ server }) => {
  server.stop();
  return doc({ ok: 1 });
};
