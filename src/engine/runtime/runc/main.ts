import { encode } from '../../base/bytes.ts';
import { alignColumns } from '../../base/go-tabwriter.ts';
import type { Process } from '../../kernel/program.ts';
import { parseSignal } from '../../kernel/signals.ts';
import { isUnified } from '../cgroup/files.ts';
import { cgroupManager } from '../cgroup/manager.ts';
import { type ContainerState, DEFAULT_ROOT, listStates, loadState, statusOf } from '../container-state.ts';
import { createContainer, deleteContainer, readSpec, startContainer } from '../create.ts';
import { statOf, writeAll, writeFile } from '../files.ts';
import { errorText, fail, GoError, wrapped } from '../go-error.ts';
import { Misuse, takeOptions } from '../urfave-cli.ts';
import { RUNC } from '../versions.ts';
import { type Call, commandHelp, GLOBAL, help, type Invocation, readCommand } from './command-line.ts';
import { exec } from './exec.ts';
import { inForeground } from './foreground.ts';
import { logError } from './log.ts';
import { ps } from './ps.ts';
import { specTemplate } from './spec-template.ts';

/** Gives the exit status; whatever else stands for 0. Throws `GoError`. */
type Run = (process: Process, call: Call) => Promise<unknown>;

const write = ({ sys }: Process, text: string): Promise<void> => writeAll(sys, 1, encode(text));

const idOf = ({ args }: Call): string => args[0]!;

const RUN: Readonly<Record<string, Run>> = {
  create: async ({ sys }, call) => {
    await wrapped('runc create failed', async () => {
      const options = await createOptions({ sys }, call);
      await createContainer(sys, { ...options, consoleSocket: call.options.get('console-socket') });
    });
  },
  run: async (process, call) => {
    const { sys } = process;
    return wrapped('runc run failed', async () => {
      const options = await createOptions(process, call);
      const start = () => startContainer(sys, call.root, options.id);
      if (call.options.has('detach')) {
        await createContainer(sys, { ...options, consoleSocket: call.options.get('console-socket') });
        return start();
      }
      const { terminal = false } = (await readSpec(sys, options.bundle)).process;
      let made = false;
      const begin = async (consoleSocket: string | undefined) => {
        const { init_process_pid } = await createContainer(sys, { ...options, consoleSocket });
        made = true;
        return init_process_pid;
      };
      try {
        return await inForeground(process, terminal, begin, start);
      } finally {
        if (made && !call.options.has('keep'))
          await deleteContainer(sys, call.root, options.id, { force: true });
      }
    });
  },
  start: ({ sys }, call) => startContainer(sys, call.root, idOf(call)),
  exec,
  ps,
  kill: async ({ sys }, call) => {
    const state = await loadState(sys, call.root, idOf(call));
    const asked = call.args[1] ?? 'SIGTERM';
    const signal = parseSignal(asked) ?? fail(`unknown signal ${JSON.stringify(asked)}`);
    if ((await statusOf(sys, call.root, state)) === 'stopped') fail('container not running');
    await sys.kill(state.init_process_pid, signal);
  },
  delete: async ({ sys }, call) => {
    const id = idOf(call);
    const force = call.options.has('force');
    const state = await loadState(sys, call.root, id).catch((error: unknown) => {
      if (force && error instanceof GoError) return undefined;
      throw error;
    });
    if (state === undefined) return;
    const status = await statusOf(sys, call.root, state);
    // Of one that was created and never started nothing is lost.
    if (status !== 'stopped' && status !== 'created' && !force)
      fail(`cannot delete container ${id} that is not stopped: ${status}`);
    await deleteContainer(sys, call.root, id, { force: status !== 'stopped' });
  },
  pause: (process, call) => freeze(process, call, true),
  resume: (process, call) => freeze(process, call, false),
  state: async (process, call) => {
    const state = await loadState(process.sys, call.root, idOf(call));
    await write(process, JSON.stringify(await shown(process, call.root, state), null, 2));
  },
  list: async (process, { root, options }) => {
    const states = await listStates(process.sys, root);
    if (options.has('quiet')) return write(process, states.map(({ id }) => `${id}\n`).join(''));
    const all = await Promise.all(states.map((state) => shown(process, root, state)));
    const owned = all.map((state) => ({ ...state, owner: state.owner || 'root' }));
    const format = options.get('format') ?? 'table';
    if (format === 'json') return write(process, `${all.length === 0 ? 'null' : JSON.stringify(owned)}\n`);
    if (format !== 'table') fail('invalid format option');
    const rows = owned.map(({ id, pid, status, bundle, created, owner }) =>
      [id, pid, status, bundle, created, owner].join('\t'),
    );
    const text = ['ID\tPID\tSTATUS\tBUNDLE\tCREATED\tOWNER', ...rows].map((row) => `${row}\n`).join('');
    return write(process, alignColumns(text, 12, 3));
  },
  spec: async ({ sys }, { options }) => {
    const bundle = options.get('bundle');
    const path = bundle === undefined ? 'config.json' : `${bundle}/config.json`;
    if ((await statOf(sys, path)) !== undefined) fail('File config.json exists. Remove it first');
    await writeFile(sys, path, JSON.stringify(specTemplate(await isUnified(sys)), null, '\t'), 0o666);
  },
};

