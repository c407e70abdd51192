import { createHash } from 'node:crypto';
import type { Kernel } from '../../src/engine/kernel/kernel.ts';
import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from '../../src/engine/vfs/inode.ts';
import { walk } from '../../src/engine/vfs/namei.ts';
import { inspect } from '../../src/lab/inspect.ts';
import type { Session } from '../../src/lab/session.ts';

/** Everything that can be told of a lab from within, as lines: two labs are the same if all lines are. */
export function describeWorld({ simulation }: Session, terminal: Uint8Array): string[] {
  const { world, host } = simulation;
  return [
    `clock ${world.clock.now()}`,
    `steps ${world.steps}`,
    `random ${world.random.uint32()}`,
    `terminal ${sha256(terminal)}`,
    ...processes(host.kernel),
    ...tree(host.kernel, '/'),
    ...docker(simulation),
  ];
}

function processes({ tasks }: Kernel): string[] {
  return [...tasks].map((task) => {
    const { pid, comm, state, startTime, userTime, systemTime, memory, exitStatus, processGroup, session } =
      task;
    const parent = task.parent?.pid ?? 0;
    const { uid, gid } = task.cred;
    const argv = JSON.stringify(task.image.argv);
    return `process ${pid} ${parent} ${processGroup} ${session} ${comm} ${state} ${startTime} ${userTime} ${systemTime} ${memory} ${uid}:${gid} ${argv} ${JSON.stringify(exitStatus)}`;
  });
}

/** Made anew at each look, or of devices. */
const LEFT_OUT = new Set(['/proc', '/sys', '/dev']);

/** Every name below `path`, with all that lstat(2) tells and the content. */
function tree(kernel: Kernel, path: string): string[] {
  if (LEFT_OUT.has(path)) return [];
  const { context } = kernel;
  const { inode } = walk(context, path, { follow: false }).dentry;
  const { ino, mode, nlink, uid, gid, rdev, size, mtime, ctime, atime } = inode.stat();
  const type = mode & S_IFMT;
  let content = '';
  if (type === S_IFREG) content = sha256(inode.read(0, Math.min(size, 1 << 20)));
  if (type === S_IFLNK) content = inode.readlink(context.caller);
  const line = `file ${path} ${ino} ${mode.toString(8)} ${nlink} ${uid}:${gid} ${rdev} ${size} ${mtime} ${ctime} ${atime} ${content}`;
  if (type !== S_IFDIR) return [line];
  const names = inode.readdir(context.caller).map(({ name }) => name);
  const below = names.filter((name) => name !== '.' && name !== '..');
  return [line, ...below.flatMap((name) => tree(kernel, `${path === '/' ? '' : path}/${name}`))];
}

function docker(simulation: Session['simulation']): string[] {
  const found = inspect(simulation);
  return [
    ...found.containers().map((container) => `container ${JSON.stringify(container)}`),
    ...found.removed().map((container) => `removed ${JSON.stringify(container)}`),
    ...found.images().map((image) => `image ${JSON.stringify(image)}`),
  ];
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex').slice(0, 16);
