import { isErrno } from '../../base/errno.ts';
import { O_APPEND, O_CREAT, O_RDWR, O_TRUNC, O_WRONLY } from '../../kernel/fcntl.ts';
import type { Process, Program } from '../../kernel/program.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { readFile, type Stdio, utility, writeAll } from '../lib/stdio.ts';
import { bytesToText, textToBytes } from '../lib/text.ts';
import { listenOn, serveConnections, shownAddress } from '../net/serve-connections.ts';
import { instant, Log } from './log.ts';
import { ObjectIds } from './object-ids.ts';
import { HELP, type MongodOptions, OptionError, readOptions } from './options.ts';
import type { Server } from './server.ts';
import { serveClient } from './session.ts';
import { Store } from './store.ts';

/**
 * mongod: databases of documents with filters, updates, pipelines and unique indexes, users and their roles; its wire protocol over TCP,
 * without TLS. Replica sets, shards, transactions, views and what commands there are besides are not simulated.
 */
export const mongod = (version: string): Program => utility((io) => main(io, version));

/** How long the server takes to be ready, ms. */
const BOOT = 400;

async function main(io: Stdio, version: string): Promise<number> {
  if (io.args[0] === '--version') {
    io.stdout.write(
      `db version v${version}\nBuild Info: {\n    "version": "${version}",\n    "gitVersion": "${'0'.repeat(40)}",\n    "modules": [],\n    "allocator": "tcmalloc-google",\n    "environment": {\n        "distmod": "ubuntu2404",\n        "distarch": "x86_64",\n        "target_arch": "x86_64"\n    }\n}\n`,
    );
    return 0;
  }
  if (io.args[0] === '--help' || io.args[0] === '-h') {
    io.stdout.write(HELP);
    return 0;
  }
  let options: MongodOptions;
  try {
    options = readOptions(io.args);
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    await io.stderr.write(
      `Error parsing command line: ${error.message}\ntry 'mongod --help' for more information\n`,
    );
    return 1;
  }
  if (options.shutdown) return shutDown(io, options);
  if (!options.fork) return run(io.process, options, version);
  if (options.logPath === undefined) {
    io.stdout.write(
      "BadValue: --fork has to be used with --logpath or --syslog\ntry 'mongod --help' for more information\n",
    );
    return 1;
  }
  return forked(io, options, version);
}

/** The parent goes when the server is ready, or has failed. */
async function forked({ sys, stdout }: Stdio, options: MongodOptions, version: string): Promise<number> {
  stdout.write('about to fork child process, waiting until server is ready for connections.\n');
  await stdout.flush();
  const [readEnd, writeEnd] = await sys.pipe();
  const pid = await sys.fork(async (child) => {
    await child.sys.close(readEnd);
    await child.sys.setsid();
    return run(child, options, version, async () => {
      await writeAll(child.sys, writeEnd, textToBytes('0'));
      await child.sys.close(writeEnd);
    });
  });
  await sys.close(writeEnd);
  stdout.write(`forked process: ${pid}\n`);
  await stdout.flush();
  if ((await sys.read(readEnd, 1)).length === 0) {
    stdout.write('ERROR: child process failed, exited with 1\n');
    return 1;
  }
  stdout.write('child process started successfully, parent exiting\n');
  return 0;
}

/** `--shutdown`: ends the server whose process the lock names. */
async function shutDown({ sys, stdout, stderr }: Stdio, { directory }: MongodOptions): Promise<number> {
  const pid = Number(
    bytesToText(await readFile(sys, `${directory}/mongod.lock`).catch(() => new Uint8Array(0))).trim(),
  );
  if (
    !(pid > 0) ||
    (await sys.kill(pid, 0).then(
      () => false,
      () => true,
    ))
  ) {
    await stderr.write(`There doesn't seem to be a server running with dbpath: ${directory}\n`);
    return 1;
  }
  stdout.write(`killing process with pid: ${pid}\n`);
  await stdout.flush();
  await sys.kill(pid, 'SIGTERM');
  // One that has ended and that nobody has asked about is as good as gone.
  const runs = async () => {
    const text = await readFile(sys, `/proc/${pid}/stat`).then(bytesToText, () => ') Z');
    return !/\) [ZX]/.test(text);
  };
  while (await runs()) await sys.nanosleep(100);
  return 0;
}

