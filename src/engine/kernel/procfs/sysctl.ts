import { Errno } from '../../base/errno.ts';
import { uuid } from '../../base/uuid.ts';
import type { Caller } from '../../vfs/caller.ts';
import type { IpcNamespace } from '../ipc/ipc-namespace.ts';
import type { Kernel } from '../kernel.ts';
import { NAMESPACE_KINDS } from '../namespace-kinds.ts';
import { PseudoFile, StaticDirectory } from '../pseudo-fs.ts';
import { THREADS_MAX } from '../rlimits.ts';
import type { NamespaceKind } from '../syscalls.ts';
import { namespacesOf } from '../task.ts';
import type { ProcFs } from './procfs.ts';

/** A kernel parameter (sysctl(8)): a file below /proc/sys. */
interface Parameter {
  read: (kernel: Kernel, caller?: Caller) => string | number;
  write?: (kernel: Kernel, value: string, caller: Caller) => void;
  /** Whether a caller has the rights that the machine's root has by the file's mode. */
  rules?: (kernel: Kernel, caller: Caller) => boolean;
}

const fixed = (value: string | number): Parameter => ({ read: () => value });

const PARAMETERS: Record<string, Parameter> = {
  'fs/file-max': fixed('9223372036854775807'),
  'fs/nr_open': fixed(1048576),
  'fs/pipe-max-size': fixed(1048576),
  'fs/protected_fifos': fileSetting('protected_fifos', 2),
  'fs/protected_hardlinks': fileSetting('protected_hardlinks', 1),
  'fs/protected_regular': fileSetting('protected_regular', 2),
  'fs/protected_symlinks': fileSetting('protected_symlinks', 1),
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
  'kernel/msgmax': ipcLimit('msgmax'),
  'kernel/msgmnb': ipcLimit('msgmnb'),
  'kernel/msgmni': ipcLimit('msgmni'),
  'kernel/sem': ipcLimit('semmsl', 'semmns', 'semopm', 'semmni'),
  'kernel/shmall': ipcLimit('shmall'),
  'kernel/shmmax': ipcLimit('shmmax'),
  'kernel/shmmni': ipcLimit('shmmni'),
  'kernel/threads-max': fixed(THREADS_MAX),
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
  const parameters = [
    ...Object.entries(PARAMETERS),
    ...netParameters(fs.kernel),
    ...NAMESPACE_KINDS.map(namespaceLimit),
  ];
  for (const [path, parameter] of parameters) {
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
    // Every container has a proc of its own, of which few read more than a parameter or two.
    const leafIno = next++;
    directory.add(leaf, () => parameterFile(fs, leafIno, parameter));
  }
}

function parameterFile(fs: ProcFs, ino: number, { read, write, rules = isRoot }: Parameter): PseudoFile {
  const { kernel } = fs;
  const mode = write ? 0o644 : 0o444;
  return new PseudoFile(fs, ino, mode, (caller) => `${read(kernel, caller)}\n`, {
    // No capability overrides the mode (sysctl_perm in the kernel).
    permits: (caller, wanted) => (wanted & ~(rules(kernel, caller) ? mode >> 6 : mode & 7)) === 0,
    ...(write && {
      store: (text: string, caller: Caller) => write(kernel, text.replace(/\n$/, ''), caller),
    }),
  });
}

/** A setting of the VFS, from 0 to `most`. */
function fileSetting(name: keyof Kernel['vfs']['sysctl'], most: number): Parameter {
  return {
    read: ({ vfs }) => vfs.sysctl[name],
    write: ({ vfs }, text) => {
      if (!/^\d+$/.test(text) || Number(text) > most) throw new Errno('EINVAL');
      vfs.sysctl[name] = Number(text);
    },
  };
}

function uts(field: 'hostname' | 'domainname'): Parameter {
  return {
    read: (kernel, caller) => namespacesOf(kernel, caller).uts[field],
    write: (kernel, value, caller) => {
      if (value.length > 64) throw new Errno('EINVAL');
      namespacesOf(kernel, caller).uts[field] = value;
    },
  };
}

const isRoot = (_kernel: Kernel, { credentials }: Caller): boolean => credentials.uid === 0;

/** A limit of the reader's IPC namespace, or several in one file. */
function ipcLimit(...names: (keyof IpcNamespace['limits'])[]): Parameter {
  return {
    read: (kernel, caller) => names.map((name) => namespacesOf(kernel, caller).ipc.limits[name]).join('\t'),
    write: (kernel, value, caller) => {
      const { limits } = namespacesOf(kernel, caller).ipc;
      const words = value.trim().split(/\s+/);
      if (words.length > names.length || !words.every((word) => /^\d+$/.test(word)))
        throw new Errno('EINVAL');
      words.forEach((word, i) => {
        const name = names[i]!;
        if (name === 'shmmax' || name === 'shmall') limits[name] = word;
        else limits[name] = Number(word);
      });
    },
    rules: (kernel, caller) =>
      namespacesOf(kernel, caller).ipc.governor.uids.toGlobal(0) === caller.credentials.uid,
  };
}

/** user.max_KIND_namespaces of the reader's user namespace (namespaces(7)). */
function namespaceLimit(kind: NamespaceKind): [string, Parameter] {
  const limit: Parameter = {
    read: (kernel, caller) => namespacesOf(kernel, caller).user.limits[kind],
    write: (kernel, value, caller) => {
      if (!/^\s*\d+\s*$/.test(value) || Number(value) > 2147483647) throw new Errno('EINVAL');
      namespacesOf(kernel, caller).user.limits[kind] = Number(value);
    },
    rules: (_kernel, { credentials }) => credentials.capabilities.has('SYS_RESOURCE'),
  };
  return [`user/max_${kind}_namespaces`, limit];
}

/** The parameters of the reader's network namespace. */
function netParameters(kernel: Kernel): [string, Parameter][] {
  const of = (caller?: Caller) => namespacesOf(kernel, caller).net.net;
  return [...kernel.namespaces.net.net.sysctls().keys()].map((name) => [
    name.replaceAll('.', '/'),
    {
      read: (_kernel, caller) => of(caller).sysctl(name),
      write: (_kernel, value, caller) => of(caller).setSysctl(name, value),
      rules: (_kernel, caller) =>
        of(caller).lets(caller, 'NET_ADMIN') || of(caller).userns.uids.toGlobal(0) === caller.credentials.uid,
    },
  ]);
}
