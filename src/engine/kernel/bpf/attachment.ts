import { Errno } from '../../base/errno.ts';
import type { Cgroup } from '../cgroup/cgroup.ts';
import type { AttachedPrograms } from '../cgroup/devices.ts';
import type { BpfProgram } from './program.ts';

/** How programs of a cgroup and of those below go together (include/uapi/linux/bpf.h). */
export const BPF_F_ALLOW_OVERRIDE = 1;
export const BPF_F_ALLOW_MULTI = 2;
/** Takes the place of another program of the same cgroup. */
export const BPF_F_REPLACE = 4;

/** BPF_CGROUP_MAX_PROGS */
const PROGRAMS_MAX = 64;

/** The programs attached to one cgroup, held as long as they are. */
class Attachments implements AttachedPrograms {
  programs: readonly BpfProgram[] = [];
  readonly multi: boolean;
  readonly override: boolean;

  constructor(flags: number) {
    this.multi = (flags & BPF_F_ALLOW_MULTI) !== 0;
    this.override = (flags & BPF_F_ALLOW_OVERRIDE) !== 0;
  }

  release(): void {
    for (const program of this.programs) program.drop();
  }
}

/** Attaches a program to a cgroup. EINVAL, EPERM, E2BIG, ENOENT as __cgroup_bpf_attach() has them. */
export function attachProgram(
  cgroup: Cgroup,
  program: BpfProgram,
  flags: number,
  replaced: BpfProgram | undefined,
): void {
  const wanted = new Attachments(flags);
  if (flags & ~(BPF_F_ALLOW_OVERRIDE | BPF_F_ALLOW_MULTI | BPF_F_REPLACE)) throw new Errno('EINVAL');
  if ((wanted.override && wanted.multi) || (flags & BPF_F_REPLACE && !wanted.multi))
    throw new Errno('EINVAL');
  if (!letsAttach(cgroup.parent)) throw new Errno('EPERM');
  const attached = (cgroup.devicePrograms as Attachments | undefined) ?? wanted;
  if (attached.multi !== wanted.multi || attached.override !== wanted.override) throw new Errno('EPERM');
  const { programs } = attached;
  if (programs.length >= PROGRAMS_MAX) throw new Errno('E2BIG');
  const old = wanted.multi ? replaced : programs[0];
  if (wanted.multi && programs.includes(program) && program !== old) throw new Errno('EINVAL');
  if (wanted.multi && old && !programs.includes(old)) throw new Errno('ENOENT');
  program.hold();
  attached.programs = old ? programs.map((one) => (one === old ? program : one)) : [...programs, program];
  old?.drop();
  cgroup.devicePrograms = attached;
}

/** ENOENT where the cgroup does not have it. */
export function detachProgram(cgroup: Cgroup, program: BpfProgram): void {
  const attached = cgroup.devicePrograms as Attachments | undefined;
  if (!attached?.programs.includes(program)) throw new Errno('ENOENT');
  attached.programs = attached.programs.filter((one) => one !== program);
  program.drop();
  if (attached.programs.length === 0) cgroup.devicePrograms = undefined;
}

/** Whether what is attached from `above` on leaves cgroups below a program of their own (hierarchy_allows_attach()). */
function letsAttach(above: Cgroup | undefined): boolean {
  for (let at = above; at; at = at.parent)
    if (at.devicePrograms) return at.devicePrograms.multi || at.devicePrograms.override;
  return true;
}
