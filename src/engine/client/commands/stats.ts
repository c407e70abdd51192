/** `docker stats`. Models docker/cli `cli/command/container/stats.go` and `stats_helpers.go`. */
import type { ContainerSummary, StatsResponse } from '../../api/containers.ts';
import { Filters } from '../../api/filters.ts';
import type { EventMessage } from '../../api/system.ts';
import { SIGNALS } from '../../kernel/signals.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { Action } from '../command.ts';
import { formatList, type Headers } from '../format/list.ts';
import { jsonLines } from '../json-lines.ts';
import { StatsEntry } from '../stats-entry.ts';
import { containerPath } from './each.ts';

const TYPE = '*container.statsContext';
const TABLE =
  '{{.ID}}\t{{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}\t{{.MemPerc}}\t{{.NetIO}}\t{{.BlockIO}}\t{{.PIDs}}';

const HEADERS: Headers = {
  Container: 'CONTAINER',
  Name: 'NAME',
  ID: 'CONTAINER ID',
  CPUPerc: 'CPU %',
  MemUsage: 'MEM USAGE / LIMIT',
  MemPerc: 'MEM %',
  NetIO: 'NET I/O',
  BlockIO: 'BLOCK I/O',
  PIDs: 'PIDS',
};

/** Milliseconds between two pictures, and after which a reading is too old. */
const INTERVAL = 500;
const STALE = 2000;

export const stats: Action = async (cli, { flags, args, config }) => {
  const stream = !flags.bool('no-stream');
  const format = flags.string('format') || (config.formats['statsFormat'] ?? '');
  const board = new Board(cli, stream);
  let interrupted: number | undefined;
  if (stream) {
    // The context that a signal cancels is not what the loop looks at: the readings end, and the pictures go on.
    cli.onTermination('stay');
    await cli.onSignals(['SIGINT', 'SIGTERM'], (signal) => {
      interrupted ??= 128 + SIGNALS[signal].number;
      board.cancel();
    });
  }
  if (args.length > 0) await board.watchThese(args);
  else await board.watchAll(flags.bool('all'));
  for (;;) {
    await cli.sleep(INTERVAL);
    board.expire(cli.now());
    const rows = board.entries.map((entry) => entry.row(!flags.bool('no-trunc')));
    const text = formatList({ type: TYPE, headers: HEADERS, format, table: TABLE }, rows);
    await cli.out(stream ? picture(text) : text);
    if (!stream) return undefined;
    if (board.isAlone) return undefined;
    // Only the list of all containers tells that it has ended.
    if (interrupted !== undefined && args.length === 0) return interrupted;
  }
};

/** A table at the top of the screen. The real one draws it twice, the second time over what was longer before. */
function picture(text: string): string {
  const first = `\x1b[H${text}`;
  const again = first.split('\n').map((line) => `${line} \x1b[K\n`);
  return `${first}${again.join('')}\x1b[J`;
}

/** The containers that are watched. */
class Board {
  entries: StatsEntry[] = [];
  /** The engine that told which containers come and go has gone: a restart of the daemon is no error. */
  isAlone = false;
  readonly #cli: Cli;
  readonly #stream: boolean;
  #cancelled = false;
  #cancel: () => void = () => {};
  readonly #cancellation = new Promise<void>((resolve) => {
    this.#cancel = resolve;
  });

  constructor(cli: Cli, stream: boolean) {
    this.#cli = cli;
    this.#stream = stream;
  }

  /** Readings end. */
  cancel(): void {
    this.#cancelled = true;
    for (const entry of this.entries) entry.invalid = true;
    this.#cancel();
  }

  async watchThese(names: readonly string[]): Promise<void> {
    const errors: string[] = [];
    await Promise.all(
      names.map((name) =>
        this.#add(name).catch((error: unknown) => {
          if (!(error instanceof CliError)) throw error;
          errors.push(error.message);
        }),
      ),
    );
    if (errors.length > 0) throw new CliError(errors.join('\n'));
  }

  /** All that run, or all that are, and those that come. */
  async watchAll(all: boolean): Promise<void> {
    const filters = new Filters();
    filters.add('type', 'container');
    // Where there is no engine, the list that is asked for next says so.
    const events = await this.#cli.engine
      .request('GET', '/events', { query: { filters: filters.toJson() } })
      .catch(() => undefined);
    if (events)
      void this.#follow(jsonLines<EventMessage>(events.body), all).catch((error: unknown) => {
        if (!(error instanceof CliError)) throw error;
        this.isAlone = true;
      });
    const containers = await this.#cli.engine.json<ContainerSummary[] | null>('GET', '/containers/json', {
      query: { all: all ? '1' : undefined },
    });
    await Promise.all((containers ?? []).map(({ Id }) => this.#add(Id).catch(() => undefined)));
  }

  async #follow(events: AsyncIterable<EventMessage>, all: boolean): Promise<void> {
    for await (const { Action: action, Actor } of events) {
      if (action === 'start' || (all && action === 'create')) void this.#add(Actor.ID).catch(() => undefined);
      if (action === 'die' && !all)
        this.entries = this.entries.filter(({ container }) => container !== Actor.ID);
    }
  }

  /** A reading that is too old is none. */
  expire(now: number): void {
    if (!this.#stream) return;
    for (const entry of this.entries) if (entry.at > 0 && now - entry.at >= STALE) entry.invalid = true;
  }

  /** Watches a container; done when its first reading is there, or does not come. */
  async #add(container: string): Promise<void> {
    if (this.entries.some((one) => one.container === container)) return;
    const entry = new StatsEntry(container);
    this.entries.push(entry);
    let readings: AsyncGenerator<StatsResponse>;
    try {
      const { body } = await this.#cli.engine.request('GET', `${containerPath(container)}/stats`, {
        query: { stream: this.#stream ? '1' : '0' },
      });
      readings = jsonLines<StatsResponse>(body);
    } catch (error) {
      entry.invalid = true;
      throw error;
    }
    const first = this.#take(entry, readings);
    await Promise.race([first, this.#cancellation, ...(this.#stream ? [this.#cli.sleep(STALE)] : [])]);
    if (this.#stream) void first.then(() => this.#takeAll(entry, readings));
  }

  async #takeAll(entry: StatsEntry, readings: AsyncGenerator<StatsResponse>): Promise<void> {
    while (await this.#take(entry, readings));
  }

  async #take(entry: StatsEntry, readings: AsyncGenerator<StatsResponse>): Promise<boolean> {
    const next = await readings.next().catch((error: unknown) => {
      if (!(error instanceof CliError)) throw error;
      return undefined;
    });
    if (this.#cancelled) return false;
    entry.invalid = next === undefined || next.done === true;
    if (next === undefined || next.done) return false;
    entry.reading = next.value;
    entry.at = this.#cli.now();
    return true;
  }
}
