import { encode } from '../base/bytes.ts';
import { alignColumns } from '../base/go-tabwriter.ts';
import type { Process } from '../kernel/program.ts';
import { parseSignal } from '../kernel/signals.ts';
import { SYSTEM_STATE, type TaskState } from './containerd.ts';
import { statOf, writeAll } from './files.ts';
import { errorText, fail, GoError } from './go-error.ts';
import { connectJson, type JsonPeer } from './json-socket.ts';
import { Misuse, type Option, type Options, takeOptions } from './urfave-cli.ts';
import { CONTAINERD } from './versions.ts';

/** What a command is given. */
interface Call {
  containerd: JsonPeer;
  namespace: string;
  options: Options;
  args: readonly string[];
}

/** The namespace in which dockerd keeps its containers. */
const MOBY = 'moby';

const QUIET: Option = { names: ['quiet', 'q'], usage: 'Print only the ids' };
const SIGNAL: Option = { names: ['signal', 's'], value: true, usage: 'Signal to send' };
const ALL: Option = { names: ['all', 'a'], usage: 'Send signal to all processes inside the container' };

interface Command {
  options: readonly Option[];
  run(call: Call): Promise<string>;
}

/** Names of a group: the first is its own. */
const GROUPS: Readonly<
  Record<string, { names: readonly string[]; commands: Readonly<Record<string, Command>> }>
> = {
  namespaces: {
    names: ['namespaces', 'namespace', 'ns'],
    commands: { ls: { options: [QUIET], run: async ({ options }) => listNamespaces(options) } },
  },
  containers: {
    names: ['containers', 'container', 'c'],
    commands: { ls: { options: [QUIET], run: listContainers } },
  },
  tasks: {
    names: ['tasks', 'task', 't'],
    commands: {
      ls: { options: [QUIET], run: listTasks },
      ps: { options: [], run: listProcesses },
      kill: { options: [SIGNAL, ALL], run: kill },
      pause: { options: [], run: (call) => onTask(call, 'pause') },
      resume: { options: [], run: (call) => onTask(call, 'resume') },
    },
  },
};

const SYNONYMS: Readonly<Record<string, string>> = { list: 'ls' };

/** Groups and commands that the real one has, and that say so here. */
const ABSENT = new Set(
  'plugins plugin content events event images image i leases pprof run snapshots snapshot install oci sandboxes sandbox sb s info deprecations shim'.split(
    ' ',
  ),
);

const GLOBAL: readonly Option[] = [
  { names: ['address', 'a'], value: true, usage: "Address for containerd's server" },
  { names: ['namespace', 'n'], value: true, usage: 'Namespace to use with commands' },
  { names: ['debug'], usage: 'Enable debug output in logs' },
  { names: ['version', 'v'], usage: 'Print the version' },
  { names: ['help', 'h'], usage: 'Show help' },
];

const HELP = `NAME:
   ctr - containerd CLI

USAGE:
   ctr [global options] command [command options] [arguments...]

What dockerd has containerd do can be looked at from here, in the namespace that
it keeps for itself: ctr -n moby containers ls. Of the real ctr these are here:

   version                    Print the client and server versions
   containers, c, container   ls
   namespaces, namespace, ns  ls
   tasks, t, task             ls, ps, kill, pause, resume
`;

/** ctr(8), containerd's own client, as far as it looks at dockerd's containers and their tasks. */
export async function ctr(process: Process): Promise<number> {
  const { sys } = process;
  try {
    const { options, rest } = takeOptions(process.argv.slice(1), GLOBAL, false);
    if (options.has('version')) {
      await writeAll(sys, 1, encode(`ctr github.com/containerd/containerd/v2 ${CONTAINERD.version}\n`));
      return 0;
    }
    if (rest.length === 0 || options.has('help') || rest[0] === 'help') {
      await writeAll(sys, 1, encode(HELP));
      return 0;
    }
    return await call(process, options, rest);
  } catch (error) {
    if (!(error instanceof GoError) && !(error instanceof Misuse)) throw error;
    await writeAll(sys, 2, encode(`ctr: ${errorText(error)}\n`));
    return 1;
  }
}

/** What urfave/cli ends with where there is no such command. */
const NO_COMMAND = 3;

