import type { Syscalls } from '../kernel/syscalls.ts';
import { CAPABILITIES } from '../vfs/capabilities.ts';
import { specCapabilities } from './capabilities.ts';
import { readText } from './files.ts';
import { errorText, fail } from './go-error.ts';
import { type ProcessSpec, resourceLimit } from './spec.ts';

/** Becomes who the process is to be: limits, groups, ids, capabilities. Models runc's finalizeNamespace and setupUser. */
export async function assumeIdentity(sys: Syscalls, process: ProcessSpec): Promise<void> {
  for (const { type, soft, hard } of process.rlimits ?? []) {
    try {
      await sys.setrlimit(resourceLimit(type), { soft: unsigned(soft), hard: unsigned(hard) });
    } catch (error) {
      fail(
        `error during container init: error setting rlimits for ready process: error setting rlimit type ${RLIMITS.indexOf(type)}: ${errorText(error)}`,
      );
    }
  }
  const { user, capabilities = {} } = process;
  const bounding = specCapabilities(capabilities.bounding);
  for (const capability of CAPABILITIES)
    if (!bounding.has(capability)) await sys.prctl({ option: 'PR_CAPBSET_DROP', capability });
  await sys.prctl({ option: 'PR_SET_KEEPCAPS', on: true });
  await sys.setgroups(user.additionalGids ?? []);
  await sys.setgid(user.gid);
  await sys.setuid(user.uid);
  await sys.prctl({ option: 'PR_SET_KEEPCAPS', on: false });
  const inheritable = specCapabilities(capabilities.inheritable);
  const permitted = specCapabilities(capabilities.permitted);
  const ambient = specCapabilities(capabilities.ambient);
  await sys.capset({
    inheritable,
    permitted,
    effective: specCapabilities(capabilities.effective),
    // The kernel grants no others, and runc takes its refusal.
    ambient: ambient.and(inheritable).and(permitted),
  });
  if (process.noNewPrivileges) await sys.prctl({ option: 'PR_SET_NO_NEW_PRIVS' });
}

/** Limits are unsigned in the kernel: -1 is its greatest, without a limit. */
const unsigned = (limit: number): number => (limit < 0 ? Number.POSITIVE_INFINITY : limit);

/** The kernel's numbers for them (asm-generic/resource.h). */
const RLIMITS = ['CPU', 'FSIZE', 'DATA', 'STACK', 'CORE', 'RSS', 'NPROC', 'NOFILE', 'MEMLOCK', 'AS'].map(
  (name) => `RLIMIT_${name}`,
);

/** Enters the working directory, which must be within the root. */
export async function enterDirectory(sys: Syscalls, cwd: string): Promise<void> {
  try {
    await sys.chdir(cwd);
  } catch (error) {
    fail(`chdir to cwd (${JSON.stringify(cwd)}) set in config.json failed: ${errorText(error)}`);
  }
}

/** The environment as the program gets it: HOME from the container's /etc/passwd unless set. */
export async function environment(sys: Syscalls, process: ProcessSpec): Promise<ReadonlyMap<string, string>> {
  const env = new Map<string, string>();
  for (const line of process.env) {
    const at = line.indexOf('=');
    if (at > 0) env.set(line.slice(0, at), line.slice(at + 1));
  }
  if (!env.get('HOME')) env.set('HOME', await homeOf(sys, process.user.uid));
  return env;
}

async function homeOf(sys: Syscalls, uid: number): Promise<string> {
  let passwd = '';
  try {
    passwd = await readText(sys, '/etc/passwd');
  } catch {
    // An image without users.
  }
  const fields = passwd.split('\n').map((line) => line.split(':'));
  return fields.find((field) => field[2] === String(uid))?.[5] || '/';
}
