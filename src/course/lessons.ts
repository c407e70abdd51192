import { type Locale, locales } from '../site/i18n/locales.ts';
import { chapters } from './chapters.ts';
import type { LessonData } from './lesson-schema.ts';

/** A lesson as it is stored: `id` is `<locale>/<chapter>/<name>`. */
export interface LessonEntry<Data = LessonData> {
  id: string;
  data: Data;
}

/** A lesson in all the languages that it has been written in. */
export interface Lesson<Entry extends LessonEntry> {
  /** `<chapter>/<name>`: the address without its language. */
  path: string;
  in: Partial<Record<Locale, Entry>>;
  /** The text to show a reader of a language: their own, or else the first there is. */
  for(locale: Locale): { locale: Locale; entry: Entry };
}

/** What must be equal in every language, for lessons are in step. */
const inStep = [
  'lesson',
  'chapter',
  'order',
  'minutes',
  'prerequisites',
  'rows',
  'exercises',
  'scenario',
] as const;

/**
 * Brings the languages of each lesson together, in reading order.
 * @throws Error naming the file and the field where two languages disagree, or where a file lies in a wrong folder
 */
export function pairLessons<Entry extends LessonEntry>(entries: readonly Entry[]): Lesson<Entry>[] {
  const byPath = new Map<string, Partial<Record<Locale, Entry>>>();
  for (const entry of entries) {
    const [locale, chapter, ...rest] = entry.id.split('/');
    const path = [chapter, ...rest].join('/');
    if (entry.data.chapter !== chapter) {
      throw new Error(
        `content/${entry.id}.mdx: chapter is "${entry.data.chapter}", but the file lies in the folder "${chapter}".`,
      );
    }
    byPath.set(path, { ...byPath.get(path), [locale as Locale]: entry });
  }
  return [...byPath]
    .map(([path, translations]) => {
      const written = locales.filter((locale) => translations[locale]);
      const first = translations[written[0] as Locale] as Entry;
      for (const locale of written.slice(1)) agree(first, translations[locale] as Entry);
      return {
        path,
        in: translations,
        for: (locale: Locale) => {
          const shown = translations[locale] ? locale : (written[0] as Locale);
          return { locale: shown, entry: translations[shown] as Entry };
        },
      };
    })
    .sort((a, b) => place(a.for('en').entry.data) - place(b.for('en').entry.data));
}

function agree(one: LessonEntry, other: LessonEntry): void {
  for (const field of inStep) {
    const [expected, found] = [JSON.stringify(one.data[field]), JSON.stringify(other.data[field])];
    if (expected !== found) {
      throw new Error(
        `content/${other.id}.mdx: ${field} is ${found}, but content/${one.id}.mdx has ${expected}.`,
      );
    }
  }
}

function place(data: LessonData): number {
  return chapters.findIndex((chapter) => chapter.slug === data.chapter) * 1000 + data.order;
}

/**
 * Pairs the headings of two languages by their order: from each anchor of one page to that of the other.
 * @throws Error naming both files where the outlines differ
 */
export function pairAnchors(
  one: { id: string; headings: readonly { depth: number; slug: string }[] },
  other: { id: string; headings: readonly { depth: number; slug: string }[] },
): Record<string, string> {
  const outline = (page: typeof one) => page.headings.map((heading) => heading.depth).join(' ');
  if (outline(one) !== outline(other)) {
    throw new Error(
      `content/${other.id}.mdx: its headings have the levels ${outline(other)}, but content/${one.id}.mdx has ${outline(one)}.`,
    );
  }
  return Object.fromEntries(
    one.headings.map((heading, at) => [heading.slug, other.headings[at]?.slug ?? '']),
  );
}
