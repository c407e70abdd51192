import { beforeAll, describe, expect, it } from 'vitest';
import { decode, encode } from '../../src/engine/base/bytes.ts';
import type { Simulation } from '../../src/engine/world/simulation.ts';
import { openWorld } from '../../src/node/node-host.ts';

/** Tab at the prompt of a whole machine: bash asks the docker client, which asks the daemon. */

/** How long, in virtual time, a terminal is silent when it waits for input. */
const SILENCE = 2000;

class Terminal {
  readonly #simulation: Simulation;
  readonly #write: (bytes: Uint8Array) => void;
  #shown = '';

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
    const { user, directory } = simulation.scenario.host;
    const console = simulation.host.openConsole({
      user,
      cwd: directory,
      size: { columns: 80, rows: 24 },
      onOutput: (bytes) => {
        this.#shown += decode(bytes);
      },
    });
    this.#write = (bytes) => console.write(bytes);
  }

  /** Types, and gives what is shown until the terminal falls silent. */
  async type(text: string): Promise<string> {
    const { world } = this.#simulation;
    this.#shown = '';
    this.#write(encode(text));
    world.touch();
    for (let before = -1; this.#shown.length !== before; ) {
      before = this.#shown.length;
      await world.run(() => false, world.clock.now() + SILENCE);
    }
    return this.#shown;
  }

  /** What Tab makes of a line; with `twice`, what it lists. The line is wiped out afterwards. */
  async complete(line: string, twice = false): Promise<string> {
    const shown = await this.type(`${line}\t${twice ? '\t' : ''}`);
    await this.type('\x15');
    return shown;
  }
}

describe('completion of docker commands', () => {
  let terminal: Terminal;

  beforeAll(async () => {
    terminal = new Terminal(openWorld('learner'));
    await terminal.type('');
    await terminal.type('docker run -d --name web busybox sleep 1000\r');
    await terminal.type('docker run --name worker-one busybox true\r');
  });

  it('lists the commands that begin so', async () => {
    expect((await terminal.complete('docker r', true)).split('\r\n')[1]).toBe(
      'rename   restart  rm       rmi      run',
    );
  });

  it('completes a flag', async () => {
    expect(await terminal.complete('docker run --na')).toBe('docker run --name ');
  });

  it('completes the name of a running container', async () => {
    expect(await terminal.complete('docker stop ')).toBe('docker stop web ');
    expect(await terminal.complete('docker start ')).toBe('docker start worker-one ');
    expect(await terminal.complete('docker logs ', true)).toContain('\r\nweb         worker-one\r\n');
  });

  it('completes the name of an image, not after it', async () => {
    expect(await terminal.complete('docker run --rm ')).toBe('docker run --rm busybox:latest ');
    expect(await terminal.complete('docker run --rm busybox:latest ')).toBe(
      'docker run --rm busybox:latest \x07',
    );
  });

  it('completes image names behind flags that take values', async () => {
    expect(await terminal.complete('docker run --name other -p 80:80 -d busy')).toBe(
      'docker run --name other -p 80:80 -d busybox:latest ',
    );
  });

  it('completes the values of flags', async () => {
    expect(await terminal.complete('docker run --network h')).toBe('docker run --network host ');
    expect(await terminal.complete('docker run --network=h')).toBe('docker run --network=host ');
    expect(await terminal.complete('docker run --restart un')).toBe('docker run --restart unless-stopped ');
    expect(await terminal.complete('docker stop --signal KI')).toBe('docker stop --signal KILL ');
    expect(await terminal.complete('docker run --name ', true)).toBe('docker run --name \x07\x07');
  });

  it('offers running containers for removal only by force', async () => {
    expect(await terminal.complete('docker rm w')).toBe('docker rm worker-one ');
    expect(await terminal.complete('docker rm -f w', true)).toContain('\r\nweb         worker-one\r\n');
  });

  it('offers the containers that are in a network to be taken out of it', async () => {
    expect(await terminal.complete('docker network disconnect bridge ', true)).toContain(
      '\r\nweb         worker-one\r\n',
    );
    expect(await terminal.complete('docker network disconnect host w')).toBe(
      'docker network disconnect host w\x07',
    );
    expect(await terminal.complete('docker network connect host ', true)).toContain(
      '\r\nweb         worker-one\r\n',
    );
  });

  it('completes flags of docker itself, and what follows them', async () => {
    expect(await terminal.complete('docker --log')).toBe('docker --log-level ');
    expect(await terminal.complete('docker --log-level error stop ')).toBe(
      'docker --log-level error stop web ',
    );
  });

  it('completes the subcommands of management commands', async () => {
    expect(await terminal.complete('docker container insp')).toBe('docker container inspect ');
    expect(await terminal.complete('docker netw')).toBe('docker network ');
  });

  it('completes a line that already begins with sudo', async () => {
    expect(await terminal.complete('sudo docker st', true)).toContain('\r\nstart  stats  stop\r\n');
  });
});
