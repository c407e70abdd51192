import { calendar, MONTHS } from '../../base/calendar.ts';
import { isErrno } from '../../base/errno.ts';
import { O_APPEND, O_CREAT, O_WRONLY } from '../../kernel/fcntl.ts';
import type { Process, Program } from '../../kernel/program.ts';
import { type Stdio, utility, writeAll } from '../lib/stdio.ts';
import { textToBytes } from '../lib/text.ts';
import { listenOn, serveConnections, shownAddress } from '../net/serve-connections.ts';
import { Autosave, backgroundSave } from './autosave.ts';
import { commands } from './commands/index.ts';
import { type Config, ConfigError, readConfig } from './config.ts';
import { Server } from './server.ts';
import { Client } from './session.ts';

/**
 * redis-server: strings, lists, hashes, sets and sorted sets, expiry, transactions, publish and subscribe, a password, and its
 * dump. Append-only files, replication, clusters, scripts, streams and modules are not simulated; asking for them is refused.
 */
export const redisServer = (version: string): Program => utility((io) => main(io, version));

async function main(io: Stdio, version: string): Promise<number> {
  const [first] = io.args;
  if (first === '-v' || first === '--version') {
    io.stdout.write(`Redis server v=${version} sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=0\n`);
    return 0;
  }
  let config: Config;
  try {
    config = await readConfig(io.sys, io.args);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return refuse(io, error);
  }
  if (!config.daemonize) return run(io.process, config, version, io.args.length > 0);
  await io.sys.fork(async (child) => {
    await child.sys.setsid();
    return run(child, config, version, true);
  });
  return 0;
}

async function refuse({ stderr, args }: Stdio, { message }: ConfigError): Promise<number> {
  if (message.startsWith('Fatal')) await stderr.write(`# ${message}\n`);
  else
    await stderr.write(
      `\n*** FATAL CONFIG FILE ERROR ***\nReading the configuration file, at line 1\n>>> '${args.join(' ')}'\n${message}\n`,
    );
  return 1;
}

/** Before 7.2 the log marked as warnings what are notices now, and did not say of what kind the connections are. */
const isOld = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < 7 || (major === 7 && minor < 2);
};

async function run(process: Process, config: Config, version: string, configured: boolean): Promise<number> {
  const { sys } = process;
  const server = new Server(sys, config, version);
  const output =
    config.logFile === '' ? 1 : await sys.open(config.logFile, O_WRONLY | O_CREAT | O_APPEND, 0o644);
  server.log = async (mark, text, { by, role } = { by: sys.getpid(), role: 'M' }) =>
    writeAll(sys, output, textToBytes(`${by}:${role} ${logTime(sys.clock_gettime())} ${mark} ${text}\n`));
  const notice = isOld(version) ? '#' : '*';
  const pid = sys.getpid();
  const starting = { by: pid, role: 'C' };
  await server.log(notice, 'oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo', starting);
  await server.log(
    notice,
    `Redis version=${version}, bits=64, commit=00000000, modified=0, pid=${pid}, just started`,
    starting,
  );
  if (configured) await server.log(notice, 'Configuration loaded', starting);
  else
    await server.log(
      '#',
      'Warning: no config file specified, using the default config. In order to specify a config file use redis-server /path/to/redis.conf',
      starting,
    );
  if (Number(version.split('.')[0]) >= 6) await server.log('*', 'monotonic clock: POSIX clock_gettime');
  let listener: number;
  try {
    const everywhere = config.bind.includes('*') || config.bind.includes('0.0.0.0');
    listener = await listenOn(sys, config.port, everywhere ? undefined : config.bind[0]);
  } catch (error) {
    if (!isErrno(error)) throw error;
    await server.log(
      '#',
      `Warning: Could not create server TCP listening socket *:${config.port}: bind: ${error.message}`,
    );
    await server.log(
      '#',
      `Failed listening on port ${config.port}${isOld(version) ? ' (TCP)' : ' (tcp)'}, aborting.`,
    );
    return 1;
  }
  await server.log('*', `Running mode=standalone, port=${config.port}.`);
  await server.log(notice, 'Server initialized');
  if (!(await load(server))) return 1;
  await server.log('*', `Ready to accept connections${isOld(version) ? '' : ' tcp'}`);
  return serve(process, server, listener);
}

async function load(server: Server): Promise<boolean> {
  try {
    const begun = server.now();
    const keys = await server.load();
    if (keys === undefined) return true;
    await server.log('*', `Done loading RDB, keys loaded: ${keys}, keys expired: 0.`);
    await server.log('*', `DB loaded from disk: ${((server.now() - begun) / 1000).toFixed(3)} seconds`);
    return true;
  } catch (error) {
    await server.log('#', `Fatal error loading the DB, check server logs. ${(error as Error).message}`);
    return false;
  }
}

/** That the server end: by which signal, and whether it is to save first. */
interface Wish {
  signal?: string;
  save?: boolean | undefined;
}

async function serve(process: Process, server: Server, listener: number): Promise<number> {
  const { sys, config } = server;
  const wishes: Wish[] = [];
  let wake = () => {};
  const stop = (wish: Wish) => {
    wishes.push(wish);
    wake();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) await sys.sigaction(signal, () => stop({ signal }));
  server.stop = (save) => stop({ save });
  server.saveInBackground = () => backgroundSave(process, server);
  const autosave = new Autosave(process, server);
  server.onChange = () => autosave.note();
  void serveConnections(sys, listener, async (stream, peer) => {
    const client = new Client(server, stream, shownAddress(peer), ++server.connections);
    server.clients.set(client.id, client);
    await client.serve(commands);
    server.clients.delete(client.id);
  });
  for (;;) {
    await new Promise<void>((resolve) => {
      wake = resolve;
      if (wishes.length > 0) resolve();
    });
    const { signal, save = config.save.length > 0 } = wishes.shift()!;
    if (signal !== undefined) {
      const at = `${sys.getpid()}:signal-handler (${Math.floor(sys.clock_gettime() / 1000)})`;
      await writeAll(sys, 1, textToBytes(`${at} Received ${signal} scheduling shutdown...\n`));
    }
    const mark = isOld(server.version) ? '#' : '*';
    await server.log(mark, 'User requested shutdown...');
    if (save) {
      await server.log('*', 'Saving the final RDB snapshot before exiting.');
      try {
        await server.save();
        await server.log('*', 'DB saved on disk');
      } catch (error) {
        if (!isErrno(error)) throw error;
        await server.log('#', `Failed opening the temp RDB file for saving: ${error.message}`);
        await server.log('#', "Error trying to save the DB, can't exit.");
        continue;
      }
    }
    await server.log('#', 'Redis is now ready to exit, bye bye...');
    return 0;
  }
}

function logTime(ms: number): string {
  const t = calendar(ms);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(t.day)} ${MONTHS[t.month - 1]} ${t.year} ${two(t.hour)}:${two(t.minute)}:${two(t.second)}.${String(Math.floor(ms % 1000)).padStart(3, '0')}`;
}
