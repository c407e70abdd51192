import { encode } from '../engine/base/bytes.ts';
import type { Order, Report } from '../engine/userland/node/outside/messages.ts';
import type { Console } from '../engine/world/machine.ts';
import { type Simulation, type SimulationOptions, simulate } from '../engine/world/simulation.ts';
import { fromBase64, toBase64 } from './base64.ts';
import type { JavaScriptDesk } from './javascript.ts';
import { type Entry, type Input, JOURNAL_VERSION, type Journal } from './journal.ts';
import { LiveDriver, type RealTime } from './live-driver.ts';
import type { fetchPage } from './page-fetch.ts';
import type { PageFailure, PageResponse } from './protocol.ts';
import { ScriptRunner } from './script.ts';

export interface SessionOptions extends Omit<SimulationOptions, 'seed' | 'start' | 'scenario'> {
  journal: Journal;
  /** Commands that prepare the machine before anything else; part of what the lab starts from. */
  setup: readonly string[];
  time: RealTime;
  /** Bytes for the terminal. */
  onOutput(bytes: Uint8Array): void;
  /** Called for each entry that is added to the journal. */
  onEntry(entry: Entry): void;
  /** Something for the JavaScript host outside the world, if the session is told of one. */
  onOrder?(order: Order): void;
  /** A defect of the simulator. */
  onProblem(message: string): void;
}

/** A journal with nothing in it yet. */
export function newJournal(lab: string, scenario: string, seed: string, start: number): Journal {
  return { version: JOURNAL_VERSION, engine: ENGINE_BUILD, lab, scenario, seed, start, entries: [] };
}

/** Changes whenever the same journal may no longer give the same world. */
export const ENGINE_BUILD = '0.2.0';

/** A journal that the present engine cannot replay; `message` says why. */
export class JournalMismatch extends Error {}

/** A running lab: a world, the terminal on its desk, and the journal of all that came in. */
export class Session {
  readonly simulation: Simulation;
  readonly journal: Journal;
  readonly #options: SessionOptions;
  readonly #driver: LiveDriver;
  #running: Promise<void> = Promise.resolve();
  #console: Console | undefined;
  /** The browser beside the terminal, which comes with the first page that is asked for. */
  #browser: typeof fetchPage | undefined;
  /** Likewise what changes files. */
  #files: typeof import('./file-changes.ts') | undefined;
  /** Likewise what runs JavaScript outside the world. */
  #javascript: JavaScriptDesk | undefined;

  private constructor(options: SessionOptions) {
    const { journal } = options;
    this.#options = options;
    this.journal = journal;
    this.simulation = simulate({
      ...options,
      scenario: journal.scenario,
      seed: journal.seed,
      start: journal.start,
    });
    this.#driver = new LiveDriver(this.simulation.world, options.time);
    const { world } = this.simulation;
    for (const { step, input } of journal.entries)
      if (input.kind === 'external.failed') world.failAt(step, input.reason);
    // Until it is live, a lab must become what it was made to be.
    world.onFailure = (what, error) => {
      throw new Error(`${what} could not be fetched: ${error.message}`);
    };
  }

