import { decode } from '../../../engine/base/bytes.ts';
import { isErrno } from '../../../engine/base/errno.ts';
import { nameFor } from '../../../engine/kernel/procfs/process-inodes.ts';
import type { CallResult } from '../../../engine/kernel/syscalls.ts';
import type { Task } from '../../../engine/kernel/task.ts';
import { UnixSocket } from '../../../engine/net/unix-socket.ts';
import { formatOf, linuxName } from '../../../engine/userland/strace/calls/table.ts';
import { Show } from '../../../engine/userland/strace/show.ts';
import type { TraceKind, TraceLine } from './model.ts';

/** A call as the kernel tells of it when it returns. */
export interface ReturnedCall {
  task: Task;
  name: string;
  args: readonly unknown[];
  result: CallResult;
}

/** Calls that make a container whatever their arguments are. */
const KINDS: Readonly<Record<string, TraceKind>> = {
  execve: 'program',
  fork: 'process',
  unshare: 'namespace',
  setns: 'namespace',
  mount: 'mount',
  umount: 'mount',
  pivot_root: 'mount',
  chroot: 'mount',
  sethostname: 'hostname',
  capset: 'rights',
  setuid: 'rights',
  setgid: 'rights',
  setresuid: 'rights',
  setresgid: 'rights',
  setgroups: 'rights',
  bpf: 'cgroup',
  kill: 'signal',
};

const TEXT = 300;

/** The line of a call that matters; undefined for one that is only counted. */
export function notable(call: ReturnedCall): TraceLine | undefined {
  const { name, args } = call;
  if (name === 'write') return written(call);
  const kind = KINDS[name] ?? kindByArguments(name, args);
  if (kind === undefined) return undefined;
  const born = (args[1] as { namespaces?: readonly unknown[] } | undefined)?.namespaces;
  return line(name === 'fork' && born?.length ? 'namespace' : kind, call);
}

function kindByArguments(name: string, args: readonly unknown[]): TraceKind | undefined {
  if (name === 'mkdir' || name === 'rmdir')
    return String(args[0]).startsWith('/sys/fs/cgroup/') ? 'cgroup' : undefined;
  if (name === 'prctl') {
    const { option } = args[0] as { option: string };
    return /NO_NEW_PRIVS|CAPBSET|KEEPCAPS/.test(option) ? 'rights' : undefined;
  }
  if (name === 'netlink')
    return /_GET|SOCK_DIAG/.test((args[0] as { type: string }).type) ? undefined : 'network';
  return undefined;
}

/** Whether a call sends a request to the Docker daemon. */
export const asksDaemon = (call: ReturnedCall): boolean =>
  call.name === 'write' && /^[A-Z]+ \//.test(message(call)?.text ?? '');

/** What is said to a daemon, or written to a control group. */
function written(call: ReturnedCall): TraceLine | undefined {
  const { task, args } = call;
  const [fd] = args as [number, Uint8Array];
  if (fileOf(task, fd) instanceof UnixSocket) return message(call);
  return pathOf(task, fd)?.startsWith('/sys/fs/cgroup/') ? line('cgroup', call) : undefined;
}

/** The beginning of a message between client, daemon and shim; undefined for what goes on with one. */
function message({ task, args }: ReturnedCall): TraceLine | undefined {
  const [fd, data] = args as [number, Uint8Array];
  const socket = socketOf(task, fd);
  const kind = socket?.endsWith('docker.sock')
    ? 'api'
    : socket?.includes('/containerd/')
      ? 'task'
      : undefined;
  if (kind === undefined) return undefined;
  const text = decode(data.subarray(0, 4 * TEXT));
  const said = kind === 'api' ? httpMessage(text) : taskMessage(text);
  return said === undefined ? undefined : { kind, call: 'write', text: short(said) };
}

/** The request of a message's first line, or its status. */
const httpMessage = (text: string): string | undefined =>
  /^(?:([A-Z]+ \/\S*) HTTP\/1\.\d|(HTTP\/1\.\d \d+[^\r\n]*))\r?\n/.exec(text)?.slice(1).join('');

/** A request about a task, its answer, or what containerd tells of by itself (runtime/json-socket.ts). */
function taskMessage(text: string): string | undefined {
  const [, request, event] = /^\{(?:"id":\d+,"method":"(\w+)"|"event":"(\w+)"),"params":/.exec(text) ?? [];
  const rest = text.slice(text.indexOf('"params":') + '"params":'.length).replace(/\}\n?$/, '');
  if (request !== undefined) return `${request} ${rest}`;
  if (event !== undefined) return `${event} ${rest}`;
  const [, answer] = /^\{"id":\d+,("(?:result|error)":.*?)\}\n?$/.exec(text) ?? [];
  return answer?.replace(/^"(\w+)":/, '$1 ');
}

/** A call as strace writes it. */
function line(kind: TraceKind, call: ReturnedCall): TraceLine {
  const { task, name, args, result } = call;
  const format = formatOf(name);
  const files = new Map<number, string>();
  const path = typeof args[0] === 'number' ? pathOf(task, args[0]) : undefined;
  if (path !== undefined && name !== 'kill') files.set(args[0] as number, path);
  const show = new Show({ stringLimit: 64, verbose: false, hex: 'none' }, files);
  const failed = 'error' in result;
  const parts = [
    ...(format.entry?.(show, ...args) ?? []),
    ...(format.exit?.(show, failed ? undefined : result.value, ...args) ?? []),
  ];
  const linux = linuxName(format, args);
  const outcome = failed
    ? `-1 ${isErrno(result.error) ? result.error.code : String(result.error)}`
    : (format.result?.(show, result.value, ...args) ?? '0');
  return { kind, call: linux, text: short(`${linux}(${parts.join(', ')}) = ${outcome}`) };
}

/** Cut to what one can read; ids are cut as docker cuts them. */
export function short(text: string): string {
  const cut = text.replace(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, '$1…');
  return cut.length > TEXT ? `${cut.slice(0, TEXT)}…` : cut;
}

function fileOf({ fds }: Task, fd: number) {
  return fds.has(fd) ? fds.get(fd) : undefined;
}

function pathOf(task: Task, fd: number): string | undefined {
  const file = fileOf(task, fd);
  return file?.path && nameFor(file.path, task.kernel.context.caller);
}

/** Where the socket lies at which this connection was made, whichever end it is. */
function socketOf(task: Task, fd: number): string | undefined {
  const file = fileOf(task, fd);
  if (!(file instanceof UnixSocket) || !file.connected) return undefined;
  for (const address of [file.getpeername(), file.getsockname()])
    if (address.family === 'unix' && address.path !== '') return address.path;
  return undefined;
}
