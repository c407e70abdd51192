import { isErrno } from '../../base/errno.ts';
import { O_CREAT, O_TRUNC, O_WRONLY } from '../../kernel/fcntl.ts';
import type { Process, Program } from '../../kernel/program.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { type Stdio, utility, writeAll } from '../lib/stdio.ts';
import { textToBytes } from '../lib/text.ts';
import { fileNames } from '../lib/write-file.ts';
import { listenOn, serveConnections } from '../net/serve-connections.ts';
import { Connection } from './connection.ts';
import { Log } from './log.ts';
import { longOptions, type Options, optionFiles } from './options.ts';
import { initialize, MysqlServer } from './server.ts';
import { BOOT_MS, compiledOptions, INITIALIZE_MS, serverVariables } from './settings.ts';
import type { Flavour } from './words.ts';

/**
 * mysqld and mariadbd: databases of tables with a part of SQL, accounts and their privileges, transactions; the real protocol over TCP and the
 * socket, without TLS. Replication, views, routines and what statements there are besides are not simulated.
 */
export const mysqld =
  (flavour: Flavour) =>
  (version: string): Program =>
    utility((io) => main(io, flavour, version));

async function main(io: Stdio, flavour: Flavour, version: string): Promise<number> {
  const { sys } = io;
  const options = await optionFiles(
    sys,
    ['/etc/my.cnf', '/etc/mysql/my.cnf'],
    ['mysqld', 'server', 'mariadb', 'mariadbd'],
  );
  const rest = longOptions(io.args, options);
  if (options.has('version') || rest.includes('-V')) {
    const name = flavour === 'mariadb' ? 'mariadbd' : '/usr/sbin/mysqld';
    const product =
      flavour === 'mariadb' ? 'mariadb.org binary distribution' : 'MySQL Community Server - GPL';
    io.stdout.write(`${name}  Ver ${version} for Linux on x86_64 (${product})\n`);
    return 0;
  }
  const log = new Log(sys, flavour, version);
  const user = rest.indexOf('-u');
  if (user !== -1) options.set('user', rest.splice(user, 2)[1] ?? '');
  const strange = [...options.keys()].find(
    (name) => !compiledOptions.has(name.replace(/^loose-/, '')) && !name.startsWith('loose-'),
  );
  if (strange !== undefined || rest.length > 0) {
    const shown =
      strange === undefined
        ? rest[0]!
        : `${strange}${options.get(strange) === '' ? '' : `=${options.get(strange)}`}`;
    await log.unknown(strange === undefined ? 'Too many arguments' : shown);
    return flavour === 'mariadb' ? 7 : 1;
  }
  if (sys.geteuid() === 0 && options.get('user') !== 'root' && !options.has('initialize-insecure')) {
    await log.rootRefused();
    return 1;
  }
  const directory = (options.get('datadir') ?? '/var/lib/mysql').replace(/\/$/, '');
  if (options.has('initialize-insecure') || options.has('initialize'))
    return initializeDirectory(sys, { flavour, version, directory, options, log });
  if (!options.has('daemonize')) return run(io.process, { flavour, version, directory, options, log });
  return daemonize(io, { flavour, version, directory, options, log });
}

/** Makes a new data directory; that takes its time. */
async function initializeDirectory(
  sys: Syscalls,
  { flavour, version, directory, options, log }: Start,
): Promise<number> {
  await log.initializing();
  if ((await fileNames(sys, directory)).length > 0) {
    await log.notEmpty(directory);
    return 1;
  }
  await sys.nanosleep(INITIALIZE_MS[flavour]);
  await initialize(sys, directory, flavour, version);
  if (!options.has('initialize')) await log.rootWithoutPassword();
  return 0;
}

interface Start {
  flavour: Flavour;
  version: string;
  directory: string;
  options: Options;
  log: Log;
}

