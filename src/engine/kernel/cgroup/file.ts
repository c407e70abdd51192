import type { Kernel } from '../kernel.ts';
import type { Task } from '../task.ts';
import type { Cgroup } from './cgroup.ts';

/** Who reads or writes, and where; `caller` is undefined for the world outside. */
export interface Access {
  kernel: Kernel;
  caller: Task | undefined;
  cgroup: Cgroup;
}

/** An interface file: of cgroups as such, or of a controller, whose state it then shows. */
export interface CgroupFile<State> {
  name: string;
  mode: number;
  /** Whether the root, only the root, or all but the root have it, which is most. */
  root?: 'too' | 'only';
  /** May be written in the root of a cgroup namespace from within (CFTYPE_NS_DELEGATABLE). */
  delegatable?: boolean;
  read?: (state: State, access: Access) => string;
  /** The value comes without the white space around it. */
  write?: (state: State, value: string, access: Access) => void;
}

export const READ = 0o444;
export const SET = 0o644;
export const WRITE = 0o200;

type Keys<State> = { [K in keyof State]: State[K] extends number ? K : never }[keyof State];

/** A file that holds one number of a state. */
export function numberFile<State>(
  name: string,
  key: Keys<State>,
  parse: (text: string) => number,
  show: (value: number) => string = String,
): CgroupFile<State> {
  return {
    name,
    mode: SET,
    read: (state) => `${show(state[key] as number)}\n`,
    write: (state, value) => {
      (state as Record<Keys<State>, number>)[key] = parse(value);
    },
  };
}
