import { isLocale, type Locale, type Words, wordsIn } from '../../site/i18n/index.ts';

/** The language of the page that a component stands on, and the site's words in it. */
export function pageWords(params: Record<string, string | undefined>): { locale: Locale; words: Words } {
  const locale = isLocale(params['locale']) ? params['locale'] : 'en';
  return { locale, words: wordsIn(locale) };
}
