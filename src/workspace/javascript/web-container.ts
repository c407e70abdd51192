import type { FileSystemTree, WebContainer, WebContainerProcess } from '@webcontainer/api';
import { fromBase64, toBase64 } from '../../lab/base64.ts';
import type { LabEvents, LabMethods } from '../../lab/protocol.ts';
import { fileTree } from './file-tree.ts';
import relay from './relay.cjs?raw';

type Order = LabEvents['javascript.order'];
type Report = LabMethods['javascript.report'][0];
type Started = Extract<Order, { is: 'start' }>;

const MARK = '\x02';
/** What a line may carry (relay.cjs). */
const PIECE = 1536;

interface Running {
  process: WebContainerProcess;
  input: WritableStreamDefaultWriter<string>;
}

/**
 * The programs that a lab runs in a WebContainer: takes the lab's orders and reports what comes of them. One container has the programs
 * of all of the machine's containers, so they share its ports.
 */
export class WebContainerPrograms {
  readonly #container: WebContainer;
  readonly #report: (report: Report) => void;
  readonly #running = new Map<number, Running>();
  readonly #stops: (() => void)[];

  constructor(container: WebContainer, report: (report: Report) => void) {
    this.#container = container;
    this.#report = report;
    const owners = new Map<number, number>();
    this.#stops = [
      container.on('port', (port, type) => {
        // The container does not say whose port it is: that of what was started last.
        const run = type === 'close' ? owners.get(port) : [...this.#running.keys()].at(-1);
        if (run === undefined) return;
        if (type === 'open') owners.set(port, run);
        else owners.delete(port);
        report({ is: type === 'open' ? 'listening' : 'closed', run, port });
      }),
    ];
  }

  take(order: Order): void {
    if (order.is === 'start') void this.#start(order);
    else this.#tell(order);
  }

  /** Ends all programs and the container. */
  close(): void {
    for (const stop of this.#stops) stop();
    for (const { process } of this.#running.values()) process.kill();
    this.#running.clear();
    this.#container.teardown();
  }

  async #start({ run, files, file, directory, args, env }: Started): Promise<void> {
    let process: WebContainerProcess;
    try {
      const home = `run-${run}`;
      await this.#container.fs.mkdir(home, { recursive: true });
      const tree: FileSystemTree = {
        'relay.cjs': { file: { contents: relay } },
        project: { directory: fileTree(files) },
      };
      await this.#container.mount(tree, { mountPoint: home });
      const cwd = directory === '' ? `${home}/project` : `${home}/project/${directory}`;
      const up = '../'.repeat(cwd.split('/').length);
      process = await this.#container.spawn(
        'node',
        [`${up}${home}/relay.cjs`, `${up}${home}/project/${file}`, ...args],
        { cwd, env: { ...env } },
      );
    } catch (error) {
      this.#report({ is: 'unavailable', run, reason: (error as Error).message });
      return;
    }
    this.#running.set(run, { process, input: process.input.getWriter() });
    let isOver = false;
    await process.output.pipeTo(
      new WritableStream({
        write: lines((text) => {
          const report = reportOf(run, text);
          isOver ||= report.is === 'exited' || report.is === 'unavailable';
          this.#report(report);
        }),
      }),
    );
    this.#running.delete(run);
    // The relay itself has come to an end before it could say what of.
    if (!isOver) this.#report({ is: 'exited', run, status: (await process.exit) || 1 });
    await this.#container.fs.rm(`run-${run}`, { recursive: true, force: true }).catch(() => {});
  }

  #tell(order: Exclude<Order, Started>): void {
    const one = this.#running.get(order.run);
    if (!one) return;
    const { run: _, ...rest } = order;
    const write = (message: object) => void one.input.write(`${MARK}${JSON.stringify(message)}\n`);
    if (rest.is !== 'data') write(rest);
    else
      for (let at = 0; at < rest.data.length; at += PIECE)
        write({ ...rest, data: toBase64(rest.data.subarray(at, at + PIECE)) });
  }
}

/** Takes text in pieces and gives the messages that stand in its lines. */
function lines(onMessage: (text: string) => void): (text: string) => void {
  let rest = '';
  return (text) => {
    const all = (rest + text).split('\n');
    rest = all.pop() ?? '';
    for (const line of all) {
      const at = line.indexOf(MARK);
      if (at !== -1) onMessage(line.slice(at + 1));
    }
  };
}

function reportOf(run: number, text: string): Report {
  const message = JSON.parse(text);
  return { ...message, run, ...('data' in message && { data: fromBase64(message.data) }) };
}
