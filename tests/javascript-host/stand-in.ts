import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { FileSystemTree, WebContainer } from '@webcontainer/api';

/**
 * Stands in for a booted WebContainer, which none can be without the network: the part of `@webcontainer/api` that the adapter uses,
 * over a directory and processes of the Node that runs the tests. So the adapter and what it runs within are the real ones.
 */
export async function standInContainer(): Promise<WebContainer> {
  const workdir = await mkdtemp(join(tmpdir(), 'web-container-'));
  const children = new Set<ChildProcess>();
  const listeners = new Set<(port: number, type: 'open' | 'close', url: string) => void>();
  let open = new Set<number>();
  const watch = setInterval(async () => {
    const now = await portsOf([...children].flatMap(({ pid }) => pid ?? []));
    for (const [ports, others, type] of [
      [now, open, 'open'],
      [open, now, 'close'],
    ] as const)
      for (const port of ports)
        if (!others.has(port)) for (const tell of listeners) tell(port, type, `http://localhost:${port}`);
    open = now;
  }, 100);
  const container = {
    workdir,
    fs: {
      mkdir: (path: string, options?: object) => mkdir(join(workdir, path), options),
      rm: (path: string, options?: object) => rm(join(workdir, path), options),
    },
    mount: (tree: FileSystemTree, { mountPoint = '' } = {}) => lay(tree, join(workdir, mountPoint)),
    on(_event: 'port', listener: (port: number, type: 'open' | 'close', url: string) => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async spawn(_command: 'node', args: string[], { cwd = '', env = {} }) {
      const child = spawn(process.execPath, args, {
        cwd: join(workdir, cwd),
        env: { PATH: dirname(process.execPath), ...env },
      });
      children.add(child);
      const exit = new Promise<number>((resolve) => child.on('close', (status) => resolve(status ?? 137)));
      void exit.then(() => children.delete(child));
      const output = new ReadableStream<string>({
        start(controller) {
          for (const stream of [child.stdout, child.stderr])
            stream.setEncoding('utf8').on('data', (text) => controller.enqueue(text));
          void exit.then(() => controller.close());
        },
      });
      const input = new WritableStream<string>({ write: (text) => void child.stdin.write(text) });
      return { output, input, exit, kill: () => child.kill('SIGKILL'), resize: () => undefined };
    },
    teardown() {
      clearInterval(watch);
      for (const child of children) child.kill('SIGKILL');
      void rm(workdir, { recursive: true, force: true });
    },
  };
  return container as unknown as WebContainer;
}

async function lay(tree: FileSystemTree, at: string): Promise<void> {
  for (const [name, node] of Object.entries(tree)) {
    const path = join(at, name);
    if ('directory' in node) {
      await mkdir(path, { recursive: true });
      await lay(node.directory, path);
    } else if ('symlink' in node.file) await symlink(node.file.symlink, path);
    else await writeFile(path, node.file.contents);
  }
}

/** The TCP ports that processes listen at, or that their children do. */
async function portsOf(pids: readonly number[]): Promise<Set<number>> {
  const sockets = new Set<string>();
  const look = async (pid: number): Promise<void> => {
    const of = `/proc/${pid}`;
    for (const fd of await readdir(`${of}/fd`)) sockets.add(await readlink(`${of}/fd/${fd}`).catch(() => ''));
    const children = await readFile(`${of}/task/${pid}/children`, 'utf8');
    await Promise.all(children.trim().split(' ').filter(Boolean).map(Number).map(look));
  };
  await Promise.all(pids.map((pid) => look(pid).catch(() => undefined)));
  const ports = new Set<number>();
  for (const table of ['tcp', 'tcp6'])
    for (const line of (await readFile(`/proc/net/${table}`, 'utf8')).trim().split('\n').slice(1)) {
      const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
      if (state === '0A' && sockets.has(`socket:[${inode}]`))
        ports.add(Number.parseInt(local.split(':')[1] ?? '', 16));
    }
  return ports;
}
