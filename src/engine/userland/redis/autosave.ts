import { isErrno } from '../../base/errno.ts';
import { O_CREAT, O_TRUNC, O_WRONLY } from '../../kernel/fcntl.ts';
import type { Process } from '../../kernel/program.ts';
import { waitFor } from '../lib/spawn.ts';
import { writeAll } from '../lib/stdio.ts';
import type { Server } from './server.ts';

/** Saves in the background: a child writes the dump while the server goes on. */
export async function backgroundSave(process: Process, server: Server): Promise<void> {
  const { sys } = process;
  const bytes = server.dump();
  server.changes = 0;
  const pid = await sys.fork(async (child) => {
    try {
      const temporary = `${server.config.dir}/temp-${child.sys.getpid()}.rdb`;
      const fd = await child.sys.open(temporary, O_WRONLY | O_CREAT | O_TRUNC, 0o644);
      await writeAll(child.sys, fd, bytes);
      await child.sys.close(fd);
      await child.sys.rename(temporary, server.dumpPath);
      await server.log('*', 'DB saved on disk', { by: child.sys.getpid(), role: 'C' });
      return 0;
    } catch (error) {
      if (!isErrno(error)) throw error;
      const what = `Failed opening the temp RDB file for saving: ${error.message}`;
      await server.log('#', what, { by: child.sys.getpid(), role: 'C' });
      return 1;
    }
  });
  await server.log('*', `Background saving started by pid ${pid}`);
  void finished(server, pid);
}

async function finished(server: Server, pid: number): Promise<void> {
  const status = await waitFor(server.sys, pid);
  const good = status.kind === 'exited' && status.code === 0;
  if (good) server.lastSave = server.now();
  await server.log(
    good ? '*' : '#',
    good ? 'Background saving terminated with success' : 'Background saving error',
  );
}

/**
 * The save points: so many changes within so many seconds. There is a timer only while something is to be saved.
 */
export class Autosave {
  readonly #process: Process;
  readonly #server: Server;
  #due: number | undefined;

  constructor(process: Process, server: Server) {
    this.#process = process;
    this.#server = server;
  }

  /** Something has changed. */
  note(): void {
    const { save } = this.#server.config;
    const reached = save.filter(({ changes }) => this.#server.changes >= changes);
    if (reached.length === 0) return;
    const due = this.#server.lastSave + Math.min(...reached.map(({ seconds }) => seconds)) * 1000;
    if (this.#due !== undefined && this.#due <= due) return;
    this.#due = due;
    void this.#wait(due);
  }

  async #wait(due: number): Promise<void> {
    const server = this.#server;
    try {
      await server.sys.nanosleep(Math.max(0, due - server.now()));
    } catch (error) {
      if (!isErrno(error, 'EINTR')) throw error;
    }
    if (this.#due !== due) return;
    this.#due = undefined;
    const passed = (server.now() - server.lastSave) / 1000;
    const point = server.config.save.find(
      ({ seconds, changes }) => passed >= seconds && server.changes >= changes,
    );
    if (point === undefined) return;
    await server.log('*', `${point.changes} changes in ${point.seconds} seconds. Saving...`);
    await backgroundSave(this.#process, server);
  }
}
