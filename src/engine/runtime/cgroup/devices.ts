import { BPF_F_ALLOW_MULTI, BPF_F_REPLACE } from '../../kernel/bpf/attachment.ts';
import { O_CLOEXEC, O_DIRECTORY, O_RDONLY } from '../../kernel/fcntl.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { wrapped } from '../go-error.ts';
import { deviceFilter } from './device-filter.ts';
import type { DeviceRule } from './device-rules.ts';

/** Limits the devices of a cgroup of version 2: loads a program and attaches it, in the place of one that is there. Models libcontainer/cgroups/ebpf. */
export async function attachDeviceFilter(
  sys: Syscalls,
  directory: string,
  rules: readonly DeviceRule[],
): Promise<void> {
  const instructions = deviceFilter(rules);
  const target = await sys.open(directory, O_DIRECTORY | O_RDONLY | O_CLOEXEC);
  const open = [target];
  try {
    const old: number[] = [];
    for (const id of await sys.bpf({ command: 'BPF_PROG_QUERY', target }))
      old.push(await sys.bpf({ command: 'BPF_PROG_GET_FD_BY_ID', id }));
    open.push(...old);
    const program = await wrapped('failed to call BPF_PROG_LOAD', () =>
      sys.bpf({ command: 'BPF_PROG_LOAD', instructions, license: 'Apache' }),
    );
    open.push(program);
    const replaces = old.length === 1 ? old[0]! : undefined;
    const flags = BPF_F_ALLOW_MULTI | (replaces === undefined ? 0 : BPF_F_REPLACE);
    await wrapped('failed to call BPF_PROG_ATTACH (BPF_CGROUP_DEVICE, BPF_F_ALLOW_MULTI)', () =>
      sys.bpf({
        command: 'BPF_PROG_ATTACH',
        target,
        program,
        flags,
        ...(replaces !== undefined && { replaces }),
      }),
    );
    if (replaces === undefined)
      for (const one of old) await sys.bpf({ command: 'BPF_PROG_DETACH', target, program: one });
  } finally {
    for (const fd of open) await sys.close(fd);
  }
}
