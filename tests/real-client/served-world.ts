import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../src/node/bin.mjs', import.meta.url));

/** A `drydock serve` of its own, with a directory for sockets and clients' files. */
export interface ServedWorld {
  directory: string;
  dockerHost: string;
  registry: string;
  /** Ends the server; gives what it said on standard error. */
  stop(): Promise<string>;
}

/**
 * Starts `drydock serve` and waits until it listens; in the recordings' world unless another is wanted.
 *
 * @param by a command that runs it in another place, as nsenter does
 */
export async function serveWorld(
  images: readonly string[],
  { by = [], scenario = 'oracle' }: { by?: readonly string[]; scenario?: string } = {},
): Promise<ServedWorld> {
  const directory = mkdtempSync(join(tmpdir(), 'drydock-'));
  const dockerHost = `unix://${directory}/docker.sock`;
  const registry = await registryAddress();
  const args = ['serve', '--docker', dockerHost, '--registry', registry, '--scenario', scenario];
  const [program, ...rest] = [...by, process.execPath, bin, ...args, '--images', images.join(',')];
  const child = spawn(program!, rest, { stdio: ['ignore', 'inherit', 'pipe'] });
  const said = await listening(child);
  return {
    directory,
    dockerHost,
    registry,
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      rmSync(directory, { recursive: true, force: true });
      return said();
    },
  };
}

function listening(child: ChildProcess): Promise<() => string> {
  let said = '';
  return new Promise((resolve, reject) => {
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes("Docker Hub's images at")) resolve(() => said);
    });
    child.once('exit', (code) => reject(new Error(`drydock serve ended with ${code}: ${said}`)));
  });
}

/**
 * A loopback address and a port that no world before had: an engine remembers by host and port where it pushed a
 * layer, and asks a registry of the same name to mount it from a repository that another one held.
 */
function registryAddress(): Promise<string> {
  const host = `127.${[256, 256, 254].map((below) => randomInt(1, below)).join('.')}`;
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, host, () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(`${host}:${port}`));
    });
  });
}
