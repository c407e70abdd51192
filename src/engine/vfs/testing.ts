import { VirtualClock } from '../base/clock.ts';
import { seededRandom } from '../base/random.ts';
import { type WaitQueue, waitOn } from '../base/wait-queue.ts';
import type { Caller, Credentials } from './caller.ts';
import { CapabilitySet } from './capabilities.ts';
import type { OpenFlags } from './inode.ts';
import type { LookupContext } from './namei.ts';
import { Tmpfs, tmpfsType } from './tmpfs.ts';
import { INITIAL_USER_NAMESPACE } from './user-namespace.ts';
import { Vfs } from './vfs.ts';

/** What root may do to files. */
const ROOT_CAPABILITIES = CapabilitySet.of([
  'CHOWN',
  'DAC_OVERRIDE',
  'DAC_READ_SEARCH',
  'FOWNER',
  'FSETID',
  'MKNOD',
  'SYS_ADMIN',
]);

/** A process for tests: root unless told otherwise. Signals sent are kept in `signals`. */
export class TestCaller implements Caller {
  credentials: Credentials;
  umask = 0o022;
  pid = 100;
  processGroup = 100;
  session = 100;
  readonly signals: [number, string][] = [];

  constructor(uid = 0, options: { gid?: number; groups?: number[] } = {}) {
    const { gid = uid, groups = [] } = options;
    this.credentials = {
      uid,
      gid,
      groups,
      capabilities: uid === 0 ? ROOT_CAPABILITIES : CapabilitySet.NONE,
      userns: INITIAL_USER_NAMESPACE,
    };
  }

  sleep(queue: WaitQueue): Promise<void> {
    return waitOn(queue);
  }

  signalGroup(processGroup: number, signal: string): void {
    this.signals.push([processGroup, signal]);
  }
}

/** A kernel with an empty disk, seen by root. */
export function testMachine(): { vfs: Vfs; clock: VirtualClock; context: LookupContext } {
  const clock = new VirtualClock(1_700_000_000_000);
  const vfs = new Vfs({ clock, random: seededRandom('test') });
  vfs.register(tmpfsType);
  const disk = new Tmpfs({ type: 'ext4', dev: vfs.anonymousDev(), clock, mode: 0o755, directorySize: 4096 });
  const namespace = vfs.boot(disk, '/dev/vda1');
  const root = namespace.rootPath;
  return { vfs, clock, context: { caller: new TestCaller(), root, cwd: root, namespace } };
}

/** The same view for another process. */
export function as(context: LookupContext, caller: Caller): LookupContext {
  return { ...context, caller };
}

/** Flags of open(2) from the letters r, w, a(ppend), c(reate), x (exclusive), t(runcate), n(on-blocking), d(irectory), l (no follow), p(ath). */
export function flags(letters: string): OpenFlags {
  const has = (letter: string) => letters.includes(letter);
  return {
    read: has('r'),
    write: has('w') || has('a'),
    append: has('a'),
    create: has('c'),
    exclusive: has('x'),
    truncate: has('t'),
    directory: has('d'),
    noFollow: has('l'),
    nonBlocking: has('n'),
    noctty: false,
    path: has('p'),
  };
}
