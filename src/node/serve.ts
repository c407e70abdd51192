import { mkdirSync, unlinkSync } from 'node:fs';
import { createServer, type Socket as NodeSocket, type Server } from 'node:net';
import { dirname } from 'node:path';
import type { SocketAddress } from '../engine/net/address.ts';
import { dial } from '../engine/world/dial.ts';
import { INTERNET } from '../engine/world/internet.ts';
import type { Machine } from '../engine/world/machine.ts';
import { LiveDriver } from '../lab/live-driver.ts';
import { ScriptRunner } from '../lab/script.ts';
import { openWorld } from './node-host.ts';
import { realTime } from './real-time.ts';

interface ServeOptions {
  docker: string | undefined;
  registry: string | undefined;
  scenario: string;
  images: string[];
}

const expected = (message: string) => Object.assign(new Error(message), { expected: true });

/**
 * `drydock serve`: joins real sockets of this machine to sockets of the simulated one, byte for byte. What answers a real client
 * is the simulated dockerd itself, and the simulated Docker Hub.
 */
export async function serve({ docker, registry, scenario, images }: ServeOptions): Promise<number> {
  const simulation = openWorld(scenario, { start: Date.now() });
  const { world, host } = simulation;
  await new ScriptRunner(simulation).prepare(images);
  const driver = new LiveDriver(world, realTime);
  const running = driver.run();

  const join = (outside: NodeSocket, machine: Machine, address: SocketAddress) =>
    driver.enter(() => {
      const inside = dial(machine, address, {
        onData: (bytes) => outside.write(bytes),
        onEnd: () => outside.end(),
        onError: () => outside.destroy(),
      });
      outside.on('data', (bytes: Buffer) => {
        outside.pause();
        driver.enter(() => void inside.write(new Uint8Array(bytes)).then(() => outside.resume()));
      });
      outside.on('end', () => driver.enter(() => inside.end()));
      outside.on('close', () => driver.enter(() => inside.destroy()));
      outside.on('error', () => driver.enter(() => inside.destroy()));
    });

  const servers: Server[] = [];
  const open = (where: { path: string } | { host: string; port: number }, address: SocketAddress) =>
    new Promise<void>((resolve, reject) => {
      // A half-closed connection goes on: clients end their side as soon as they have nothing to send.
      const server = createServer({ allowHalfOpen: true }, (socket) => join(socket, host, address));
      server.on('error', (error) => reject(expected(`cannot listen: ${error.message}`)));
      server.listen(where, resolve);
      servers.push(server);
    });

  if (docker !== undefined) {
    await open(dockerAddress(docker), { family: 'unix', path: '/var/run/docker.sock' });
    process.stderr.write(`drydock: Engine API at ${docker} (set DOCKER_HOST to it)\n`);
  }
  if (registry !== undefined) {
    await open(hostPort(registry, '--registry'), {
      family: 'inet',
      address: INTERNET.hub,
      port: INTERNET.openRegistryPort,
    });
    process.stderr.write(`drydock: Docker Hub's images at ${registry}\n`);
  }

  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      driver.stop();
      for (const server of servers) server.close();
      process.exit(0);
    });
  await running;
  return 0;
}

/** `unix:///path` or `tcp://host:port`. */
function dockerAddress(text: string): { path: string } | { host: string; port: number } {
  const unix = /^unix:\/\/(\/.+)$/.exec(text);
  if (unix) {
    const path = unix[1]!;
    mkdirSync(dirname(path), { recursive: true });
    try {
      unlinkSync(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    return { path };
  }
  const tcp = /^tcp:\/\/(.+)$/.exec(text);
  if (!tcp) throw expected(`--docker: expected unix:///path or tcp://127.0.0.1:PORT, not ${text}`);
  return hostPort(tcp[1]!, '--docker');
}

function hostPort(text: string, option: string): { host: string; port: number } {
  const match = /^(?:(\[[0-9a-f:]+\]|[\w.-]+):)?(\d{1,5})$/i.exec(text);
  if (!match || Number(match[2]) > 65535) throw expected(`${option}: expected HOST:PORT, not ${text}`);
  return { host: (match[1] ?? '127.0.0.1').replace(/^\[|\]$/g, ''), port: Number(match[2]) };
}
