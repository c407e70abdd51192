import { Errno } from '../base/errno.ts';
import type { MaybePromise } from '../base/maybe-promise.ts';
import { DOCKER_PROGRAMS } from '../images/host.ts';
import type { ProgramSource, ProgramTable } from '../kernel/program.ts';
import { id } from '../userland/coreutils/identity.ts';
import { init } from '../userland/init/init.ts';
import { bash, dash } from '../userland/shell/index.ts';
import { program } from '../userland/utility.ts';
import type { LateCode } from './late/code.ts';
import type { World } from './world.ts';

/** What boots a machine and brings its prompt. */
const EARLY: ProgramTable = new Map([
  ['init', init],
  ['systemd', init],
  ['bash', bash],
  ['dash', dash],
  ['sh', dash],
  // /etc/profile asks who logs in.
  ['id', program(id, 'gnu')],
]);

type Part = Exclude<keyof LateCode, 'web'>;

/** In which part a program is, where that is not the utilities. */
const PARTS: ReadonlyMap<string, Part> = new Map([
  ...DOCKER_PROGRAMS.map((name): [string, Part] => [name, 'docker']),
  ['jq', 'jq'],
  ['strace', 'strace'],
]);

/**
 * All programs of a learner's machine. What brings the prompt is here at once; the code of the others is loaded when one of
 * them is first executed. A binary whose code cannot be had is one that cannot be read from the disk: EIO.
 */
export function hostPrograms(world: World): ProgramSource {
  const tables = new Map<Part, MaybePromise<ProgramTable>>();
  const load = async (part: Part): Promise<ProgramTable> => {
    try {
      const table = await world.load(part);
      tables.set(part, table);
      return table;
    } catch {
      tables.delete(part);
      throw new Errno('EIO');
    }
  };
  return {
    get(name) {
      const early = EARLY.get(name);
      if (early) return early;
      const part = PARTS.get(name) ?? 'utilities';
      const table = tables.get(part) ?? load(part);
      if (!(table instanceof Promise)) return table.get(name);
      tables.set(part, table);
      return table.then((there) => there.get(name));
    },
  };
}
