import { isErrno } from '../../../base/errno.ts';
import type { Process } from '../../../kernel/program.ts';
import { writeAll } from '../../lib/stdio.ts';
import { textToBytes } from '../../lib/text.ts';
import { HostUnavailable, type JavaScriptHost, type ProgramFile } from '../javascript-host.ts';
import type { Order, Report } from './messages.ts';
import { projectOf } from './project-files.ts';
import { RelayedPorts } from './relayed-ports.ts';

/**
 * A host beyond the world, such as a WebContainer: the program's project goes there, what it prints and the ports that it opens come
 * back. `receive` is an input of the world, so a journal replays without the host.
 *
 * What is not handed over: standard input, signals (they act on the simulated process; where one ends it, the program is ended too),
 * limits of cgroups, names and addresses of the simulated network, and what the program writes to files.
 */
export class OutsideHost implements JavaScriptHost {
  readonly #send: (order: Order) => void;
  readonly #runs = new Map<number, Run>();
  #count = 0;

  constructor(send: (order: Order) => void) {
    this.#send = send;
  }

  /** The numbers of the runs that have not ended. */
  get running(): number[] {
    return [...this.#runs.keys()];
  }

  /** To be called between two steps of the world. */
  receive(report: Report): void {
    this.#runs.get(report.run)?.receive(report);
  }

  async runFile(process: Process, program: ProgramFile): Promise<number> {
    const { sys } = process;
    const { root, files } = await projectOf(sys, program.path);
    const run = ++this.#count;
    const ports = new RelayedPorts(sys, (order) => this.#send({ ...order, run }));
    const one = new Run(process, ports);
    this.#runs.set(run, one);
    process.onExit(() => {
      if (this.#runs.delete(run)) this.#send({ is: 'stop', run });
    });
    const within = (path: string) => (path.startsWith(`${root}/`) ? path.slice(root.length + 1) : '');
    this.#send({
      is: 'start',
      run,
      files,
      file: within(program.path),
      directory: within(await sys.getcwd()),
      args: program.args,
      env: Object.fromEntries([...process.env].filter(([name]) => !MACHINES.has(name))),
    });
    try {
      return await one.toTheEnd();
    } finally {
      this.#runs.delete(run);
    }
  }
}

/** What in the environment speaks of the simulated machine's own file system. */
const MACHINES = new Set(['PATH', 'HOME', 'PWD', 'OLDPWD', 'SHLVL', '_']);

class Run {
  readonly #process: Process;
  readonly #ports: RelayedPorts;
  readonly #reports: Report[] = [];
  #wake: (() => void) | undefined;

  constructor(process: Process, ports: RelayedPorts) {
    this.#process = process;
    this.#ports = ports;
  }

  receive(report: Report): void {
    this.#reports.push(report);
    this.#wake?.();
  }

  async toTheEnd(): Promise<number> {
    for (;;) {
      const report = await this.#next();
      switch (report.is) {
        case 'output':
          await this.#print(report.fd, report.data);
          break;
        case 'listening':
          await this.#listen(report.port);
          break;
        case 'closed':
          await this.#ports.close(report.port);
          break;
        case 'data':
          this.#ports.write(report.connection, report.data);
          break;
        case 'end':
          this.#ports.end(report.connection);
          break;
        case 'exited':
          return report.status;
        case 'unavailable':
          throw new HostUnavailable(report.reason);
      }
    }
  }

  async #next(): Promise<Report> {
    for (;;) {
      const report = this.#reports.shift();
      if (report) return report;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async #print(fd: number, data: Uint8Array): Promise<void> {
    try {
      await writeAll(this.#process.sys, fd, data);
    } catch (error) {
      // Nobody reads it any more.
      if (!isErrno(error)) throw error;
    }
  }

  async #listen(port: number): Promise<void> {
    const problem = await this.#ports.open(port);
    if (problem)
      await this.#print(
        2,
        textToBytes(`node: port ${port} of this machine cannot be had (${problem.code})\n`),
      );
  }
}
