import { Errno } from '../../base/errno.ts';
import type { Caller } from '../../vfs/caller.ts';
import type { Kernel } from '../kernel.ts';
import { PseudoFile, StaticDirectory } from '../pseudo-fs.ts';
import { Task } from '../task.ts';
import type { UtsNamespace } from '../uts-namespace.ts';
import type { ProcFs } from './procfs.ts';

/** A kernel parameter (sysctl(8)): a file below /proc/sys. */
interface Parameter {
  read: (kernel: Kernel, caller?: Caller) => string | number;
  write?: (kernel: Kernel, value: string, caller: Caller) => void;
}

const fixed = (value: string | number): Parameter => ({ read: () => value });

const PARAMETERS: Record<string, Parameter> = {
  'fs/file-max': fixed('9223372036854775807'),
  'fs/nr_open': fixed(1048576),
  'fs/pipe-max-size': fixed(1048576),
  'fs/protected_hardlinks': fixed(1),
  'fs/protected_symlinks': fixed(1),
  'kernel/cap_last_cap': fixed(40),
  'kernel/domainname': uts('domainname'),
  'kernel/hostname': uts('hostname'),
  'kernel/ngroups_max': fixed(65536),
  'kernel/osrelease': { read: (kernel) => kernel.version.release },
  'kernel/ostype': fixed('Linux'),
  'kernel/overflowgid': fixed(65534),
  'kernel/overflowuid': fixed(65534),
  'kernel/pid_max': fixed(4194304),
  'kernel/random/boot_id': { read: (kernel) => kernel.bootId },
  'kernel/random/uuid': { read: (kernel) => uuid(kernel.random.hex(32)) },
  'kernel/threads-max': fixed(62787),
  'kernel/version': { read: (kernel) => kernel.version.version },
  'vm/max_map_count': fixed(65530),
  'vm/overcommit_memory': fixed(0),
  'vm/swappiness': fixed(60),
};

/** The directory /proc/sys, its inode numbers counting on from `ino`. */
export function sysctlDirectory(fs: ProcFs, ino: number): StaticDirectory {
  return new StaticDirectory(fs, ino, 0o555, undefined, (root) => fill(root, fs, ino + 1));
}

function fill(root: StaticDirectory, fs: ProcFs, ino: number): void {
  let next = ino;
  for (const [path, { read, write }] of [...Object.entries(PARAMETERS), ...netParameters(fs.kernel)]) {
    const names = path.split('/');
    const leaf = names.pop()!;
    let directory = root;
    for (const name of names) {
      let inner = directory.lookup(name);
      if (!(inner instanceof StaticDirectory)) {
        inner = new StaticDirectory(fs, next++);
        directory.add(name, inner);
      }
      directory = inner as StaticDirectory;
    }
    const { kernel } = fs;
    directory.add(
      leaf,
      new PseudoFile(fs, next++, write ? 0o644 : 0o444, (caller) => `${read(kernel, caller)}\n`, {
        ...(write && {
          store: (text: string, caller: Caller) => write(kernel, text.replace(/\n$/, ''), caller),
        }),
      }),
    );
  }
}

export const uuid = (hex: string): string =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;

function uts(field: 'hostname' | 'domainname'): Parameter {
  const of = (kernel: Kernel, caller?: Caller): UtsNamespace =>
    caller instanceof Task ? caller.namespaces.uts : kernel.namespaces.uts;
  return {
    read: (kernel, caller) => of(kernel, caller)[field],
    write: (kernel, value, caller) => {
      if (value.length > 64) throw new Errno('EINVAL');
      of(kernel, caller)[field] = value;
    },
  };
}

/** The parameters of the reader's network namespace. */
function netParameters(kernel: Kernel): [string, Parameter][] {
  const of = (caller?: Caller) => (caller instanceof Task ? caller.namespaces : kernel.namespaces).net.net;
  return [...kernel.namespaces.net.net.sysctls().keys()].map((name) => [
    name.replaceAll('.', '/'),
    {
      read: (_kernel, caller) => of(caller).sysctl(name),
      write: (_kernel, value, caller) => of(caller).setSysctl(name, value),
    },
  ]);
}
