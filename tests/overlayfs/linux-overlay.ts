import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Sequence } from './sequence.ts';
import type { Outcome, simulate } from './simulated-overlay.ts';

/** What of /proc/sys/fs changes the answers. */
type KernelSettings = Parameters<typeof simulate>[1];

/** The Linux kernel's overlayfs, driven by a process that runs one sequence after another. */
export class LinuxOverlay {
  readonly settings: KernelSettings;
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  private constructor(process: ChildProcess, lines: AsyncIterator<string>, settings: KernelSettings) {
    this.#process = process;
    this.#lines = lines;
    this.settings = settings;
  }

  /** Starts it; or says why this machine cannot. */
  static async start(): Promise<LinuxOverlay | string> {
    if (process.platform !== 'linux') return 'not Linux';
    if (process.getuid?.() !== 0) return 'mounting an overlay needs root';
    const driver = fileURLToPath(new URL('linux-overlay.py', import.meta.url));
    const child = spawn('python3', ['-B', driver], { stdio: ['pipe', 'pipe', 'pipe'] });
    child.on('error', () => {});
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const first = await lines.next();
    if (first.done) return 'python3 is not there or could not start';
    const hello = JSON.parse(first.value) as { ready: boolean; reason?: string; sysctl: KernelSettings };
    return hello.ready ? new LinuxOverlay(child, lines, hello.sysctl) : `no overlay here: ${hello.reason}`;
  }

  async run(sequence: Sequence): Promise<Outcome> {
    this.#process.stdin!.write(`${JSON.stringify(sequence)}\n`);
    const line = await this.#lines.next();
    if (line.done) throw new Error('the driver of the kernel has ended');
    return JSON.parse(line.value) as Outcome;
  }

  stop(): void {
    this.#process.stdin!.end();
  }
}
