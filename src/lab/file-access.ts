import { type ErrnoCode, isErrno } from '../engine/base/errno.ts';
import { login } from '../engine/kernel/credentials.ts';
import type { CapabilitySet } from '../engine/vfs/capabilities.ts';
import type { OpenFlags } from '../engine/vfs/inode.ts';
import type { LookupContext } from '../engine/vfs/namei.ts';
import type { UserSpec } from '../engine/world/scenario.ts';
import type { Simulation } from '../engine/world/simulation.ts';

/** How the windows beside the terminal reach files of the learner's machine: with the learner's own rights, by no process. */

/** A file that a window cannot show or change, in words for the learner. */
export class FileProblem extends Error {
  /** What the system said, where it was the system that refused. */
  readonly code: ErrnoCode | undefined;

  constructor(message: string, code?: ErrnoCode) {
    super(message);
    this.code = code;
  }
}

export const FLAGS: OpenFlags = {
  read: false,
  write: false,
  append: false,
  create: false,
  exclusive: false,
  truncate: false,
  directory: false,
  noFollow: false,
  nonBlocking: true,
  noctty: true,
  // A window's look is no input of the journal's: it must leave no trace.
  noatime: true,
  path: false,
};

/** Root's view, for what was opened with `sudo`. */
export const rootsContext = (simulation: Simulation): LookupContext =>
  contextOf(simulation, { uid: 0, gid: 0, groups: [] });

/** @param more capabilities that the learner does not have */
export const learnersContext = (simulation: Simulation, more?: CapabilitySet): LookupContext =>
  contextOf(simulation, simulation.scenario.host.user, more);

function contextOf(
  { host }: Simulation,
  { uid, gid, groups }: Pick<UserSpec, 'uid' | 'gid' | 'groups'>,
  more?: CapabilitySet,
): LookupContext {
  const { kernel } = host;
  const { outside } = kernel;
  const credentials = login(uid, gid, groups);
  return {
    ...kernel.context,
    caller: {
      credentials: more === undefined ? credentials : { ...credentials, capabilities: more },
      umask: 0o022,
      pid: 0,
      processGroup: 0,
      session: 0,
      sleep: (queue) => outside.sleep(queue),
      signalGroup: (group, signal) => outside.signalGroup(group, signal),
    },
  };
}

/** In the words of the system, with the path before them. */
export function explain<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (isErrno(error)) throw new FileProblem(`${path}: ${error.message}`, error.code);
    throw error;
  }
}
