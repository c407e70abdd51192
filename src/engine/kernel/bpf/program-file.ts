import { Errno } from '../../base/errno.ts';
import type { Readiness } from '../../vfs/file.ts';
import type { Inode } from '../../vfs/inode.ts';
import { StreamFile } from '../../vfs/stream-file.ts';
import type { BpfProgram } from './program.ts';

/** What a descriptor of a program refers to. It is only there to be named in bpf(2). */
export class BpfProgramFile extends StreamFile {
  readonly program: BpfProgram;

  constructor(inode: Inode, program: BpfProgram) {
    super(inode, { read: true, write: true, nonBlocking: false });
    this.program = program;
    program.hold();
  }

  override release(): void {
    this.program.drop();
  }

  override describe(): string {
    return 'anon_inode:bpf-prog';
  }

  read(): never {
    throw new Errno('EINVAL');
  }

  write(): never {
    throw new Errno('EINVAL');
  }

  poll(): Readiness {
    return { readable: true, writable: true, hangup: false };
  }
}