async function call(process: Process, globals: Options, words: readonly string[]): Promise<number> {
  const { sys } = process;
  const [first = '', second = '', ...rest] = words;
  if (first === 'version') {
    await writeAll(sys, 1, encode(versions('Client')));
    await (await connect(process, globals)).close();
    await writeAll(sys, 1, encode(`\n${versions('Server')}`));
    return 0;
  }
  const group = Object.values(GROUPS).find(({ names }) => names.includes(first));
  if (group === undefined && ABSENT.has(first)) fail(`ctr ${first} is not modelled by Drydock`);
  const name = SYNONYMS[second] ?? second;
  const command = group?.commands[name];
  if (group === undefined) {
    await writeAll(sys, 2, encode(`No help topic for '${first}'\n`));
    return NO_COMMAND;
  }
  if (command === undefined)
    return fail(`${`ctr ${group.names[0]} ${second}`.trimEnd()} is not modelled by Drydock`);
  const { options, rest: args } = takeOptions(rest, command.options, true);
  const containerd = await connect(process, globals);
  const namespace = globals.get('namespace') ?? process.env.get('CONTAINERD_NAMESPACE') ?? 'default';
  await writeAll(sys, 1, encode(await command.run({ containerd, namespace, options, args })));
  await containerd.close();
  return 0;
}

async function connect({ sys, env }: Process, globals: Options): Promise<JsonPeer> {
  const socket = globals.get('address') ?? env.get('CONTAINERD_ADDRESS') ?? `${SYSTEM_STATE}/containerd.sock`;
  if ((await statOf(sys, socket)) === undefined)
    fail(`cannot access socket ${socket}: stat ${socket}: no such file or directory`);
  try {
    return await connectJson(sys, socket);
  } catch (error) {
    return fail(
      `failed to dial "${socket}": connection error: desc = "transport: Error while dialing: dial unix ${socket}: connect: ${errorText(error)}"`,
    );
  }
}

const versions = (whose: string): string => {
  const go = whose === 'Client' ? '  Go version: go1.27.1\n' : '';
  return `${whose}:\n  Version:  ${CONTAINERD.version}\n  Revision: ${CONTAINERD.gitCommit}\n${go}`;
};

interface Listed extends TaskState {
  id: string;
}

/** In the order of their containers' ids. */
async function tasksOf({ containerd, namespace }: Call): Promise<Listed[]> {
  if (namespace !== MOBY) return [];
  return (await containerd.call('list', {})).tasks as Listed[];
}

function listNamespaces(options: Options): string {
  return options.has('quiet') ? `${MOBY}\n` : alignColumns(`NAME\tLABELS\t\n${MOBY}\t\t\n`, 1, 1);
}

async function listContainers(call: Call): Promise<string> {
  const ids = (await tasksOf(call)).map(({ id }) => id);
  if (call.options.has('quiet')) return ids.map((id) => `${id}\n`).join('');
  const rows = ids.map((id) => `${id}\t-\tio.containerd.runc.v2\t\n`);
  return aligned(['CONTAINER\tIMAGE\tRUNTIME\t\n', ...rows]);
}

async function listTasks(call: Call): Promise<string> {
  const tasks = await tasksOf(call);
  if (call.options.has('quiet')) return tasks.map(({ id }) => `${id}\n`).join('');
  const rows = tasks.map(({ id, pid, status }) => `${id}\t${pid}\t${status.toUpperCase()}\n`);
  return aligned(['TASK\tPID\tSTATUS\t\n', ...rows]);
}

async function listProcesses(call: Call): Promise<string> {
  const [id] = call.args;
  if (id === undefined) fail('container id must be provided');
  const { pids } = (await asked(call, 'pids')) as { pids: number[] };
  return aligned(['PID\tINFO\n', ...pids.map((pid) => `${pid}\t-\n`)]);
}

async function kill(call: Call): Promise<string> {
  const text = call.options.get('signal') ?? 'SIGTERM';
  const signal = parseSignal(text) ?? fail(`unknown signal ${JSON.stringify(text)}`);
  await asked(call, 'kill', { signal });
  return '';
}

async function onTask(call: Call, method: string): Promise<string> {
  await asked(call, method);
  return '';
}

/** Has containerd do something with the task that is named first. */
async function asked(call: Call, method: string, params: object = {}): Promise<unknown> {
  const [id = ''] = call.args;
  if (!(await tasksOf(call)).some((task) => task.id === id))
    fail(`container ${JSON.stringify(id)} in namespace ${JSON.stringify(call.namespace)}: not found`);
  return call.containerd.call(method, { id, ...params });
}

/** How ctr sets its tables; the real one ends some rows with a tab and some not. */
const aligned = (rows: readonly string[]): string => alignColumns(rows.join(''), 1, 4);
