import type { Order, Report } from '../engine/userland/node/outside/messages.ts';
import { OutsideHost } from '../engine/userland/node/outside/outside-host.ts';
import type { Simulation } from '../engine/world/simulation.ts';
import { fromBase64, toBase64 } from './base64.ts';
import type { Input } from './journal.ts';

type JavaScriptInput = Extract<Input, { kind: `javascript.${string}` }>;

/** The lab's end of a JavaScript host outside the world: what is asked of it goes out, what it tells comes in as inputs. */
export class JavaScriptDesk {
  readonly #simulation: Simulation;
  readonly #host: OutsideHost;
  /** While a journal replays, what is asked was answered long ago. */
  isLive = false;

  constructor(simulation: Simulation, send: (order: Order) => void) {
    this.#simulation = simulation;
    this.#host = new OutsideHost((order) => this.isLive && send(order));
  }

  apply(input: JavaScriptInput): void {
    if (input.kind === 'javascript.report') this.#host.receive(reportOf(input));
    else this.#simulation.world.javascript = input.host === 'webcontainer' ? this.#host : undefined;
  }

  /** What a report is as an input. */
  readonly input = reportInput;

  /** What a host that went with its page leaves to be told: its programs have ended, and it is no more. */
  left(): JavaScriptInput[] {
    if (this.#simulation.world.javascript === undefined) return [];
    const ended = this.#host.running.map((run) => reportInput({ is: 'exited', run, status: LOST }));
    return [...ended, { kind: 'javascript.host', host: 'embedded' }];
  }
}

/** The status of a program that was killed (SIGKILL). */
const LOST = 137;

/** A report as the journal keeps it. */
function reportInput(report: Report): JavaScriptInput {
  const { is, run, ...rest } = report;
  const data = 'data' in report ? { data: toBase64(report.data) } : {};
  return { kind: 'javascript.report', is, run, ...rest, ...data } as JavaScriptInput;
}

function reportOf({ kind: _, ...rest }: Extract<JavaScriptInput, { kind: 'javascript.report' }>): Report {
  return ('data' in rest ? { ...rest, data: fromBase64(rest.data) } : rest) as Report;
}
