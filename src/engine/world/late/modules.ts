import { Bpf } from '../../kernel/bpf/bpf.ts';
import type { KernelModule } from '../../kernel/modules.ts';
import { Netfilter } from '../../net/netfilter.ts';
import { overlayType } from '../../vfs/overlayfs/mount.ts';

/** The modules of the kernel, by the alias under which it asks for them. */
export const modules: ReadonlyMap<string, KernelModule> = new Map([
  ['fs-overlay', ({ vfs }) => vfs.register(overlayType)],
  // Built into a real kernel; here it is late code, of which a machine without containers needs none.
  [
    'bpf',
    (kernel) => {
      kernel.bpf = new Bpf(kernel);
    },
  ],
  [
    'ip_tables',
    (kernel) => {
      kernel.netfilter = (around) => new Netfilter(around);
    },
  ],
]);
