import type { Process } from '../../kernel/program.ts';
import { loadState, statusOf } from '../container-state.ts';
import { execInContainer, readSpec } from '../create.ts';
import { readText } from '../files.ts';
import { fail, wrapped } from '../go-error.ts';
import type { ProcessSpec } from '../spec.ts';
import type { Call } from './command-line.ts';
import { inForeground } from './foreground.ts';

/** `runc exec`: one more process in a container, as its bundle has the first one but for what is asked. */
export function exec(process: Process, call: Call): Promise<number> {
  return wrapped('exec failed', () => execIn(process, call));
}

async function execIn(process: Process, call: Call): Promise<number> {
  const { sys } = process;
  const { root, options, args } = call;
  const [id = '', ...argv] = args;
  const state = await loadState(sys, root, id);
  const status = await statusOf(sys, root, state);
  if (status === 'stopped') fail('cannot exec in a stopped container');
  if (status === 'paused') fail('cannot exec in a paused container (use --ignore-paused to override)');
  const file = options.get('process');
  const spec =
    file === undefined
      ? await processOf(process, state.bundle, call, argv)
      : (JSON.parse(await readText(sys, file)) as ProcessSpec);
  const begin = (consoleSocket: string | undefined) =>
    execInContainer(sys, { root, id, process: spec, pidFile: options.get('pid-file'), consoleSocket });
  if (options.has('detach')) {
    await begin(options.get('console-socket'));
    return 0;
  }
  return inForeground(process, spec.terminal ?? false, begin, async () => {});
}

async function processOf(
  { sys }: Process,
  bundle: string,
  { options }: Call,
  argv: readonly string[],
): Promise<ProcessSpec> {
  if (argv.length === 0) fail('process args cannot be empty');
  const { process } = await readSpec(sys, bundle);
  const { uid, gid, ...user } = process.user;
  const [asked = '', group] = (options.get('user') ?? '').split(':');
  return {
    ...process,
    args: [...argv],
    terminal: options.has('tty'),
    cwd: options.get('cwd') ?? process.cwd,
    env: [...process.env, ...options.all('env')],
    user: {
      ...user,
      uid: asked === '' ? uid : numberOf(asked, 'uid'),
      gid: group === undefined ? gid : numberOf(group, 'gid'),
    },
  };
}

const numberOf = (text: string, what: 'uid' | 'gid'): number =>
  /^\d+$/.test(text)
    ? Number(text)
    : fail(
        `parsing ${text} as int for ${what} failed: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`,
      );
