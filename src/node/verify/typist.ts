import headless from '@xterm/headless';
import { encode } from '../../engine/base/bytes.ts';
import type { Console } from '../../engine/world/machine.ts';
import type { Simulation } from '../../engine/world/simulation.ts';
import { isKeys, keystrokes } from '../../lab/keystrokes.ts';

/** How long, in virtual time, a command may take to come back to a prompt. */
const PATIENCE = 600_000;
/** A prompt that has stood this long (virtual time) is waiting for input. */
const STANDING = 50;

/** What a person takes to read and to type, in virtual time. */
const PAUSE = 3000;

/** A terminal as wide as most; what it wraps is joined again. */
const COLUMNS = 100;

/** One command typed at a terminal: the prompt it was typed at, and what was shown until the next one. */
export interface Typed {
  prompt: string;
  output: string;
}

/**
 * Types at a terminal of a simulated machine as a person does: waits for a prompt, types a line, reads what the
 * screen shows until the next prompt. What it reads is the screen, not the bytes: progress bars have been drawn over.
 */
export class Typist {
  readonly #simulation: Simulation;
  readonly #screen = new headless.Terminal({
    cols: COLUMNS,
    rows: 60,
    scrollback: 100_000,
    allowProposedApi: true,
  });
  readonly #console: Console;
  #lastOutput: number;

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
    const { world, host, scenario } = simulation;
    this.#lastOutput = world.clock.now();
    this.#console = host.openConsole({
      user: scenario.host.user,
      cwd: scenario.host.directory,
      size: { columns: COLUMNS, rows: 60 },
      onOutput: (bytes) => {
        this.#screen.write(bytes.slice());
        this.#lastOutput = world.clock.now();
      },
    });
    world.touch();
  }

  /** Types one line (or several, for a command that goes on) and gives what happened. Rejects when no prompt comes back. */
  async type(command: string): Promise<Typed> {
    await this.#prompt();
    const { world } = this.#simulation;
    await world.run(() => false, world.clock.now() + PAUSE);
    await this.#drawn();
    const start = this.#cursorLine;
    const prompt = this.#line(start).trimEnd();
    const lines = command.split('\n');
    for (const line of lines) {
      this.#console.write(encode(keystrokes(line)));
      world.touch();
      await this.#prompt();
    }
    const shown = this.#logicalLines(start, this.#cursorLine);
    // Keys are not echoed, or as `^C`: what is printed goes on where the cursor stood.
    const output = isKeys(command)
      ? [shown[0]?.slice(prompt.length).trimStart().replace(command, '') ?? '', ...shown.slice(1)]
      : shown.slice(lines.length);
    return {
      prompt,
      output: output
        .map((line) => line.trimEnd())
        .join('\n')
        .replace(/\s+$/, '')
        .replace(isKeys(command) ? /^\n/ : '', ''),
    };
  }

  /** Waits for a prompt that stands: something that ends in `$`, `#` or `>` and a space, with the cursor behind it. */
  async #prompt(): Promise<void> {
    const { world } = this.#simulation;
    const deadline = world.clock.now() + PATIENCE;
    for (;;) {
      await world.run(
        () => world.clock.now() - this.#lastOutput >= STANDING,
        Math.max(world.clock.now(), this.#lastOutput) + STANDING,
      );
      await this.#drawn();
      const { active } = this.#screen.buffer;
      const before = this.#line(this.#cursorLine, true).slice(0, active.cursorX);
      if (world.clock.now() - this.#lastOutput >= STANDING && /[$#>] $/.test(before)) return;
      if (world.clock.now() > deadline)
        throw new Error(`no prompt came back; the screen ends with: ${before}`);
      if (
        !(await world.run(() => false, world.clock.now() + 100)) &&
        world.nextTimer === undefined &&
        world.clock.now() > deadline
      )
        throw new Error('nothing moves any more');
    }
  }

  /** The lines from one on to before another, each whole however often the screen broke it. */
  #logicalLines(from: number, to: number): string[] {
    const out: string[] = [];
    for (let at = from; at < to; at++) {
      const wrapped = this.#screen.buffer.active.getLine(at)?.isWrapped === true;
      const next = this.#screen.buffer.active.getLine(at + 1)?.isWrapped === true;
      const text = this.#line(at, next);
      if (wrapped && out.length > 0) out[out.length - 1] += text;
      else out.push(text);
    }
    return out;
  }

  get #cursorLine(): number {
    const { active } = this.#screen.buffer;
    return active.baseY + active.cursorY;
  }

  #line(at: number, keepSpaces = false): string {
    return this.#screen.buffer.active.getLine(at)?.translateToString(!keepSpaces) ?? '';
  }

  #drawn(): Promise<void> {
    return new Promise((resolve) => this.#screen.write('', resolve));
  }
}
