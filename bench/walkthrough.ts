import { ScriptRunner } from '../src/lab/script.ts';
import { openWorld } from '../src/node/node-host.ts';
import { hasEngine, RealEngine } from '../tests/oracle/real-engine.ts';
import { loadScenario } from '../tests/oracle/scenario.ts';
import { type Figure, ms } from './figure.ts';

/** The walkthrough's commands three times one after another, here and on a real engine, in one run. */
export async function walkthroughFigure(): Promise<Figure> {
  const name = 'three runs of the walkthrough';
  const wanted = '>= 100';
  if (!hasEngine()) return { name, found: 'skipped: no real engine (DOCKER_HOST)', wanted, met: undefined };
  const { images, steps } = loadScenario('walkthrough.yaml');
  const commands = steps.map(({ cmd }) => cmd);
  const engine = new RealEngine();
  let [real, ours] = [0, 0];
  for (let turn = 0; turn < 3; turn++) {
    engine.prepare(images);
    real += await timed(async () => engine.run(commands));
    const machine = new ScriptRunner(openWorld('oracle'));
    await machine.prepare(images);
    ours += await timed(async () => {
      for (const cmd of commands) await machine.run({ cmd });
    });
  }
  engine.restore();
  const ratio = real / ours;
  return {
    name,
    found: `${ms(ours)}, real ${ms(real)}: ${ratio.toFixed(0)} times faster`,
    wanted,
    met: ratio >= 100,
  };
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await act();
  return performance.now() - begun;
}
