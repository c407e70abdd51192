import type { Pid } from './pid.ts';
import type { Task } from './task.ts';

/** A session (setsid(2)): process groups that may share a controlling terminal (`vfs.controllingTerminals` knows which). */
export class Session {
  readonly id: Pid;

  constructor(id: Pid) {
    this.id = id;
  }
}

/** A process group (setpgid(2)): a job of the shell. */
export class ProcessGroup {
  readonly id: Pid;
  readonly session: Session;
  readonly members = new Set<Task>();

  constructor(id: Pid, session: Session) {
    this.id = id;
    this.session = session;
  }

  /**
   * Whether nobody is left who could continue it: no member has a parent in another group of the same session
   * (`will_become_orphaned_pgrp` in kernel/exit.c). `leaving` does not count.
   */
  orphaned(leaving?: Task): boolean {
    for (const member of this.members) {
      if (member === leaving || member.zombie) continue;
      const parent = member.parent;
      if (parent && parent.group !== this && parent.group.session === this.session) return false;
    }
    return true;
  }

  /** Whether a member is stopped. */
  get stopped(): boolean {
    for (const member of this.members) if (member.stoppedBy !== undefined) return true;
    return false;
  }
}
