import { callNames } from './calls.ts';
import type { Shell } from './shell.ts';

/** Variables whose value the shell makes when it is asked for (bash, Shell Variables). */

type Scalar = (shell: Shell) => string;

const COMMON: Readonly<Record<string, Scalar>> = {
  RANDOM: (shell) => String(shell.random.next(shell.sys)),
};

const SCALARS: Readonly<Record<string, Scalar>> = {
  ...COMMON,
  SRANDOM: ({ sys }) => String(new DataView(sys.getrandom(4).buffer).getUint32(0)),
  SECONDS: (shell) =>
    String(
      Number(shell.variables.get('SECONDS') ?? 0) +
        Math.floor((shell.sys.clock_gettime('monotonic') - shell.startedAt) / 1000),
    ),
  EPOCHSECONDS: ({ sys }) => String(Math.floor(sys.clock_gettime() / 1000)),
  EPOCHREALTIME: ({ sys }) => (sys.clock_gettime() / 1000).toFixed(6),
  BASHPID: ({ sys }) => String(sys.getpid()),
  BASH_SUBSHELL: ({ subshell }) => String(subshell),
  BASH_COMMAND: ({ command }) => command(),
  HISTCMD: ({ history }) => String(history.length + 1),
};

const LISTS: Readonly<Record<string, (shell: Shell) => readonly string[]>> = {
  PIPESTATUS: ({ pipeStatus }) => pipeStatus.map(String),
  FUNCNAME: callNames,
  BASH_SOURCE: ({ calls }) => calls.map(({ source }) => source).reverse(),
  BASH_LINENO: ({ calls }) => calls.map(({ line }) => String(line)).reverse(),
  DIRSTACK: (shell) => [shell.cwd || (shell.variables.get('PWD') ?? ''), ...shell.directories],
  GROUPS: ({ sys }) => [...new Set([sys.getgid(), ...sys.getgroups()])].map(String),
};

/** The value of a variable that is made when asked for; undefined if the name is none. */
export function dynamicValue(shell: Shell, name: string): string | undefined {
  const table = shell.dialect.bashSyntax ? SCALARS : COMMON;
  return shell.dialect.name === 'dash' || shell.unsetDynamic.has(name) ? undefined : table[name]?.(shell);
}

/** The elements of an array that is made when asked for. */
export const dynamicList = (shell: Shell, name: string): readonly string[] | undefined =>
  shell.dialect.bashSyntax && !shell.unsetDynamic.has(name) ? LISTS[name]?.(shell) : undefined;

/** Whether a name loses its special meaning when it is unset. */
export const isDynamic = (name: string): boolean => name in SCALARS || name in LISTS;

/** bash's RANDOM: chance at first, after an assignment the sequence that follows from the seed (lib/sh/random.c). */
export class RandomSequence {
  #seed: number | undefined;
  #last = 0;

  seed(value: number): void {
    this.#seed = value >>> 0;
    this.#last = 0;
  }

  next(sys: Shell['sys']): number {
    if (this.#seed === undefined) {
      const [low, high] = sys.getrandom(2);
      return ((high! << 8) | low!) & 0x7fff;
    }
    let value: number;
    do {
      const seed: number = this.#seed === 0 ? 123459876 : this.#seed;
      const high = Math.floor(seed / 127773);
      const next = 16807 * (seed - 127773 * high) - 2836 * high;
      this.#seed = next < 0 ? next + 0x7fffffff : next;
      value = ((this.#seed >>> 16) ^ (this.#seed & 65535)) & 0x7fff;
    } while (value === this.#last);
    this.#last = value;
    return value;
  }
}