async function createOptions({ sys }: Pick<Process, 'sys'>, { root, options, args }: Call) {
  const id = args[0]!;
  const asked = options.get('bundle');
  if (asked !== undefined)
    await sys.chdir(asked).catch((error: unknown) => fail(`chdir ${asked}: ${errorText(error)}`));
  const bundle = await sys.getcwd();
  if ((await statOf(sys, `${bundle}/config.json`)) === undefined)
    fail('JSON specification file config.json not found');
  if (!/^[\w+.-]+$/.test(id) || id === '.' || id === '..') fail('invalid container ID format');
  if (sys.geteuid() !== 0) fail('rootless container requires user namespaces');
  return { root, id, bundle, pidFile: options.get('pid-file') };
}

async function freeze({ sys }: Process, { root, args }: Call, on: boolean): Promise<void> {
  const state = await loadState(sys, root, args[0]!);
  const status = await statusOf(sys, root, state);
  if (!on && status !== 'paused') fail('container not paused');
  if (on && status !== 'running' && status !== 'created') fail('container not running');
  await (await cgroupManager(sys, state.cgroup_path)).freeze(on);
}

/** A container as `state` and `list` tell of it. */
async function shown({ sys }: Process, root: string, state: ContainerState) {
  const status = await statusOf(sys, root, state);
  const { oci_version, id, init_process_pid, bundle, rootfs, created, owner } = state;
  const pid = status === 'stopped' ? 0 : init_process_pid;
  return { ociVersion: oci_version, id, pid, status, bundle, rootfs, created, owner };
}

/** runc(8), the reference runtime of the OCI. */
export async function runc(process: Process): Promise<number> {
  let logging: { log: string | undefined; format: string | undefined } = {
    log: undefined,
    format: undefined,
  };
  try {
    const { options, rest } = takeOptions(process.argv.slice(1), GLOBAL, false);
    logging = { log: options.get('log'), format: options.get('log-format') };
    if (options.has('version')) {
      await write(process, `runc version ${VERSION}\n`);
      return 0;
    }
    if (rest.length === 0 || rest[0] === 'help' || rest[0] === 'h' || options.has('help')) {
      await write(
        process,
        rest[1] === undefined ? help(VERSION) : commandHelp(readCommand([rest[1], '-h']).command),
      );
      return 0;
    }
    return await call(process, readCommand(rest), options.get('root') ?? DEFAULT_ROOT);
  } catch (error) {
    if (error instanceof Misuse)
      await write(process, error.help === undefined ? '' : `${error.said}\n\n${error.help}`);
    const message = error instanceof Misuse ? error.message : errorText(error);
    await logError(process.sys, message, logging);
    // Whoever has a log of its own made is told besides.
    if (logging.log !== undefined) await writeAll(process.sys, 2, encode(`${message}\n`));
    return statusOfFailure(error);
  }
}

/** What a process that never came to be ends `runc exec` with. */
const EXEC_FAILED = 255;

/** What urfave/cli ends with where there is no such command. */
const NO_COMMAND = 3;

function statusOfFailure(error: unknown): number {
  if (error instanceof Misuse && error.help === undefined && error.message.startsWith('No help'))
    return NO_COMMAND;
  return error instanceof GoError && error.message.startsWith('exec failed: ') ? EXEC_FAILED : 1;
}

async function call(process: Process, { command, options, args }: Invocation, root: string): Promise<number> {
  if (command.absent) fail(`runc ${command.name} is not modelled by Drydock`);
  if (options.has('help')) {
    await write(process, commandHelp(command));
    return 0;
  }
  const status = await RUN[command.name]!(process, { root, options, args });
  return typeof status === 'number' ? status : 0;
}

const VERSION = `${RUNC.version}
commit: ${RUNC.gitCommit}
spec: 1.0.2-dev
go: go1.19.8
libseccomp: 2.5.4`;
