import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ScriptStep, StepResult } from '../../src/lab/script.ts';
import type { Player } from '../oracle/replay.ts';
import { runReal } from './real-docker.ts';
import { type ServedWorld, serveWorld } from './served-world.ts';

/** Where the recordings' world has its work and its home: messages name them. */
const LAB = '/srv/lab';
const HOME = '/srv/home';

/** Plays steps with a real client against a `drydock serve` of its own. What a step asks of the host but `docker`, this machine answers. */
export class ClientPlayer implements Player {
  readonly #served: ServedWorld;
  readonly #env: NodeJS.ProcessEnv;

  private constructor(served: ServedWorld, client: string) {
    this.#served = served;
    const bin = join(served.directory, 'bin');
    mkdirSync(bin);
    symlinkSync(client, join(bin, 'docker'));
    this.#env = {
      PATH: `${bin}:${process.env['PATH']}`,
      LANG: 'C.UTF-8',
      HOME,
      TERM: 'xterm-256color',
      DOCKER_HOST: served.dockerHost,
      DOCKER_CLI_HINTS: 'false',
    };
    for (const directory of [LAB, HOME]) mkdirSync(directory, { recursive: true });
  }

  static async open(images: readonly string[], client: string): Promise<ClientPlayer> {
    return new ClientPlayer(await serveWorld(images), client);
  }

  async run(step: ScriptStep): Promise<StepResult> {
    if (!('write' in step)) return runReal(step, { cwd: LAB, env: this.#env });
    writeFileSync(join(LAB, step.write), step.content);
    return { cmd: '', exit: 0, stdout: '', stderr: '' };
  }

  async close(): Promise<void> {
    for (const directory of [LAB, HOME]) rmSync(directory, { recursive: true });
    await this.#served.stop();
  }
}
