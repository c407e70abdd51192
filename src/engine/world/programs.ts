import { DOCKER_PROGRAMS } from '../images/host.ts';
import type { ProgramSource, ProgramTable } from '../kernel/program.ts';
import { id } from '../userland/coreutils/identity.ts';
import { init } from '../userland/init/init.ts';
import { bash, dash } from '../userland/shell/index.ts';
import { program } from '../userland/utility.ts';
import { lateTable } from './late/table.ts';
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

/** In which part of the late code a program is, where that is not the utilities. */
const PARTS: ReadonlyMap<string, 'docker' | 'jq' | 'strace' | 'git'> = new Map([
  ...DOCKER_PROGRAMS.map((name) => [name, 'docker'] as const),
  ['jq', 'jq'],
  ['strace', 'strace'],
  ['git', 'git'],
]);

/** All programs of a learner's machine. The code of what does not bring the prompt is loaded when one of its part is first executed. */
export function hostPrograms(world: World): ProgramSource {
  const late = {
    utilities: lateTable(() => world.load('utilities')),
    docker: lateTable(() => world.load('docker')),
    jq: lateTable(() => world.load('jq')),
    strace: lateTable(() => world.load('strace')),
    git: lateTable(() => world.load('git')),
    images: lateTable(async () =>
      (await world.load('images'))(
        (part) => world.load(`images/${part}`),
        () => world.javascript,
      ),
    ),
  };
  const partOf = (name: string) => PARTS.get(name) ?? (name.includes('/') ? 'images' : 'utilities');
  return { get: (name) => EARLY.get(name) ?? late[partOf(name)].get(name) };
}
