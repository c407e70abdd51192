import { concat, decode, encode } from '../../base/bytes.ts';
import { O_CLOEXEC, O_RDWR } from '../../kernel/fcntl.ts';
import type { Process } from '../../kernel/program.ts';
import { cgroupManager } from '../cgroup/manager.ts';
import { loadState } from '../container-state.ts';
import { writeAll } from '../files.ts';
import { fail } from '../go-error.ts';
import { lookPath } from '../look-path.ts';
import type { Call } from './command-line.ts';

/** `runc ps`: what the host's ps says of the processes in a container's cgroup. */
export async function ps(process: Process, { root, options, args }: Call): Promise<void> {
  const { sys } = process;
  const [id = '', ...more] = args;
  const { cgroup_path } = await loadState(sys, root, id);
  const pids = await (await cgroupManager(sys, cgroup_path)).processes();
  const format = options.get('format') ?? 'table';
  if (format === 'json') return writeAll(sys, 1, encode(`${JSON.stringify(pids)}\n`));
  if (format !== 'table') fail('invalid format option');
  const [heading = '', ...lines] = (
    await output(process, ['ps', ...(more.length > 0 ? more : ['-ef'])])
  ).split('\n');
  const column = heading.trim().split(/\s+/).indexOf('PID');
  if (column === -1) fail("couldn't find PID field in ps output");
  const own = lines.filter((line) => pids.includes(Number(line.trim().split(/\s+/)[column])));
  await writeAll(sys, 1, encode([heading, ...own].map((line) => `${line}\n`).join('')));
}

/** What a program of the host says. */
async function output({ sys, env }: Process, argv: readonly string[]): Promise<string> {
  const path = await lookPath(sys, argv[0]!, [`PATH=${env.get('PATH') ?? ''}`]);
  const [read, write] = await sys.pipe(true);
  const pid = await sys.fork(async (child) => {
    await child.sys.dup2(await child.sys.open('/dev/null', O_RDWR | O_CLOEXEC), 0);
    await child.sys.dup2(write, 1);
    return child.sys.execve(path, [...argv], env);
  });
  await sys.close(write);
  const chunks: Uint8Array[] = [];
  for (let chunk = await sys.read(read, 1 << 16); chunk.length > 0; chunk = await sys.read(read, 1 << 16))
    chunks.push(chunk);
  await sys.close(read);
  await sys.wait(pid);
  return decode(concat(chunks)).trimEnd();
}
