import { O_CLOEXEC, O_RDONLY } from '../kernel/fcntl.ts';
import type { NamespaceKind, Syscalls } from '../kernel/syscalls.ts';
import { errorText, fail } from './go-error.ts';
import { KERNEL_NAMESPACE, type RuntimeSpec } from './spec.ts';

/** The namespaces that a container makes new, and those it joins by path. */
export function namespacePlan(spec: RuntimeSpec): {
  fresh: NamespaceKind[];
  joined: [NamespaceKind, string][];
} {
  const fresh: NamespaceKind[] = [];
  const joined: [NamespaceKind, string][] = [];
  for (const { type, path } of spec.linux.namespaces) {
    if (path === undefined) fresh.push(KERNEL_NAMESPACE[type]);
    else joined.push([KERNEL_NAMESPACE[type], path]);
  }
  return { fresh, joined };
}

/** Enters namespaces by their files. All are opened before the first is entered: after `mnt` the paths mean something else. */
export async function enterNamespaces(
  sys: Syscalls,
  wanted: readonly (readonly [NamespaceKind, string])[],
): Promise<void> {
  const opened: [NamespaceKind, number][] = [];
  for (const [kind, path] of wanted) {
    try {
      opened.push([kind, await sys.open(path, O_RDONLY | O_CLOEXEC)]);
    } catch (error) {
      fail(`lstat ${path}: ${errorText(error)}`);
    }
  }
  for (const [kind, fd] of opened) {
    await sys.setns(fd, kind);
    await sys.close(fd);
  }
}
