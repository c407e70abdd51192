import { decode } from '../../base/bytes.ts';
import { isErrno } from '../../base/errno.ts';
import { fdStream } from '../../kernel/fd-stream.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { readAll } from '../../net/http/body.ts';
import { request } from '../../net/http/client.ts';

/** The daemon cannot be asked; the message is why, in Go's words. */
export class NoDaemon extends Error {}

/** What the Engine API answers to a GET, as a program asks it that was given the daemon's socket. Throws `NoDaemon`. */
export async function askDocker<T>(sys: Syscalls, target: string, path = '/var/run/docker.sock'): Promise<T> {
  const fd = await sys.socket('unix', 'stream');
  const stream = fdStream(sys, fd);
  try {
    await sys.connect(fd, { family: 'unix', path });
    const answer = await request(stream, { method: 'GET', target, host: 'docker' });
    const text = decode(await readAll(answer.body));
    if (answer.status !== 200) throw new NoDaemon(`Error response from daemon: ${text.trim()}`);
    return JSON.parse(text) as T;
  } catch (error) {
    if (!isErrno(error)) throw error;
    throw new NoDaemon(
      isErrno(error, 'EACCES')
        ? `permission denied while trying to connect to the Docker daemon socket at unix://${path}`
        : `Cannot connect to the Docker daemon at unix://${path}. Is the docker daemon running?`,
    );
  } finally {
    await stream.close();
  }
}
