import { encode } from '../base/bytes.ts';
import type { Process } from '../kernel/program.ts';
import { parseSignal } from '../kernel/signals.ts';
import { cgroupManager } from './cgroup/manager.ts';
import { DEFAULT_ROOT, listStates, loadState, statusOf } from './container-state.ts';
import { createContainer, deleteContainer, execInContainer, startContainer } from './create.ts';
import { readText, writeAll, writeFile } from './files.ts';
import { errorText, fail } from './go-error.ts';
import type { ProcessSpec } from './spec.ts';

interface Invocation {
  root: string;
  log: string | undefined;
  command: string;
  options: ReadonlyMap<string, string>;
  args: string[];
}

/** Options that take a value; all others are switches. */
const VALUED = new Set([
  'root',
  'log',
  'log-format',
  'bundle',
  'b',
  'pid-file',
  'console-socket',
  'process',
  'p',
  'format',
  'f',
]);

const COMMANDS: Readonly<Record<string, (process: Process, invocation: Invocation) => Promise<void>>> = {
  create: async ({ sys }, { root, options, args }) => {
    await createContainer(sys, {
      root,
      id: idOf(args),
      bundle: options.get('bundle') ?? options.get('b') ?? (await sys.getcwd()),
      pidFile: options.get('pid-file'),
      consoleSocket: options.get('console-socket'),
    });
  },
  start: ({ sys }, { root, args }) => startContainer(sys, root, idOf(args)),
  exec: async ({ sys }, { root, options, args }) => {
    const file = options.get('process') ?? options.get('p');
    if (file === undefined || !options.has('detach'))
      fail('only exec --detach --process FILE is modelled by Drydock');
    const spec = JSON.parse(await readText(sys, file!)) as ProcessSpec;
    await execInContainer(sys, {
      root,
      id: idOf(args),
      process: spec,
      pidFile: options.get('pid-file'),
      consoleSocket: options.get('console-socket'),
    });
  },
  kill: async ({ sys }, { root, args }) => {
    const signal = parseSignal(args[1] ?? 'SIGTERM') ?? fail(`unknown signal "${args[1]}"`);
    await sys.kill((await loadState(sys, root, idOf(args))).init_process_pid, signal);
  },
  delete: ({ sys }, { root, options, args }) =>
    deleteContainer(sys, root, idOf(args), options.has('force') || options.has('f')),
  pause: (process, invocation) => freeze(process, invocation, true),
  resume: (process, invocation) => freeze(process, invocation, false),
  state: async ({ sys }, { root, args }) => {
    const state = await loadState(sys, root, idOf(args));
    const status = await statusOf(sys, root, state);
    const { oci_version, id, init_process_pid, bundle, rootfs, created, owner } = state;
    const shown = {
      ociVersion: oci_version,
      id,
      pid: status === 'stopped' ? 0 : init_process_pid,
      status,
      bundle,
      rootfs,
      created,
      owner,
    };
    await writeAll(sys, 1, encode(`${JSON.stringify(shown, null, 2)}\n`));
  },
  list: async ({ sys }, { root, options }) => {
    const states = await listStates(sys, root);
    const rows = [['ID', 'PID', 'STATUS', 'BUNDLE', 'CREATED', 'OWNER']];
    for (const state of states) {
      const status = await statusOf(sys, root, state);
      const pid = status === 'stopped' ? 0 : state.init_process_pid;
      rows.push([state.id, String(pid), status, state.bundle, state.created, state.owner || 'root']);
    }
    const text =
      options.has('q') || options.has('quiet') ? states.map(({ id }) => id).join('\n') : table(rows);
    await writeAll(sys, 1, encode(`${text}\n`));
  },
};

async function freeze({ sys }: Process, { root, args }: Invocation, on: boolean): Promise<void> {
  const { cgroup_path } = await loadState(sys, root, idOf(args));
  await (await cgroupManager(sys, cgroup_path)).freeze(on);
}

/** runc(8), as far as the engine and a curious learner use it. */
export async function runc(process: Process): Promise<number> {
  let log: string | undefined;
  let what = '';
  try {
    const invocation = parse(process.argv.slice(1));
    log = invocation.log;
    const command = COMMANDS[invocation.command];
    what = `runc ${invocation.command} failed: `;
    if (command === undefined) {
      what = '';
      fail(
        invocation.command === ''
          ? 'no command was given'
          : `command ${invocation.command} is not modelled by Drydock`,
      );
    }
    await command!(process, invocation);
    return 0;
  } catch (error) {
    const message = `${what.replace('runc exec', 'exec')}${errorText(error)}`;
    if (log !== undefined)
      await writeFile(process.sys, log, `${JSON.stringify({ level: 'error', msg: message })}\n`);
    else await writeAll(process.sys, 2, encode(`ERRO[0000] ${message}\n`));
    return 1;
  }
}

function parse(argv: readonly string[]): Invocation {
  const options = new Map<string, string>();
  const args: string[] = [];
  let command = '';
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]!;
    const option = /^--?([a-z][a-z-]*)(?:=(.*))?$/.exec(word);
    if (option) options.set(option[1]!, option[2] ?? (VALUED.has(option[1]!) ? (argv[++i] ?? '') : 'true'));
    else if (command === '') command = word;
    else args.push(word);
  }
  return { root: options.get('root') ?? DEFAULT_ROOT, log: options.get('log'), command, options, args };
}

const idOf = (args: readonly string[]): string => args[0] ?? fail('container id cannot be empty');

function table(rows: string[][]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]! + 3))
        .join('')
        .trimEnd(),
    )
    .join('\n');
}
