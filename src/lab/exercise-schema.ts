import { z } from 'zod';
import type { Check, Localised } from './check.ts';
import type { Exercise } from './exercise.ts';
import type { Inspection } from './inspection.ts';

const text = z.strictObject({
  en: z.string().min(1).describe('English'),
  'zh-cn': z.string().min(1).describe('Simplified Chinese'),
}) satisfies z.ZodType<Localised>;

const identifier = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'expected lower-case words joined by dashes');

const check = z.custom<Check>((value) => typeof value === 'function', 'expected a function of the world');

const lines = z.array(z.string().min(1)).min(1);

const Arrange = z.strictObject({
  file: z.string().startsWith('/').describe('Where it is written, an absolute path.'),
  lines: lines.describe('The lines of the file in a right order.'),
  spare: z.array(z.string().min(1)).describe('Lines that have no place in it.'),
  alsoRight: z.array(lines).describe('Other right orders, each proven as the solution is.'),
  tryIt: z.string().min(1).describe('The command that shows whether it works.'),
});

const Task = z.strictObject({
  id: identifier,
  goal: text.describe('What shall be true afterwards, in one or two sentences.'),
  hints: z.array(text).min(2).describe('From a nudge to the concept; none of them is the command itself.'),
  arrange: Arrange.optional().describe('A file to be put in order, where the task is about one.'),
  checks: z.array(check).min(1).describe('All must pass for the task to be done.'),
});

const Mistake = z.strictObject({
  id: identifier,
  task: identifier.describe('The task in which it is made.'),
  explanation: text.describe('What happened, why, and what to change.'),
  commands: z
    .array(z.string())
    .min(1)
    .describe('Commands that make the mistake, for the proof that it is recognised.'),
  shown: z
    .custom<(world: Inspection) => boolean>(
      (value) => typeof value === 'function',
      'expected a function of the world',
    )
    .describe('Whether the state of the world shows it.'),
});

const ExerciseSchema = z
  .strictObject({
    id: identifier.describe('The name of its folder.'),
    title: text,
    intro: text,
    scenario: z.string(),
    setup: z.array(z.string()).describe('Commands that prepare the machine before the learner arrives.'),
    tasks: z.array(Task).min(1),
    solution: z
      .array(z.strictObject({ task: identifier, commands: z.array(z.string()).min(1) }))
      .describe('Typed at a terminal, in order.'),
    mistakes: z.array(Mistake),
  })
  .superRefine((exercise, context) => {
    const tasks = new Set(exercise.tasks.map((task) => task.id));
    const refer = (path: (string | number)[], task: string) => {
      if (!tasks.has(task))
        context.addIssue({
          code: 'custom',
          path,
          message: `unknown task "${task}": expected one of ${[...tasks].join(', ')}`,
        });
    };
    for (const [i, { task }] of exercise.solution.entries()) refer(['solution', i, 'task'], task);
    for (const [i, { task }] of exercise.mistakes.entries()) refer(['mistakes', i, 'task'], task);
  }) satisfies z.ZodType<Exercise>;

/** What is wrong with an exercise, field by field; undefined if nothing is. Run by `drydock verify`, not by learners' browsers. */
export function faultsOf(exercise: unknown): string | undefined {
  const read = ExerciseSchema.safeParse(exercise);
  return read.success ? undefined : z.prettifyError(read.error);
}
