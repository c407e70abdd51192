import type { Cgroup } from './cgroup.ts';
import { CONTROLLERS, type Controller, type States } from './controllers.ts';
import { CORE_FILES } from './core-files.ts';
import { CORE_FILES_V1 } from './core-files-v1.ts';
import { CPU_FILES, CPU_FILES_V1, CPUACCT_FILES } from './cpu-files.ts';
import { CPUSET_FILES, CPUSET_FILES_V1 } from './cpuset-files.ts';
import { DEVICE_FILES } from './device-files.ts';
import type { Access, CgroupFile } from './file.ts';
import { FREEZER_FILES } from './freezer-files.ts';
import { IO_FILES, IO_FILES_V1 } from './io-files.ts';
import { MEMORY_FILES, MEMORY_FILES_V1 } from './memory-files.ts';
import { NET_CLS_FILES } from './net-cls-files.ts';
import { PIDS_FILES } from './pids-files.ts';

/** What of a cgroup a controller's files show: its state, or for one without, the cgroup itself. */
type Shown<C extends Controller> = C extends keyof States ? States[C] : Cgroup;
type Faces = { [C in Controller]?: readonly CgroupFile<Shown<C>>[] };

const UNIFIED_FILES: Faces = {
  cpuset: CPUSET_FILES,
  cpu: CPU_FILES,
  io: IO_FILES,
  memory: MEMORY_FILES,
  pids: PIDS_FILES,
};

const LEGACY_FILES: Faces = {
  cpuset: CPUSET_FILES_V1,
  cpu: CPU_FILES_V1,
  cpuacct: CPUACCT_FILES,
  io: IO_FILES_V1,
  memory: MEMORY_FILES_V1,
  devices: DEVICE_FILES,
  freezer: FREEZER_FILES,
  net_cls: NET_CLS_FILES,
  pids: PIDS_FILES,
};

/** An interface file with the state that it shows found by itself. */
export interface BoundFile extends Pick<CgroupFile<unknown>, 'name' | 'mode' | 'delegatable'> {
  /** Counts the files of a version by name. */
  place: number;
  isIn(cgroup: Cgroup): boolean;
  read: ((access: Access) => string) | undefined;
  write: ((value: string, access: Access) => void) | undefined;
}

export type BoundFiles = ReadonlyMap<string, BoundFile>;

/** All interface files of a version by name. A controller's state has two faces, of which a hierarchy shows one. */
export const FILES: Readonly<Record<1 | 2, BoundFiles>> = {
  1: table(CORE_FILES_V1, LEGACY_FILES, (controller, { hierarchy }) => hierarchy.controllers.has(controller)),
  2: table(CORE_FILES, UNIFIED_FILES, (controller, { controllers }) =>
    (controllers as readonly Controller[]).includes(controller),
  ),
};

function table(
  core: readonly CgroupFile<Cgroup>[],
  faces: Faces,
  has: (controller: Controller, cgroup: Cgroup) => boolean,
): BoundFiles {
  const files = [
    ...core.map((file) =>
      bind(
        file,
        (cgroup) => cgroup,
        () => true,
      ),
    ),
    ...CONTROLLERS.flatMap((controller) => {
      const stateOf = (cgroup: Cgroup) => cgroup.states[controller as keyof States] ?? cgroup;
      return ((faces[controller] ?? []) as readonly CgroupFile<unknown>[]).map((file) =>
        bind(file, stateOf, (cgroup) => has(controller, cgroup)),
      );
    }),
  ];
  files.sort((a, b) => (a.name < b.name ? -1 : 1));
  return new Map(files.map((file, place) => [file.name, { ...file, place }]));
}

function bind<State>(
  { name, mode, root, delegatable, read, write }: CgroupFile<State>,
  stateOf: (cgroup: Cgroup) => State,
  has: (cgroup: Cgroup) => boolean,
): Omit<BoundFile, 'place'> {
  return {
    name,
    mode,
    ...(delegatable && { delegatable }),
    isIn: (cgroup) => (cgroup.parent ? root !== 'only' : root !== undefined) && has(cgroup),
    read: read && ((access) => read(stateOf(access.cgroup), access)),
    write: write && ((value, access) => write(stateOf(access.cgroup), value, access)),
  };
}
