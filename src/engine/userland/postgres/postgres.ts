import { isErrno } from '../../base/errno.ts';
import type { Process, Program } from '../../kernel/program.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { readFile, type Stdio, utility } from '../lib/stdio.ts';
import { bytesToText, textToBytes } from '../lib/text.ts';
import { replaceFile } from '../lib/write-file.ts';
import { listenOn, serveConnections } from '../net/serve-connections.ts';
import { showMoment } from '../sql/value.ts';
import { Connection } from './connection.ts';
import { fullVersion, logLine, PLACES, PostgresServer } from './server.ts';
import { defaultSettings, readSettings, SettingError, setTo } from './settings.ts';

/** How long a server takes to start, and how much longer after it was killed. */
const BOOT_MS = 60;
const RECOVERY_MS = 200;

/**
 * postgres(1): databases of tables with a part of SQL, roles and their privileges, transactions; the real protocol over TCP and the socket,
 * without TLS. It is one process, where the real one has one for each connection and some beside. Views, functions, COPY, replication and
 * the extended query protocol are not simulated.
 */
export const postgres = (version: string): Program => utility((io) => main(io, version));

async function main(io: Stdio, version: string): Promise<number> {
  const { sys, args } = io;
  if (args.some((arg) => arg === '-V' || arg === '--version')) {
    io.stdout.write(`postgres (PostgreSQL) ${version}\n`);
    return 0;
  }
  if (sys.geteuid() === 0) {
    await io.stderr.write(
      '"root" execution of the PostgreSQL server is not permitted.\nThe server must be started under an unprivileged user ID to prevent\npossible system security compromise.  See the documentation for\nmore information on how to properly start the server.\n',
    );
    return 1;
  }
  let directory = io.env.get('PGDATA') ?? '';
  const given: [name: string, value: string][] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    const [, letter, attached = ''] = /^-([DcphiNk])(.*)$/.exec(arg) ?? [];
    const value = () => (attached === '' ? (args[++i] ?? '') : attached);
    if (letter === 'D') directory = value();
    else if (letter === 'p') given.push(['port', value()]);
    else if (letter === 'h') given.push(['listen_addresses', value()]);
    else if (letter === 'i') given.push(['listen_addresses', '*']);
    else if (letter === 'N') given.push(['max_connections', value()]);
    else if (letter === 'k') given.push(['unix_socket_directories', value()]);
    else if (letter === 'c' || arg.startsWith('--')) {
      const [name = '', ...rest] = (arg.startsWith('--') ? arg.slice(2) : value()).split('=');
      given.push([name.replaceAll('-', '_'), rest.join('=')]);
    } else {
      await io.stderr.write(
        `postgres: invalid argument: "${arg}"\nTry "postgres --help" for more information.\n`,
      );
      return 1;
    }
  }
  if (directory === '') {
    await io.stderr.write(
      'postgres does not know where to find the server configuration file.\nYou must specify the --config-file or -D invocation option or set the PGDATA environment variable.\n',
    );
    return 2;
  }
  const settings = defaultSettings(version, directory);
  try {
    readSettings(bytesToText(await readFile(sys, `${directory}/${PLACES.settings}`)), settings);
    readSettings(
      bytesToText(await readFile(sys, `${directory}/postgresql.auto.conf`).catch(() => new Uint8Array(0))),
      settings,
    );
    for (const [name, value] of given) setTo(settings, name, value);
  } catch (error) {
    if (error instanceof SettingError) {
      await io.stderr.write(logLine(sys, 'FATAL', error.message));
      if (error.hint !== undefined) await io.stderr.write(logLine(sys, 'HINT', error.hint));
    } else if (isErrno(error))
      await io.stderr.write(
        `postgres: could not access the server configuration file "${directory}/${PLACES.settings}": ${error.message}\n`,
      );
    else throw error;
    return 2;
  }
  return run(io.process, new PostgresServer(io.process, { version, directory, settings }));
}

async function run({ sys }: Process, server: PostgresServer): Promise<number> {
  const { directory, settings } = server;
  const port = Number(settings.get('port'));
  const socket = `${settings.get('unix_socket_directories')?.split(',')[0]}/.s.PGSQL.${port}`;
  const other = await readFile(sys, `${directory}/${PLACES.lock}`).then(bytesToText, () => '');
  const pid = Number(other.split('\n')[0]);
  if (pid > 0 && pid !== sys.getpid() && (await isAlive(sys, pid))) {
    await server.log('FATAL', `lock file "${PLACES.lock}" already exists`);
    await server.log('HINT', `Is another postmaster (PID ${pid}) running in data directory "${directory}"?`);
    return 1;
  }
  let wake = () => {};
  let stopped: 'SIGTERM' | 'SIGINT' | 'SIGQUIT' | undefined;
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGQUIT'] as const)
    await sys.sigaction(signal, () => {
      stopped = signal;
      wake();
    });
  await sys.sigaction('SIGHUP', () => void reload(server));
  await server.log('LOG', `starting ${fullVersion(server.version)}`);
  const listeners = await open(server, socket, port);
  if (listeners === undefined) return 1;
  await replaceFile(
    sys,
    `${directory}/${PLACES.lock}`,
    textToBytes(
      `${sys.getpid()}\n${directory}\n${Math.floor(sys.clock_gettime() / 1000)}\n${port}\n${socket.replace(/\/[^/]*$/, '')}\n${settings.get('listen_addresses')}\nready\n`,
    ),
    0o600,
  );
  try {
    const before = await server.control();
    const at = `${showMoment(before.at)} UTC`;
    if (before.state === 'shut down') await server.log('LOG', `database system was shut down at ${at}`);
    else await server.log('LOG', `database system was interrupted; last known up at ${at}`);
    await sys.nanosleep(BOOT_MS);
    if (before.state !== 'shut down') {
      await server.log('LOG', 'database system was not properly shut down; automatic recovery in progress');
      await sys.nanosleep(RECOVERY_MS);
    }
    await server.load();
  } catch (error) {
    if (!isErrno(error)) throw error;
    await server.log('FATAL', `could not read the data directory "${directory}": ${error.message}`);
    return 1;
  }
  await server.setControl('in production');
  await server.log('LOG', 'database system is ready to accept connections');
  for (const listener of listeners)
    void serveConnections(sys, listener, (stream, peer) =>
      new Connection(
        server,
        stream,
        peer.family === 'unix' ? undefined : peer.address.replace(/^::ffff:/, ''),
      ).serve(),
    );
  if (stopped === undefined)
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  return stop(server, listeners, socket, stopped ?? 'SIGTERM');
}

