import { execFile, execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { readerOf } from '../../src/engine/base/byte-stream.ts';
import { type HttpHandler, HttpHeaders } from '../../src/engine/net/http/message.ts';
import { gitHost } from '../../src/engine/world/late/git/index.ts';
import { hostParts } from '../../src/node/host-parts.ts';

/** Whether this machine has a real git; what is compared with it is skipped where it has not. */
export const hasGit = ((): boolean => {
  try {
    execFileSync('git', ['--version']);
    return true;
  } catch {
    return false;
  }
})();

const SETTINGS = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
};

/** Runs the real git; gives what it says. Rejects where it fails. */
export async function realGit(cwd: string, ...args: string[]): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)('git', args, { cwd, env: SETTINGS });
  return stdout + stderr;
}

/** The simulated host of repositories on a real port. */
export async function serveHost(): Promise<{ url: string; close: () => void }> {
  const handler: HttpHandler = gitHost(await hostParts.repositoryFiles());
  const server = createServer(async (request, response) => {
    const fields = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const);
    const answer = await handler({
      method: request.method ?? 'GET',
      target: request.url ?? '/',
      headers: new HttpHeaders(fields),
      body: readerOf(request),
    });
    response.writeHead(answer.status, Object.fromEntries(answer.headers ?? []));
    response.end(answer.body as string | Uint8Array);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}
