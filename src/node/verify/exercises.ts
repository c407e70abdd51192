import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { writing } from '../../lab/arrangement.ts';
import type { Exercise } from '../../lab/exercise.ts';
import { reportOn } from '../../lab/exercise-report.ts';
import { faultsOf } from '../../lab/exercise-schema.ts';
import { inspect } from '../../lab/inspect.ts';
import { ScriptRunner } from '../../lab/script.ts';
import { openWorld } from '../node-host.ts';
import type { Report } from './report.ts';
import { Typist } from './typist.ts';

/** The ids of the exercises: the folders of `exercises/`. */
export const exerciseIds = (): string[] =>
  globSync('exercises/*/exercise.ts')
    .map((file) => file.split('/')[1]!)
    .sort();

/**
 * Proves an exercise: at the start no task is done; the solution, typed at a terminal, does each task, on two
 * machines of different seeds; each known mistake is recognised and does not pass.
 */
export async function verifyExercise(id: string, report: Report): Promise<void> {
  const file = `exercises/${id}/exercise.ts`;
  const module = (await import(pathToFileURL(resolve(file)).href)) as { default: Exercise };
  const exercise = module.default;
  report.check(exercise.id === id, file, () => `id: expected "${id}", found "${exercise.id}"`);
  const faults = faultsOf(exercise);
  report.check(faults === undefined, file, () => faults ?? '');
  if (faults !== undefined) return;
  await startFails(exercise, report);
  for (const seed of ['first', 'second']) await solutionPasses(exercise, seed, report);
  for (const other of inOtherOrders(exercise)) await solutionPasses(other, 'another order', report);
  for (const mistake of exercise.mistakes) await mistakeIsRecognised(exercise, mistake, report);
}

/** The exercise with its solution writing one of the other right orders of a file. */
function inOtherOrders(exercise: Exercise): Exercise[] {
  return exercise.tasks.flatMap(({ arrange }) =>
    (arrange?.alsoRight ?? []).map((lines) => {
      const order = writing({ file: arrange!.file, lines });
      const replaced = (command: string) => (command === writing(arrange!) ? order : command);
      return {
        ...exercise,
        solution: exercise.solution.map(({ task, commands }) => ({ task, commands: commands.map(replaced) })),
      };
    }),
  );
}

async function open(exercise: Exercise, seed: string) {
  const simulation = openWorld(exercise.scenario, { seed });
  const runner = new ScriptRunner(simulation);
  await runner.prepare([]);
  for (const cmd of exercise.setup) {
    const { exit, stderr } = await runner.run({ cmd });
    if (exit !== 0) throw new Error(`${exercise.id}: setup: ${cmd}: ${stderr}`);
  }
  return simulation;
}

async function startFails(exercise: Exercise, report: Report): Promise<void> {
  const simulation = await open(exercise, 'start');
  for (const { task, passed } of reportOn(exercise, inspect(simulation)))
    report.check(!passed, `${exercise.id}: ${task}`, () => 'passes before anything is done');
}

async function solutionPasses(exercise: Exercise, seed: string, report: Report): Promise<void> {
  const simulation = await open(exercise, seed);
  const typist = new Typist(simulation);
  const shown: string[] = [];
  for (const { task, commands } of exercise.solution) {
    for (const command of commands) {
      const { prompt, output } = await typist.type(command);
      shown.push(`${prompt} ${command}`, output);
    }
    const [found] = reportOn(exercise, inspect(simulation), task);
    report.check(found!.passed, `${exercise.id}: ${task}: the solution does not pass (${seed} machine)`, () =>
      [
        ...shown,
        ...found!.results.map((result) => `expected ${result.expected.en}, found ${result.found.en}`),
      ].join('\n'),
    );
  }
  const all = reportOn(exercise, inspect(simulation));
  report.check(
    all.every(({ passed }) => passed),
    `${exercise.id}: after the whole solution`,
    () =>
      all
        .filter(({ passed }) => !passed)
        .map(({ task }) => task)
        .join(', '),
  );
}

async function mistakeIsRecognised(
  exercise: Exercise,
  mistake: Exercise['mistakes'][number],
  report: Report,
): Promise<void> {
  const simulation = await open(exercise, mistake.id);
  const typist = new Typist(simulation);
  for (const command of mistake.commands) await typist.type(command);
  const [found] = reportOn(exercise, inspect(simulation), mistake.task);
  report.check(!found!.passed, `${exercise.id}: ${mistake.id}`, () => 'the mistake passes');
  report.check(
    found!.mistakes.includes(mistake.id),
    `${exercise.id}: ${mistake.id}`,
    () => 'the mistake is not recognised',
  );
}
