import { concat, decode, encode } from '../engine/base/bytes.ts';
import { exitCode } from '../engine/kernel/signals.ts';
import type { Simulation } from '../engine/world/simulation.ts';

/** One step of a script: a command, or a file to write. */
export type ScriptStep =
  | { cmd: string; stdin?: string | undefined; tty?: boolean | undefined; input?: string[] | undefined }
  | { write: string; content: string };

export interface StepResult {
  cmd: string;
  exit: number;
  stdout: string;
  stderr: string;
}

/** How long a step may take before it is given up on. */
export interface Patience {
  /** On the machine's clock, in seconds. */
  seconds: number;
  /** How many bytes it may print. */
  output?: number;
  /** Asked between two turns of the machine, for a limit of another kind. */
  exhausted?(): boolean;
}

/** A step that was given up on. */
export class GivenUp extends Error {
  readonly expected = true;
}

/** How long a terminal must have been quiet before the next line is typed. */
const QUIET = 300;

/**
 * Runs steps on a machine, one after another, each as `bash -c` in the same directory; the machine's state carries on
 * from step to step.
 */
export class ScriptRunner {
  readonly #simulation: Simulation;
  readonly #patience: Patience;
  /** What the step under way has printed, in bytes. */
  #printed = 0;

  constructor(simulation: Simulation, patience: Patience = { seconds: 600 }) {
    this.#simulation = simulation;
    this.#patience = patience;
  }

  /** Waits until the machine has booted and its Docker answers, then pulls the images that shall be present. */
  async prepare(images: readonly string[]): Promise<void> {
    const { world, host } = this.#simulation;
    const up = () => [...host.kernel.tasks].some((task) => task.published.has('dockerd'));
    if (!(await world.run(up, world.clock.now() + 60_000)))
      throw new Error(`dockerd did not start${this.#faults()}`);
    await world.run(() => false, world.clock.now() + 1000);
    for (const image of images) {
      const result = await this.run({ cmd: `docker pull -q -- ${quote(image)}` });
      if (result.exit !== 0)
        throw Object.assign(new Error(`image ${image}: ${result.stderr.trim()}`), { expected: true });
    }
  }

  async run(step: ScriptStep): Promise<StepResult> {
    if ('write' in step) return this.#write(step.write, step.content);
    return step.tty ? this.#onTerminal(step.cmd, step.input ?? []) : this.#captured(step.cmd, step.stdin);
  }

  async #write(path: string, content: string): Promise<StepResult> {
    const to = quote(path);
    const result = await this.#captured(`mkdir -p "$(dirname ${to})" && cat > ${to}`, content);
    return { ...result, cmd: `write ${path}` };
  }

  async #captured(cmd: string, stdin: string | undefined): Promise<StepResult> {
    const { world, host, scenario } = this.#simulation;
    const stdout: Uint8Array[] = [];
    const stderr: Uint8Array[] = [];
    this.#printed = 0;
    const { task, exited } = host.run(cmd, {
      user: scenario.host.user,
      cwd: scenario.host.directory,
      stdin: stdin === undefined ? undefined : encode(stdin),
      onStdout: (bytes) => this.#keep(bytes, stdout),
      onStderr: (bytes) => this.#keep(bytes, stderr),
    });
    world.touch();
    await this.#end(cmd, task, this.#deadline());
    return {
      cmd,
      exit: exitCode(await exited),
      stdout: decode(concat(stdout)),
      stderr: decode(concat(stderr)) + this.#faults(),
    };
  }

  async #onTerminal(cmd: string, input: readonly string[]): Promise<StepResult> {
    const { world, host, scenario } = this.#simulation;
    const shown: Uint8Array[] = [];
    let last = world.clock.now();
    this.#printed = 0;
    const console = host.runOnTerminal(cmd, {
      user: scenario.host.user,
      cwd: scenario.host.directory,
      size: { columns: 80, rows: 24 },
      onOutput: (bytes) => {
        this.#keep(bytes.slice(), shown);
        last = world.clock.now();
      },
    });
    const { task, exited } = console.shell;
    const deadline = this.#deadline();
    world.touch();
    for (const line of input) {
      await world.run(() => task.zombie || world.clock.now() - last > QUIET, last + QUIET);
      if (task.zombie) break;
      console.write(encode(line));
      world.touch();
      last = world.clock.now();
    }
    await this.#end(cmd, task, deadline);
    const exit = exitCode(await exited);
    console.hangup();
    return { cmd, exit, stdout: decode(concat(shown)), stderr: this.#faults() };
  }

  #keep(bytes: Uint8Array, kept: Uint8Array[]): void {
    kept.push(bytes);
    this.#printed += bytes.length;
  }

  #deadline(): number {
    return this.#simulation.world.clock.now() + this.#patience.seconds * 1000;
  }

  /** Waits until a step's shell has ended. Throws `GivenUp`. */
  async #end(cmd: string, task: { readonly zombie: boolean }, deadline: number): Promise<void> {
    const { output = Number.POSITIVE_INFINITY, exhausted } = this.#patience;
    const tooMuch = () => this.#printed > output;
    await this.#simulation.world.run(() => task.zombie || tooMuch() || exhausted?.() === true, deadline);
    if (task.zombie) return;
    const why = tooMuch() ? `prints more than ${output / 1e6} MB` : 'does not end';
    throw new GivenUp(`the step ${why}, given up: ${cmd}${this.#faults()}`);
  }

  /** Faults of the simulator since last asked, as text: they must never pass for what a machine printed. */
  #faults(): string {
    return this.#simulation.host.faults
      .splice(0)
      .map(
        ({ program, error }) =>
          `\n[drydock: fault of the simulator in ${program}: ${(error as Error)?.stack ?? error}]\n`,
      )
      .join('');
  }
}

/** A word of the shell that stands for itself. */
const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
