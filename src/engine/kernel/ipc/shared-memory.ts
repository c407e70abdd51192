import type { Pid } from '../pid.ts';
import { IpcObject } from './objects.ts';

/** SHM_DEST: to be destroyed with the last attachment; it shows in the mode. */
const DESTROYED = 0o1000;

/** A shared memory segment (shmget(2)): bytes that all who attach it have in common. */
export class SharedMemory extends IpcObject {
  readonly size: number;
  #bytes: Uint8Array | undefined;
  creator: Pid | undefined;
  lastUser: Pid | undefined;
  attached = 0;
  attachTime = 0;
  detachTime = 0;

  constructor(size: number, ...rest: ConstructorParameters<typeof IpcObject>) {
    super(...rest);
    this.size = size;
  }

  /** Memory is there when somebody first looks at it. */
  get bytes(): Uint8Array {
    this.#bytes ??= new Uint8Array(this.size);
    return this.#bytes;
  }

  /** Bytes that are in memory. */
  get resident(): number {
    return this.#bytes === undefined ? 0 : Math.ceil(this.size / PAGE) * PAGE;
  }

  get doomed(): boolean {
    return (this.mode & DESTROYED) !== 0;
  }

  /** Removed while attached: it has no key any more, and goes with the last who has it. */
  doom(): void {
    this.mode |= DESTROYED;
    this.key = 0;
  }

  protected gone(): void {}
}

export const PAGE = 4096;
