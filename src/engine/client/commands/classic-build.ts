/** `docker build` without BuildKit. Models docker/cli cli/command/image/build.go. */
import { encode } from '../../base/bytes.ts';
import { humanSize } from '../../base/go-units.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { Action, Invocation } from '../command.ts';
import { parseUlimit } from '../parse/ulimit.ts';
import { showProgress } from '../progress.ts';
import { assignments, registries } from './build-request.ts';
import { classicContext } from './classic-context.ts';

export const classicBuild: Action = async (cli, invocation) => {
  const { flags, args } = invocation;
  if (flags.changed('squash'))
    throw new CliError('"--squash" is only supported on a Docker daemon with experimental features enabled');
  for (const name of ['cache-from', 'compress', 'isolation'])
    if (flags.changed(name)) throw new CliError(`docker build: --${name} is not modelled in Drydock yet`);
  const isQuiet = flags.bool('quiet');
  const told: string[] = [];
  const tell = async (text: string): Promise<void> => {
    if (isQuiet) told.push(text);
    else await cli.out(text);
  };
  const context = await classicContext(cli, args[0]!, flags.string('file'));
  let id = '';
  try {
    const { body } = await cli.engine.request('POST', '/build', {
      query: { ...queryOf(cli, invocation), dockerfile: context.dockerfile },
      headers: {
        'Content-Type': 'application/x-tar',
        'X-Registry-Config': await registries(cli, invocation),
      },
      rawBody: counted(cli, context.body, tell),
    });
    const columns = cli.terminal.stdout ? ((await cli.windowSize(1))?.columns ?? 80) : undefined;
    await showProgress(body, { write: tell, columns }, async (aux) => {
      id = (aux as { ID: string }).ID;
    });
  } catch (error) {
    if (isQuiet) await cli.err(told.join(''));
    throw error;
  } finally {
    await context.remove?.();
  }
  // Asked to be quiet, the daemon has told the id alone.
  if (isQuiet) {
    id = told.at(-1) ?? '';
    await cli.out(id);
  }
  const idFile = flags.string('iidfile');
  if (idFile !== '') await cli.writeFile(idFile, encode(id), 0o666);
  return undefined;
};

/** How often a terminal is told how much has been sent, bytes (pkg/progress). */
const STEP = 512 * 1024;
const SENDING = 'Sending build context to Docker daemon';

async function* counted(
  cli: Cli,
  body: AsyncIterable<Uint8Array>,
  tell: (text: string) => Promise<void>,
): AsyncGenerator<Uint8Array> {
  let sent = 0;
  let shown = 0;
  const line = () => `${SENDING} ${humanSize(sent).padStart(8)}\r`;
  for await (const bytes of body) {
    yield bytes;
    sent += bytes.length;
    if (!cli.terminal.stdout || sent - shown < STEP) continue;
    shown = sent;
    await tell(line());
  }
  await tell(`${line()}\r\n`);
}

function queryOf(cli: Cli, { flags }: Invocation) {
  const number = (name: string) => (flags.changed(name) ? String(flags.int(name)) : undefined);
  const text = (name: string) => flags.string(name) || undefined;
  const map = (given: Record<string, string | null>) =>
    Object.keys(given).length === 0 ? undefined : JSON.stringify(given);
  const securityOptions = flags.list('security-opt');
  const limits = flags.list('ulimit').map(parseUlimit);
  return {
    version: '1',
    t: flags.list('tag'),
    q: flags.bool('quiet') ? '1' : undefined,
    nocache: flags.bool('no-cache') ? '1' : undefined,
    rm: flags.bool('rm') ? '1' : '0',
    forcerm: flags.bool('force-rm') ? '1' : undefined,
    pull: flags.bool('pull') ? '1' : undefined,
    target: text('target'),
    platform: text('platform'),
    networkmode: text('network'),
    extrahosts: flags.list('add-host').map((host) => host.replace('=', ':')),
    buildargs: map(assignments(cli, flags.list('build-arg'), null)),
    labels: map(assignments(cli, flags.list('label'), '')),
    cgroupparent: text('cgroup-parent'),
    securityopt: securityOptions.length === 0 ? undefined : JSON.stringify(securityOptions),
    cpusetcpus: text('cpuset-cpus'),
    cpusetmems: text('cpuset-mems'),
    cpushares: number('cpu-shares'),
    cpuperiod: number('cpu-period'),
    cpuquota: number('cpu-quota'),
    memory: number('memory'),
    memswap: number('memory-swap'),
    shmsize: number('shm-size'),
    ulimits: limits.length === 0 ? undefined : JSON.stringify(limits),
  };
}
