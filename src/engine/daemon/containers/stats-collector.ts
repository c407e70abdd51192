import type { StatsResponse } from '../../api/containers.ts';
import { sleep } from '../../runtime/sleep.ts';
import type { Engine } from '../engine.ts';
import { Feed } from '../lines.ts';
import type { Container } from './container.ts';
import { EMPTY_CPU, NEVER, NOTHING, type Reading, readStats } from './stats.ts';

/** Milliseconds between two readings. */
const INTERVAL = 1000;

/** Reads, once a second, what those containers use that somebody watches. Models moby daemon/stats/collector.go. */
export class StatsCollector {
  readonly #engine: Engine;
  readonly #watched = new Map<Container, Set<Feed<Reading>>>();
  #running = false;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Readings of a container as they come, each with the one before it. The first has none. */
  async *watch(container: Container): AsyncGenerator<StatsResponse> {
    let preread = NEVER;
    let precpu: StatsResponse['cpu_stats'] = EMPTY_CPU;
    for await (const reading of this.#subscribe(container)) {
      yield named(container, { ...reading, preread, precpu_stats: precpu });
      preread = reading.read;
      precpu = reading.cpu_stats;
    }
  }

  /** The container is gone: whoever watches it has seen all. */
  stop(container: Container): void {
    for (const feed of this.#watched.get(container) ?? []) feed.end();
    this.#watched.delete(container);
  }

  #subscribe(container: Container): Feed<Reading> {
    const feed = new Feed<Reading>();
    const feeds = this.#watched.get(container) ?? new Set();
    this.#watched.set(container, feeds.add(feed));
    feed.onAbandon = () => {
      feeds.delete(feed);
      if (feeds.size === 0) this.#watched.delete(container);
    };
    void this.#run();
    return feed;
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    while (this.#watched.size > 0) {
      for (const [container, feeds] of [...this.#watched]) {
        // One that has stopped uses nothing.
        const reading = await readStats(this.#engine, container).catch(() => NOTHING);
        for (const feed of feeds) feed.push(reading);
      }
      await sleep(this.#engine.sys, INTERVAL);
    }
    this.#running = false;
  }
}

/** With the name of whose reading it is in front. */
export const named = ({ name, id }: Container, reading: Reading): StatsResponse => ({
  name: `/${name}`,
  id,
  ...reading,
});
