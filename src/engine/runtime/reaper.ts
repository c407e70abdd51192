import { isErrno } from '../base/errno.ts';
import type { Syscalls, WaitStatus } from '../kernel/syscalls.ts';

/**
 * Waits for all children of a process at one place, so that several of its tasks may each ask for theirs. Statuses of
 * children nobody has asked for yet are kept.
 */
export class Reaper {
  readonly #sys: Syscalls;
  readonly #ended = new Map<number, WaitStatus>();
  readonly #asked = new Map<number, (status: WaitStatus) => void>();
  #reaping = false;

  private constructor(sys: Syscalls) {
    this.#sys = sys;
  }

  static async start(sys: Syscalls): Promise<Reaper> {
    const reaper = new Reaper(sys);
    await sys.sigaction('SIGCHLD', () => void reaper.#reap(), { restart: true });
    return reaper;
  }

  /** The status with which a child ends. */
  exit(pid: number): Promise<WaitStatus> {
    const status = this.#ended.get(pid);
    this.#ended.delete(pid);
    if (status !== undefined) return Promise.resolve(status);
    return new Promise((resolve) => this.#asked.set(pid, resolve));
  }

  async #reap(): Promise<void> {
    if (this.#reaping) return;
    this.#reaping = true;
    try {
      for (;;) {
        const waited = await this.#sys.wait(-1, { noHang: true });
        if (waited === undefined) return;
        const asked = this.#asked.get(waited.pid);
        this.#asked.delete(waited.pid);
        if (asked) asked(waited.status);
        else this.#ended.set(waited.pid, waited.status);
      }
    } catch (error) {
      if (!isErrno(error, 'ECHILD')) throw error;
    } finally {
      this.#reaping = false;
    }
  }
}
