import { Errno } from '../../base/errno.ts';
import type { Handlers } from './handlers.ts';

/** Programs in the kernel. ENOSYS on a machine without them. */
export const BPF_CALLS: Handlers<'bpf'> = {
  bpf(task, command) {
    const { kernel } = task;
    const call = () => {
      if (!kernel.bpf) throw new Errno('ENOSYS');
      return kernel.bpf.call(task, command) as never;
    };
    const loading = kernel.bpf ? undefined : kernel.modules.request('bpf');
    return loading instanceof Promise ? loading.then(call) : call();
  },
};
