import type { Check, Localised } from './check.ts';
import type { Inspection } from './inspection.ts';

/** What learners are asked to write down in files of their home directory, and checks on it. */

export const HOME = '/home/learner';

/** What a file says, without blanks around it; undefined where there is no such file or nothing in it. */
export const answer = (world: Inspection, name: string): string | undefined =>
  world.file(`${HOME}/${name}`)?.trim() || undefined;

/** Its lines, without blanks around them and without empty ones. */
export const answerLines = (world: Inspection, name: string): string[] =>
  (answer(world, name) ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

export const noAnswer = (name: string): Localised => ({
  en: `no file ${name}, or an empty one`,
  'zh-cn': `没有文件${name}，或者它是空的`,
});

/**
 * A file says one thing.
 * @param right what it must say; undefined where the world does not tell
 */
export const says =
  (
    name: string,
    right: (world: Inspection) => string | undefined,
    expected: Localised,
    look: string,
  ): Check =>
  (world) => {
    const written = answer(world, name);
    return {
      passed: written !== undefined && written === right(world),
      expected,
      found:
        written === undefined
          ? noAnswer(name)
          : { en: `${name} says ${short(written)}`, 'zh-cn': `${name}里写着${short(written)}` },
      look,
    };
  };

/** A file lists these and no others, one a line, in any order. */
export const lists =
  (name: string, right: (world: Inspection) => readonly string[], expected: Localised, look: string): Check =>
  (world) => {
    const wanted = new Set(right(world));
    const written = answerLines(world, name);
    const good = new Set(written.filter((line) => wanted.has(line)));
    return {
      passed: wanted.size > 0 && good.size === wanted.size && written.length === wanted.size,
      expected,
      found:
        written.length === 0
          ? noAnswer(name)
          : {
              en: `${written.length} lines, ${good.size} of them right`,
              'zh-cn': `${written.length}行，其中${good.size}行是对的`,
            },
      look,
    };
  };

const short = (text: string) => (text.length > 80 ? `${text.slice(0, 79)}…` : text);
