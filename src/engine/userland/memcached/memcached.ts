import { isErrno } from '../../base/errno.ts';
import type { Program } from '../../kernel/program.ts';
import { getopt, OptionError, type OptionTable } from '../lib/getopt.ts';
import { NotSimulated } from '../lib/not-simulated.ts';
import { type Stdio, utility } from '../lib/stdio.ts';
import { readAccounts } from '../lib/users.ts';
import { listenOn, serveConnections } from '../net/serve-connections.ts';
import { Cache } from './cache.ts';
import { type Service, session } from './protocol.ts';

/** Options that are taken: those of memory and threads change nothing that one could see. */
const OPTIONS: OptionTable = { short: 'p:U:u:l:m:c:t:vVh', refused: ['v'] };

/** memcached(1): a cache in memory, spoken to in its text protocol. */
export const memcached = (version: string): Program => utility((io) => main(io, version));

async function main(io: Stdio, version: string): Promise<number> {
  let given: Map<string, string>;
  try {
    const { options } = getopt(io.args, OPTIONS);
    given = new Map(options.map(({ name, value }) => [name, value ?? '']));
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    await io.stderr.write(`${io.name}: ${error.message}\nIllegal argument "?"\n`);
    return 1;
  }
  if (given.has('V') || given.has('h')) {
    io.stdout.write(`memcached ${version}\n`);
    return 0;
  }
  if ((given.get('U') ?? '0') !== '0') throw new NotSimulated('a UDP port');
  const refusal = await dropPrivileges(io, given.get('u'));
  if (refusal !== undefined) {
    await io.stderr.write(`${refusal}\n`);
    return 64;
  }
  const { sys } = io;
  let listener: number;
  try {
    listener = await listenOn(sys, Number(given.get('p') ?? 11_211), given.get('l'));
  } catch (error) {
    if (!isErrno(error)) throw error;
    await io.stderr.write(`failed to listen on TCP port ${given.get('p') ?? 11_211}: ${error.message}\n`);
    return 71;
  }
  const service = newService(io, version, given);
  let connections = 0;
  let open = 0;
  service.counters.set('total_connections', 0);
  let stop = () => {};
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    await sys.sigaction(signal, () => {
      void io.stdout.write(`Signal handled: ${signal === 'SIGTERM' ? 'Terminated' : 'Interrupt'}.\n`);
      stop();
    });
  void serveConnections(sys, listener, async (stream) => {
    service.counters.set('total_connections', ++connections);
    service.counters.set('curr_connections', ++open);
    try {
      await session(service, stream);
    } catch (error) {
      if (!isErrno(error)) throw error;
    }
    service.counters.set('curr_connections', --open);
    await stream.close();
  });
  await stopped;
  return 0;
}

/** As root it wants to be told as whom to run. Gives why it cannot. */
async function dropPrivileges({ sys }: Stdio, name: string | undefined): Promise<string | undefined> {
  if (sys.geteuid() !== 0) return undefined;
  if (name === undefined) return "can't run as root without the -u switch";
  const user = (await readAccounts(sys)).user(name);
  if (user === undefined) return `can't find the user ${name} to switch to`;
  if (user.uid === 0) return undefined;
  await sys.setgroups([user.gid]);
  await sys.setgid(user.gid);
  await sys.setuid(user.uid);
  return undefined;
}

function newService({ sys }: Stdio, version: string, given: ReadonlyMap<string, string>): Service {
  const now = () => Math.floor(sys.clock_gettime());
  const started = now();
  const cache = new Cache(now);
  const counters = new Map<string, number>();
  const counted = (...names: string[]) =>
    names.map((name): [string, number] => [name, counters.get(name) ?? 0]);
  return {
    cache,
    version,
    counters,
    stats: () => [
      ['pid', sys.getpid()],
      ['uptime', Math.floor((now() - started) / 1000)],
      ['time', Math.floor(now() / 1000)],
      ['version', version],
      ['pointer_size', 64],
      ['max_connections', Number(given.get('c') ?? 1024)],
      ...counted('curr_connections', 'total_connections', 'cmd_get', 'cmd_set', 'cmd_flush', 'cmd_touch'),
      ...counted('get_hits', 'get_misses'),
      ['limit_maxbytes', Number(given.get('m') ?? 64) * 1_048_576],
      ['threads', Number(given.get('t') ?? 4)],
      ['curr_items', cache.size],
      ['total_items', cache.stored],
    ],
  };
}
