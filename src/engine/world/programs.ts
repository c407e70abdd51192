import { dockerd } from '../daemon/dockerd.ts';
import type { Program, ProgramTable } from '../kernel/program.ts';
import { runtimePrograms } from '../runtime/programs.ts';
import { id } from '../userland/coreutils/identity.ts';
import { init } from '../userland/init.ts';
import { bash, dash } from '../userland/shell/index.ts';
import { program } from '../userland/utility.ts';
import { LATE_PROGRAMS } from './late-program-names.ts';
import type { World } from './world.ts';

/**
 * All programs of a learner's machine. What boots it and brings the prompt is here at once; the code of the others
 * comes when one of them first runs. Time stands still meanwhile, and a world that has the code already takes the
 * same step: so it cannot be told from inside, and journals replay anywhere.
 */
export function hostPrograms(world: World): ProgramTable {
  const programs = new Map<string, Program>([
    ['init', init],
    ['systemd', init],
    ['bash', bash],
    ['dash', dash],
    ['sh', dash],
    // /etc/profile asks who logs in.
    ['id', program(id, 'gnu')],
    ['dockerd', dockerd],
    ...runtimePrograms(),
  ]);
  let late: ProgramTable | undefined;
  for (const name of LATE_PROGRAMS) {
    programs.set(name, async (process) => {
      late ??= await world.latePrograms();
      return late.get(name)!(process);
    });
  }
  return programs;
}