  /**
   * Boots the machine, replays what the journal holds, and goes on in real time. Rejects with `JournalMismatch`, or with what
   * could not be fetched meanwhile.
   */
  static async open(options: SessionOptions): Promise<Session> {
    const { engine } = options.journal;
    if (engine !== ENGINE_BUILD)
      throw new JournalMismatch(
        `the lab was saved by Drydock ${engine}, this is ${ENGINE_BUILD}: the machine starts afresh`,
      );
    const session = new Session(options);
    const { world, host } = session.simulation;
    await world.run(() => host.ready);
    const scripts = new ScriptRunner(session.simulation);
    for (const cmd of options.setup) {
      const { exit, stderr } = await scripts.run({ cmd });
      if (exit !== 0) options.onProblem(`setting up: ${cmd}: ${stderr}`);
    }
    const kinds = options.journal.entries.map(({ input }) => input.kind);
    if (kinds.includes('browser.fetch')) await session.#openBrowser();
    if (kinds.some((kind) => kind.startsWith('file.'))) await session.#openFiles();
    if (kinds.includes('javascript.host')) await session.#openJavaScript();
    await session.#replay();
    world.onFailure = (what, error) => session.#noteFailure(what, error);
    session.#driver.restart();
    session.#running = session.#driver
      .run()
      .catch((error: Error) => options.onProblem(error.stack ?? error.message));
    for (const input of session.#javascript?.left() ?? []) void session.enter(input);
    if (session.#javascript) session.#javascript.isLive = true;
    return session;
  }

  /**
   * Applies an input now and journals it. Gives what it answers.
   *
   * @param check looks at the world at that moment; what it throws keeps the input out
   */
  enter<T = void>(input: Input, check?: () => void): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#driver.enter(() => {
        try {
          check?.();
          this.#record(input);
          resolve(this.#apply(input) as T);
        } catch (error) {
          reject(error as Error);
        }
        this.#reportFaults();
      });
    });
  }

  /** Ends real time. The world stands still once the step that is under way has its answers, which is when this resolves. */
  close(): Promise<void> {
    this.#driver.stop();
    return this.#running;
  }

  #record(input: Input): void {
    const { world } = this.simulation;
    const entry: Entry = { step: world.steps, time: world.clock.now(), input };
    this.journal.entries.push(entry);
    this.#options.onEntry(entry);
  }

  /** That something could not be fetched changes the world as any input does. */
  #noteFailure(what: string, { message }: Error): void {
    this.#record({ kind: 'external.failed', key: what, reason: message });
    this.#options.onProblem(`${what} could not be fetched: ${message}`);
  }

  async #replay(): Promise<void> {
    const { world } = this.simulation;
    for (const { step, time, input } of this.journal.entries) {
      if (input.kind === 'external.failed') continue;
      while (world.steps < step) {
        if ((await world.step()) === 'progress') continue;
        const next = world.nextTimer;
        if (next === undefined)
          throw new JournalMismatch('the journal does not fit: the machine came to rest too early');
        world.advance(next);
      }
      await world.drain();
      const { nextTimer, scheduler } = world;
      const now = world.clock.now();
      // Time passes only while nothing can be done.
      const busy = scheduler.length > 0 || (nextTimer !== undefined && nextTimer < time);
      if (time < now || (time > now && busy))
        throw new JournalMismatch('the journal does not fit: the machine took another course');
      world.advance(time);
      // What it answered, or that it failed, was told when it was live.
      void (async () => this.#apply(input))().catch(() => undefined);
      world.touch();
    }
  }

  /** What an input does to the world. The one place: live and replayed labs differ in nothing else. */
  #apply(input: Input): unknown {
    switch (input.kind) {
      case 'terminal.open':
        this.#openConsole(input.columns, input.rows);
        return;
      case 'terminal.input':
        this.#console?.write(encode(input.data));
        return;
      case 'terminal.resize':
        this.#console?.resize({ columns: input.columns, rows: input.rows });
        return;
      case 'file.save':
        return this.#files?.saveFile(this.simulation, input.path, fromBase64(input.content), input.isRoot);
      case 'file.mkdir':
        return this.#files?.makeDirectory(this.simulation, input.path);
      case 'file.rename':
        return this.#files?.renameFile(this.simulation, input.path, input.to);
      case 'file.remove':
        return this.#files?.removeFile(this.simulation, input.path);
      case 'browser.fetch':
        return this.#browser?.(this.simulation, input.method, input.url);
      case 'javascript.host':
      case 'javascript.report':
        return this.#javascript?.apply(input);
      case 'external.failed':
        // The world was told from the outset (`failAt`).
        return;
    }
  }

  #openConsole(columns: number, rows: number): void {
    const { host, scenario } = this.simulation;
    const console = host.openConsole({
      user: scenario.host.user,
      cwd: scenario.host.directory,
      size: { columns, rows },
      onOutput: this.#options.onOutput,
    });
    this.#console = console;
    // Logging out brings a fresh login, as on a machine's own console.
    void console.shell.exited.then(() => {
      const { size } = console.terminal;
      console.hangup();
      this.#openConsole(size.columns, size.rows);
    });
  }

  #reportFaults(): void {
    for (const { program, error } of this.simulation.host.faults.splice(0))
      this.#options.onProblem(`${program}: ${(error as Error)?.stack ?? error}`);
  }

  /** Types into the terminal. */
  type(data: string): Promise<void> {
    return this.enter({ kind: 'terminal.input', terminal: 0, data });
  }

  /**
   * Writes a file whole.
   *
   * @param over what the file must still hold, or null where there must be none
   * @param isRoot with root's rights
   * @returns false where it has changed meanwhile: then nothing is written
   */
  async save(path: string, content: Uint8Array, over?: Uint8Array | null, isRoot = false): Promise<boolean> {
    let isAsRead = true;
    const rights = isRoot ? { isRoot } : {};
    try {
      await this.change({ kind: 'file.save', path, content: toBase64(content), ...rights }, (files) => {
        isAsRead = over === undefined || files.holds(this.simulation, path, over ?? undefined, isRoot);
        if (!isAsRead) throw new Error(`${path} has changed`);
      });
    } catch (error) {
      if (isAsRead) throw error;
    }
    return isAsRead;
  }

  /** Makes, renames or removes a file. */
  async change(
    input: Extract<Input, { kind: `file.${string}` }>,
    check?: (files: typeof import('./file-changes.ts')) => void,
  ): Promise<void> {
    const files = await this.#openFiles();
    await this.enter(input, check && (() => check(files)));
  }

  async fetch(method: string, url: string): Promise<PageResponse | PageFailure> {
    await this.#openBrowser();
    return this.enter({ kind: 'browser.fetch', method, url });
  }

  /** Chooses where programs of Node run from now on; what runs already stays where it is. */
  async useJavaScript(host: 'embedded' | 'webcontainer'): Promise<void> {
    const desk = await this.#openJavaScript();
    desk.isLive = true;
    await this.enter({ kind: 'javascript.host', host });
  }

  /** What the host outside the world tells. */
  async report(report: Report): Promise<void> {
    if (this.#javascript) await this.enter(this.#javascript.input(report));
  }

  async #openJavaScript(): Promise<JavaScriptDesk> {
    const { JavaScriptDesk } = await import('./javascript.ts');
    this.#javascript ??= new JavaScriptDesk(this.simulation, (order) => this.#options.onOrder?.(order));
    return this.#javascript;
  }

  async #openBrowser(): Promise<void> {
    this.#browser ??= (await import('./page-fetch.ts')).fetchPage;
  }

  async #openFiles(): Promise<typeof import('./file-changes.ts')> {
    this.#files ??= await import('./file-changes.ts');
    return this.#files;
  }
}
