import type { ErrnoCode } from '../base/errno.ts';
import type { SeccompAction, SeccompCondition, SeccompFilter, SeccompRule } from '../kernel/seccomp.ts';
import type { Syscalls } from '../kernel/syscalls.ts';
import { fail } from './go-error.ts';
import type { SeccompSpec } from './spec.ts';

/** Refuses what says nothing to the kernel, before anything is made. */
export function checkSeccomp(spec: SeccompSpec | undefined): void {
  if (spec) filterOf(spec);
}

/** Loads a container's filter of system calls. Models runc libcontainer/seccomp. */
export async function loadSeccomp(sys: Syscalls, spec: SeccompSpec): Promise<void> {
  await sys.seccomp(filterOf(spec));
}

/** Made once of each: it is looked at before the container is made, and loaded when it is. */
let latest: { spec: SeccompSpec; filter: SeccompFilter } | undefined;

function filterOf(spec: SeccompSpec): SeccompFilter {
  if (latest?.spec !== spec) latest = { spec, filter: made(spec) };
  return latest.filter;
}

function made({ defaultAction, defaultErrnoRet, syscalls = [] }: SeccompSpec): SeccompFilter {
  const rules = new Map<string, readonly SeccompRule[]>();
  for (const { names, action, errnoRet, args = [] } of syscalls) {
    const conditions = args.map(({ index, value, valueTwo = 0, op }) => {
      const operator = OPERATORS[op];
      if (operator === undefined) return fail(`string ${op} is not a valid operator for seccomp`);
      return { index, operator, value, masked: valueTwo };
    });
    // Profiles name hundreds of calls at once: those that have no other rule share the list.
    const alone = [{ action: actionOf(action, errnoRet), conditions }];
    for (const name of names) {
      const others = rules.get(name);
      rules.set(name, others === undefined ? alone : [...others, ...alone]);
    }
  }
  return { otherwise: actionOf(defaultAction, defaultErrnoRet), rules };
}

const OPERATORS: Readonly<Record<string, SeccompCondition['operator']>> = {
  SCMP_CMP_NE: '!=',
  SCMP_CMP_LT: '<',
  SCMP_CMP_LE: '<=',
  SCMP_CMP_EQ: '==',
  SCMP_CMP_GE: '>=',
  SCMP_CMP_GT: '>',
  SCMP_CMP_MASKED_EQ: 'masked ==',
};

/** The errors that profiles give; all else is EPERM, as where none is named. */
const ERRORS: Readonly<Record<number, ErrnoCode>> = {
  1: 'EPERM',
  2: 'ENOENT',
  13: 'EACCES',
  22: 'EINVAL',
  38: 'ENOSYS',
};

function actionOf(action: string, errno = 1): SeccompAction {
  switch (action) {
    case 'SCMP_ACT_ALLOW':
    case 'SCMP_ACT_LOG':
      return 'allow';
    case 'SCMP_ACT_KILL':
    case 'SCMP_ACT_KILL_THREAD':
    case 'SCMP_ACT_KILL_PROCESS':
    case 'SCMP_ACT_TRAP':
      return 'kill';
    case 'SCMP_ACT_ERRNO':
      return ERRORS[errno] ?? 'EPERM';
    case 'SCMP_ACT_TRACE':
      return 'ENOSYS';
    default:
      return fail(`string ${action} is not a valid action for seccomp`);
  }
}
