import { en, type Words } from './en.ts';
import type { Locale } from './locales.ts';
import { zhCn } from './zh-cn.ts';

export type { Words } from './en.ts';
export { isLocale, type Locale, languageNames, locales } from './locales.ts';

const words: Record<Locale, Words> = { en, 'zh-cn': zhCn };

/** The site's words in one language. */
export function wordsIn(locale: Locale): Words {
  return words[locale];
}

/** Puts values into a sentence: `fill('Chapter {n}', { n: 4 })` is "Chapter 4". */
export function fill(sentence: string, values: Record<string, string | number>): string {
  return sentence.replace(/\{(\w+)\}/g, (hole, name: string) =>
    name in values ? String(values[name]) : hole,
  );
}
