import { lstatSync, mkdirSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Socket as NodeSocket, type Server } from 'node:net';
import { dirname } from 'node:path';
import type { SocketAddress } from '../engine/net/address.ts';
import { dial } from '../engine/world/dial.ts';
import { INTERNET } from '../engine/world/internet.ts';
import type { Machine } from '../engine/world/machine.ts';
import { LiveDriver } from '../lab/live-driver.ts';
import { ScriptRunner } from '../lab/script.ts';
import { dockerAddress, hostPort, type ListenAddress } from './address.ts';
import { UserError } from './errors.ts';
import { openWorld } from './node-host.ts';
import { realTime } from './real-time.ts';

interface ServeOptions {
  docker: string | undefined;
  registry: string | undefined;
  /** Whether addresses may be listened on that other hosts reach. */
  remote: boolean;
  scenario: string;
  images: string[];
}

/** What is served: where, and the simulated socket behind it. */
interface Door {
  at: ListenAddress;
  to: SocketAddress;
  /** Said when it is open. */
  announcement: string;
}

/**
 * `drydock serve`: joins real sockets of this machine to sockets of the simulated one, byte for byte. What answers a real client
 * is the simulated dockerd itself, and the simulated Docker Hub.
 */
export async function serve({ docker, registry, remote, scenario, images }: ServeOptions): Promise<number> {
  const doors: Door[] = [];
  if (docker !== undefined)
    doors.push({
      at: dockerAddress(docker, '--docker', remote),
      to: { family: 'unix', path: '/var/run/docker.sock' },
      announcement: `Engine API at ${docker} (set DOCKER_HOST to it)`,
    });
  if (registry !== undefined)
    doors.push({
      at: hostPort(registry, '--registry', remote),
      to: { family: 'inet', address: INTERNET.hub, port: INTERNET.openRegistryPort },
      announcement: `Docker Hub's images at ${registry}`,
    });

  const simulation = openWorld(scenario, { start: Date.now() });
  const { world, host } = simulation;
  await new ScriptRunner(simulation).prepare(images);
  const driver = new LiveDriver(world, realTime);
  const servers: Server[] = [];
  const close = () => {
    driver.stop();
    for (const server of servers) server.close();
  };
  try {
    for (const { at, to, announcement } of doors) {
      servers.push(await listen(at, (outside) => driver.enter(() => join(driver, outside, host, to))));
      process.stderr.write(`drydock: ${announcement}\n`);
    }
  } catch (error) {
    close();
    throw error;
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      close();
      process.exit(0);
    });
  await driver.run();
  return 0;
}

/** Joins a real connection to a simulated socket; neither side is sent more than it takes. */
function join(driver: LiveDriver, outside: NodeSocket, machine: Machine, address: SocketAddress): void {
  const inside = dial(machine, address, {
    onData(bytes) {
      if (outside.write(bytes)) return;
      return new Promise((resolve) => {
        const goOn = () => {
          outside.off('drain', goOn).off('close', goOn);
          driver.enter(resolve);
        };
        outside.on('drain', goOn).on('close', goOn);
      });
    },
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
}

async function listen(at: ListenAddress, onConnection: (socket: NodeSocket) => void): Promise<Server> {
  if ('path' in at) await makeRoom(at.path);
  // A half-closed connection goes on: clients end their side as soon as they have nothing to send.
  const server = createServer({ allowHalfOpen: true }, onConnection);
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(new UserError(`cannot listen: ${error.message}`)));
    server.listen(at, () => resolve(server));
  });
}

/** Removes a socket that a server left behind. Whatever else is at that path stays, and is an error. */
async function makeRoom(path: string): Promise<void> {
  try {
    mkdirSync(dirname(path), { recursive: true });
    if (!lstatSync(path).isSocket()) throw new UserError(`cannot listen: ${path} is there and is no socket`);
    if (await answers(path)) throw new UserError(`cannot listen: another server listens at ${path}`);
    unlinkSync(path);
  } catch (error) {
    if (error instanceof UserError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') throw new UserError(`cannot listen: ${message}`);
  }
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