/** mariadb-install-db: the same for MariaDB, whose server does not do it itself. */
export const installDb = (version: string): Program =>
  utility(async (io) => {
    const options: Options = new Map();
    longOptions(io.args, options);
    const directory = (options.get('datadir') ?? '/var/lib/mysql').replace(/\/$/, '');
    const log = new Log(io.sys, 'mariadb', version);
    const status = await initializeDirectory(io.sys, {
      flavour: 'mariadb',
      version,
      directory,
      options,
      log,
    });
    if (status !== 0) return io.fail(`the directory ${directory} is not empty`);
    io.stdout.write(`Installing MariaDB/MySQL system tables in '${directory}' ...\nOK\n`);
    return 0;
  });

/** The parent goes when the server is ready, or has failed. */
async function daemonize({ sys }: Stdio, start: Start): Promise<number> {
  const [readEnd, writeEnd] = await sys.pipe();
  await sys.fork(async (child) => {
    await child.sys.close(readEnd);
    await child.sys.setsid();
    return run(child, start, async () => {
      await writeAll(child.sys, writeEnd, textToBytes('0'));
      await child.sys.close(writeEnd);
    });
  });
  await sys.close(writeEnd);
  const said = await sys.read(readEnd, 1);
  return said.length === 1 ? 0 : 1;
}

async function run(
  process: Process,
  start: Start,
  ready: () => Promise<void> = async () => undefined,
): Promise<number> {
  const { sys } = process;
  const { flavour, version, directory, options } = start;
  // Of this process: the one that read the options may be gone.
  const log = new Log(sys, flavour, version);
  const wishes: string[] = [];
  let wake = () => {};
  const stop = (by: string) => {
    wishes.push(by);
    wake();
  };
  for (const signal of ['SIGTERM', 'SIGQUIT'] as const)
    await sys.sigaction(signal, () => stop('<via user signal>'));
  await sys.sigaction('SIGINT', 'ignore');
  await sys.sigaction('SIGHUP', () => undefined);
  await log.starting();
  const server = new MysqlServer(process, {
    flavour,
    version,
    directory,
    variables: await serverVariables(sys, flavour, version, options),
  });
  server.stop = stop;
  try {
    await sys.nanosleep(BOOT_MS[flavour]);
    await server.load();
  } catch (error) {
    if (!isErrno(error)) throw error;
    await log.noDataDirectory(error.message);
    return 1;
  }
  const sockets = await open(server, options, log);
  if (sockets === undefined) return 1;
  await log.ready(server, options);
  await ready();
  if (wishes.length === 0)
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  await log.stopping(wishes[0]!);
  for (const path of sockets) await sys.unlink(path).catch(() => undefined);
  await log.stopped();
  return 0;
}

/** Opens the socket and the port, and writes the pid file. Gives the files to remove. */
async function open(server: MysqlServer, options: Options, log: Log): Promise<string[] | undefined> {
  const { sys } = server;
  const path = server.variables.get('socket')!;
  const pidFile = server.variables.get('pid_file')!;
  const serve = (listener: number, host: (address: string) => string) =>
    void serveConnections(sys, listener, (stream, peer) =>
      peer.family === 'unix'
        ? new Connection(server, stream, 'localhost', undefined).serve()
        : new Connection(server, stream, host(peer.address.replace(/^::ffff:/, '')), peer.port).serve(),
    );
  try {
    await sys.unlink(path).catch(() => undefined);
    const local = await sys.socket('unix', 'stream');
    await sys.bind(local, { family: 'unix', path });
    await sys.chmod(path, 0o777);
    await sys.listen(local, 128);
    serve(local, (address) => address);
    if (!options.has('skip-networking')) {
      const port = Number(server.variables.get('port'));
      const address = options.get('bind-address');
      serve(
        await listenOn(sys, port, address === undefined || address === '*' ? undefined : address),
        (one) => one,
      );
    }
    const fd = await sys.open(pidFile, O_WRONLY | O_CREAT | O_TRUNC, 0o644);
    await writeAll(sys, fd, textToBytes(`${sys.getpid()}\n`));
    await sys.close(fd);
  } catch (error) {
    if (!isErrno(error)) throw error;
    await log.cannotListen(error.message, server.variables.get('port')!);
    return undefined;
  }
  return [path, pidFile];
}