async function run(
  process: Process,
  options: MongodOptions,
  version: string,
  ready: () => Promise<void> = async () => undefined,
): Promise<number> {
  const { sys } = process;
  const { logPath, logAppend, directory, port, auth } = options;
  const flags = O_WRONLY | O_CREAT | (logAppend ? O_APPEND : O_TRUNC);
  const output = logPath === undefined ? 1 : await sys.open(logPath, flags, 0o600).catch(undefinedIfErrno);
  if (output === undefined) {
    await writeAll(sys, 2, textToBytes(`FileNotOpen: Failed to open ${logPath}\n`));
    return 1;
  }
  const log = new Log(sys, output);
  let end = (_signal: string | undefined) => {};
  const ended = new Promise<string | undefined>((resolve) => {
    end = resolve;
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) await sys.sigaction(signal, () => end(signal));
  const { nodename: host } = await sys.uname();
  await log.info('CONTROL', 4615611, 'initandlisten', 'MongoDB starting', {
    pid: sys.getpid(),
    port,
    dbPath: directory,
    architecture: '64-bit',
    host,
  });
  await log.info('CONTROL', 23403, 'initandlisten', 'Build Info', {
    buildInfo: {
      version,
      modules: [],
      allocator: 'tcmalloc-google',
      environment: { distmod: 'ubuntu2404', distarch: 'x86_64', target_arch: 'x86_64' },
    },
  });
  await log.info('CONTROL', 21951, 'initandlisten', 'Options set by command line', { options: options.told });
  const store = new Store(sys, directory);
  const failed = await openStore(sys, store, log);
  if (failed !== undefined) return failed;
  await sys.nanosleep(BOOT);
  const warnings: string[] = [];
  if (!auth) {
    const text =
      'Access control is not enabled for the database. Read and write access to data and configuration is unrestricted';
    warnings.push(
      `{"t":{"$date":"${instant(sys.clock_gettime())}"},"s":"W",  "c":"CONTROL",  "id":22120,   "ctx":"initandlisten","msg":"${text}","tags":["startupWarnings"]}\n`,
    );
    await log.warn('CONTROL', 22120, 'initandlisten', text);
  }
  const server: Server = {
    sys,
    version,
    store,
    log,
    ids: new ObjectIds(sys),
    auth,
    port,
    warnings,
    started: sys.clock_gettime(),
    stop: () => end(undefined),
  };
  const listeners = await listen(server, options);
  if (listeners === undefined) return 48;
  if (options.pidFile !== undefined) await writeText(sys, options.pidFile, `${sys.getpid()}\n`);
  await ready();
  const signal = await ended;
  if (signal !== undefined)
    await log.info('CONTROL', 23377, 'SignalHandler', 'Received signal', {
      signal: signal === 'SIGTERM' ? 15 : 2,
      error: signal === 'SIGTERM' ? 'Terminated' : 'Interrupt',
    });
  const context = signal === undefined ? 'conn1' : 'SignalHandler';
  await log.info('REPL', 4784900, context, 'Stepping down the ReplicationCoordinator for shutdown', {
    waitTimeMillis: 15000,
  });
  await log.info('NETWORK', 4784905, context, 'Shutting down the global connection pool');
  await log.info('STORAGE', 22279, context, 'shutdown: removing fs lock...');
  await writeText(sys, `${directory}/mongod.lock`, '');
  await log.info('-', 4784931, context, 'Dropping the scope cache for shutdown');
  await log.info('CONTROL', 20565, context, 'Now exiting');
  await log.info('CONTROL', 23138, context, 'Shutting down', { exitCode: 0 });
  return 0;
}

function undefinedIfErrno(error: unknown): undefined {
  if (!isErrno(error)) throw error;
}

/** Locks the data directory and reads it; a status where that fails. */
async function openStore(sys: Syscalls, store: Store, log: Log): Promise<number | undefined> {
  const { directory } = store;
  const fatal = async (error: string) => {
    await log.error('CONTROL', 20557, 'initandlisten', 'DBException in initAndListen, terminating', {
      error,
    });
    await log.info('CONTROL', 23138, 'initandlisten', 'Shutting down', { exitCode: 100 });
    return 100;
  };
  if (
    !(await sys.stat(directory).then(
      () => true,
      () => false,
    ))
  )
    return fatal(
      `NonExistentPath: Data directory ${directory} not found. Create the missing directory or specify another path using (1) the --dbpath command line option, or (2) by adding the 'storage.dbPath' option in the configuration file.`,
    );
  const path = `${directory}/mongod.lock`;
  try {
    const lock = await sys.open(path, O_RDWR | O_CREAT, 0o600);
    await sys.flock(lock, 'LOCK_EX', false);
    await writeText(sys, path, `${sys.getpid()}\n`);
    await store.open();
  } catch (error) {
    if (!isErrno(error)) throw error;
    if (error.code === 'EAGAIN')
      return fatal(
        `DBPathInUse: Unable to lock the lock file: ${path} (Resource temporarily unavailable). Another mongod instance is already running on the ${directory} directory`,
      );
    return fatal(`IllegalOperation: Attempted to create a lock file on a read-only directory: ${directory}`);
  }
  return undefined;
}

async function listen(server: Server, { bind, port }: MongodOptions): Promise<number[] | undefined> {
  const { sys, log } = server;
  const listeners: number[] = [];
  let connections = 0;
  let open = 0;
  try {
    for (const address of bind ?? [undefined])
      listeners.push(await listenOn(sys, port, address === 'localhost' ? '127.0.0.1' : address));
  } catch (error) {
    if (!isErrno(error)) throw error;
    await log.error('CONTROL', 20568, 'initandlisten', 'Error setting up listener', {
      error: { code: 9001, codeName: 'SocketException', errmsg: error.message },
    });
    await log.info('CONTROL', 23138, 'initandlisten', 'Shutting down', { exitCode: 48 });
    return undefined;
  }
  for (const address of bind ?? ['0.0.0.0'])
    await log.info('NETWORK', 23015, 'listener', 'Listening on', { address: `${address}:${port}` });
  await log.info('NETWORK', 23016, 'listener', 'Waiting for connections', { port, ssl: 'off' });
  for (const listener of listeners)
    void serveConnections(sys, listener, async (stream, peer) => {
      const id = ++connections;
      const remote = shownAddress(peer).replace(/^\[::ffff:([\d.]+)\]/, '$1');
      open++;
      await log.info('NETWORK', 22943, 'listener', 'Connection accepted', {
        remote,
        connectionId: id,
        connectionCount: open,
      });
      await serveClient(server, stream, remote, id);
      open--;
      await log.info('NETWORK', 22944, `conn${id}`, 'Connection ended', {
        remote,
        connectionId: id,
        connectionCount: open,
      });
    });
  return listeners;
}

async function writeText(sys: Syscalls, path: string, text: string): Promise<void> {
  const fd = await sys.open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600);
  await writeAll(sys, fd, textToBytes(text));
  await sys.close(fd);
}
