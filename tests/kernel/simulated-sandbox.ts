import { bootTestMachine } from '../../src/engine/kernel/testing.ts';
import { userlandPrograms } from '../../src/engine/userland/index.ts';
import type { Vfs } from '../../src/engine/vfs/vfs.ts';

export interface Outcome {
  exit: number;
  stdout: string;
  stderr: string;
}

const programs = userlandPrograms();
const names = [...programs].map(([name, program]) => [`/usr/bin/${name}`, program] as const);

/** Runs a script on a simulated machine that has what linux-sandbox.ts gives it on a real one, and its settings under /proc/sys/fs. */
export async function simulatedSandbox(
  script: string,
  sysctl: Partial<Vfs['sysctl']> = {},
): Promise<Outcome> {
  const machine = bootTestMachine({
    programs: Object.fromEntries([...names, ...['sh', 'dash'].map((name) => [name, programs.get(name)!])]),
    files: {
      '/etc/passwd':
        'root:x:0:0:root:/root:/bin/sh\nann:x:1000:1000:ann:/:/bin/sh\nbob:x:1001:1001:bob:/:/bin/sh\n',
      '/etc/group': 'root:x:0:\nann:x:1000:\nbob:x:1001:\n',
      '/etc/fstab': '',
      '/lab/': '',
      '/mnt/': '',
    },
  });
  Object.assign(machine.kernel.vfs.sysctl, sysctl);
  machine.kernel.mount('lab', '/lab', 'tmpfs', 'size=64m,mode=755');
  return machine.run(['dash', '-c', script], {
    cwd: '/lab',
    env: { PATH: '/usr/bin', HOME: '/root', LC_ALL: 'C' },
  });
}
