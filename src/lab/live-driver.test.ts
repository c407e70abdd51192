import { expect, test } from 'vitest';
import { World } from '../engine/world/world.ts';
import { LiveDriver } from './live-driver.ts';

const AN_HOUR = 3_600_000;

/** Real time that moves only when the driver waits for it. */
class HandTime {
  time = 0;
  /** Happens once, in place of the next wait. */
  interrupt: (() => void) | undefined;
  now = () => this.time;
  after = (ms: number, call: () => void) => {
    const handle = setImmediate(() => {
      const interrupt = this.interrupt;
      this.interrupt = undefined;
      if (interrupt) return interrupt();
      this.time += ms;
      call();
    });
    return () => clearImmediate(handle);
  };
}

function setup() {
  const host = {
    macrotask: () => new Promise<void>((resolve) => setImmediate(resolve)),
    fetch: async () => new Uint8Array(),
    load: () => Promise.reject(new Error('nothing to load')),
  };
  const world = new World({ seed: 'test', start: 1_000, host });
  const time = new HandTime();
  return { world, time, driver: new LiveDriver(world, time) };
}

test('waits in real time for the next timer', async () => {
  const { world, time, driver } = setup();
  world.clock.at(1_250, () => driver.stop());
  await driver.run();
  expect(time.time).toBe(250);
  expect(world.clock.now()).toBe(1_250);
});

test('an input that comes while the world waits is applied at the time that it is then', async () => {
  const { world, time, driver } = setup();
  const seen: string[] = [];
  world.clock.at(1_100, () => {
    seen.push(`timer ${world.clock.now()}`);
    driver.stop();
  });
  time.interrupt = () => {
    time.time += 40;
    driver.enter(() => seen.push(`input ${world.clock.now()}`));
  };
  await driver.run();
  expect(seen).toEqual(['input 1040', 'timer 1100']);
});

test('a laptop that slept does not make the world catch up', async () => {
  const { world, time, driver } = setup();
  let ticks = 0;
  const tick = () => {
    ticks++;
    world.clock.at(world.clock.now() + 100, tick);
    if (time.now() >= AN_HOUR + 1_000) driver.stop();
  };
  tick();
  time.interrupt = () => {
    time.time += AN_HOUR;
    driver.enter(() => {});
  };
  await driver.run();
  // The first, 20 for the two seconds of the hour that are caught up with, and 10 for the second after it.
  expect(ticks).toBe(31);
});