/** Smart, fast or immediate shutdown, by the signal (documentation, "Shutting Down the Server"). */
async function stop(
  server: PostgresServer,
  listeners: readonly number[],
  socket: string,
  signal: 'SIGTERM' | 'SIGINT' | 'SIGQUIT',
): Promise<number> {
  const { sys, directory, connections } = server;
  const kind = { SIGTERM: 'smart', SIGINT: 'fast', SIGQUIT: 'immediate' }[signal];
  await server.log('LOG', `received ${kind} shutdown request`);
  if (signal === 'SIGINT') await server.log('LOG', 'aborting any active transactions');
  // A smart one waits for those who are there until they go.
  while (signal === 'SIGTERM' && connections.size > 0) await sys.nanosleep(100);
  for (const connection of connections) await connection.end();
  for (const listener of listeners) await sys.close(listener);
  if (signal !== 'SIGQUIT') {
    await server.log('LOG', 'shutting down');
    await server.log('LOG', 'checkpoint starting: shutdown immediate');
    await server.setControl('shut down');
  }
  for (const path of [socket, `${socket}.lock`, `${directory}/${PLACES.lock}`])
    await sys.unlink(path).catch(() => undefined);
  await server.log('LOG', 'database system is shut down');
  return 0;
}

async function reload(server: PostgresServer): Promise<void> {
  await server.log('LOG', 'received SIGHUP, reloading configuration files');
  await server.readHba();
}

const isAlive = (sys: Syscalls, pid: number): Promise<boolean> =>
  sys.stat(`/proc/${pid}`).then(
    () => true,
    () => false,
  );

/** Opens the port and the socket; undefined where one cannot be had. */
async function open(server: PostgresServer, path: string, port: number): Promise<number[] | undefined> {
  const { sys, settings } = server;
  const wanted = settings.get('listen_addresses') ?? '';
  const addresses =
    wanted === '*' ? ['0.0.0.0', '::'] : wanted === '' ? [] : wanted.split(',').map(addressOf);
  const listeners: number[] = [];
  for (const address of addresses) {
    const family = address.includes(':') ? 'IPv6' : 'IPv4';
    try {
      listeners.push(
        family === 'IPv6' ? await onlyIpv6(sys, address, port) : await listenOn(sys, port, address),
      );
      await server.log('LOG', `listening on ${family} address "${address}", port ${port}`);
    } catch (error) {
      if (!isErrno(error)) throw error;
      await server.log('LOG', `could not bind ${family} address "${address}": ${error.message}`);
      await server.log(
        'HINT',
        `Is another postmaster already running on port ${port}? If not, wait a few seconds and retry.`,
      );
      if (wanted !== '*' || listeners.length === 0) {
        await server.log('WARNING', `could not create listen socket for "${wanted}"`);
        await server.log('FATAL', 'could not create any TCP/IP sockets');
        return undefined;
      }
    }
  }
  try {
    await sys.unlink(path).catch(() => undefined);
    const local = await sys.socket('unix', 'stream');
    await sys.bind(local, { family: 'unix', path });
    await sys.chmod(path, 0o777);
    await sys.listen(local, 128);
    listeners.push(local);
  } catch (error) {
    if (!isErrno(error)) throw error;
    await server.log('FATAL', `could not create lock file "${path}.lock": ${error.message}`);
    return undefined;
  }
  await server.log('LOG', `listening on Unix socket "${path}"`);
  return listeners;
}

const addressOf = (name: string) => (name.trim() === 'localhost' ? '127.0.0.1' : name.trim());

/** The IPv4 wildcard has a socket of its own. */
async function onlyIpv6(sys: Syscalls, address: string, port: number): Promise<number> {
  const fd = await sys.socket('inet6', 'stream');
  await sys.setsockopt(fd, 'SO_REUSEADDR', 1);
  await sys.setsockopt(fd, 'IPV6_V6ONLY', 1);
  await sys.bind(fd, { family: 'inet6', address, port });
  await sys.listen(fd, 128);
  return fd;
}
