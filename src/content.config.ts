import { defineCollection } from 'astro:content';
import { glob } from 'astro/loaders';
import { exerciseIds } from './course/exercise-ids.ts';
import { lessonSchema } from './course/lesson-schema.ts';

const exercises = exerciseIds(new URL('../exercises/', import.meta.url));

export const collections = {
  lessons: defineCollection({
    loader: glob({ base: './content', pattern: '{en,zh-cn}/**/[^_]*.mdx' }),
    schema: lessonSchema({ exercises }),
  }),
};
