import { z } from 'zod';
import { chapterSlugs } from './chapters.ts';

const lessonId = z
  .string()
  .regex(/^L\d{1,2}\.\d{1,2}$/, 'expected a lesson of the curriculum, such as "L4.1"');

/**
 * What stands above the text of a lesson, between the two `---` lines.
 *
 * Unknown fields are refused, so that a mistyped name is an error and not a silent loss.
 * @param known the ids of the exercises that exist, each a folder of `exercises/`
 */
export function lessonSchema(known: { exercises: readonly string[] }) {
  const exerciseId = z.string().refine((id) => known.exercises.includes(id), {
    error: (issue) =>
      `unknown exercise "${String(issue.input)}": expected a folder of exercises/ (${known.exercises.join(', ') || 'there are none yet'})`,
  });
  return z.strictObject({
    title: z.string().min(1).describe('The title of the lesson, as the reader sees it.'),
    description: z
      .string()
      .min(20)
      .max(300)
      .describe('One or two sentences for lists, search results and the head of the lesson.'),
    lesson: lessonId.describe(
      'The key of the lesson in the curriculum, such as "L4.1"; the same in every language.',
    ),
    chapter: z.enum(chapterSlugs).describe('The folder of the chapter that the lesson belongs to.'),
    order: z.int().positive().describe('The place of the lesson within its chapter, from 1.'),
    minutes: z.int().min(3).max(30).describe('How long the lesson takes a careful reader, tasks included.'),
    objectives: z
      .array(z.string().min(1))
      .min(1)
      .describe('What the reader can do afterwards: each completes "After this lesson you can …".'),
    prerequisites: z
      .array(lessonId)
      .default([])
      .describe('The lessons that this one builds on, by their keys.'),
    rows: z
      .array(z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'expected the id of a ledger row'))
      .default([])
      .describe('The rows of the claims ledger that the lesson treats.'),
    exercises: z
      .array(exerciseId)
      .default([])
      .describe('The exercises of the lesson, by their folder names.'),
    scenario: z
      .string()
      .optional()
      .describe(
        'The machine that the lesson starts from; without it, a fresh host with an empty image store.',
      ),
  });
}

export type LessonData = z.infer<ReturnType<typeof lessonSchema>>;
