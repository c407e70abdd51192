import type { Cgroup } from './cgroup.ts';
import { CONTROLLERS, type Controller } from './controllers.ts';
import { CORE_FILES } from './core-files.ts';
import { CPU_FILES } from './cpu-files.ts';
import { CPUSET_FILES } from './cpuset-files.ts';
import type { Access, CgroupFile, ControllerFiles } from './file.ts';
import { IO_FILES } from './io-files.ts';
import { MEMORY_FILES } from './memory-files.ts';
import { PIDS_FILES } from './pids-files.ts';

const CONTROLLER_FILES: ControllerFiles = {
  cpuset: CPUSET_FILES,
  cpu: CPU_FILES,
  io: IO_FILES,
  memory: MEMORY_FILES,
  pids: PIDS_FILES,
};

/** An interface file with the state that it shows found by itself. */
export interface BoundFile extends Pick<CgroupFile<unknown>, 'name' | 'mode' | 'delegatable'> {
  isIn(cgroup: Cgroup): boolean;
  read?: ((access: Access) => string) | undefined;
  write?: ((value: string, access: Access) => void) | undefined;
}

/** All interface files of version 2 by name. */
export const FILES: ReadonlyMap<string, BoundFile> = new Map(
  [
    ...CORE_FILES.map((file) => bind(file, undefined, (cgroup) => cgroup)),
    ...CONTROLLERS.flatMap((controller) => filesOf(controller)),
  ]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((file) => [file.name, file]),
);

function filesOf<C extends Controller>(controller: C): BoundFile[] {
  return CONTROLLER_FILES[controller].map((file) =>
    bind(file, controller, ({ states }) => states[controller]),
  );
}

function bind<State>(
  { name, mode, root, delegatable, read, write }: CgroupFile<State>,
  controller: Controller | undefined,
  stateOf: (cgroup: Cgroup) => State,
): BoundFile {
  return {
    name,
    mode,
    ...(delegatable && { delegatable }),
    isIn: (cgroup) =>
      (cgroup.parent ? root !== 'only' : root !== undefined) &&
      (controller === undefined || cgroup.controllers.includes(controller)),
    read: read && ((access) => read(stateOf(access.cgroup), access)),
    write: write && ((value, access) => write(stateOf(access.cgroup), value, access)),
  };
}
