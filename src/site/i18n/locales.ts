/** The languages of the course. The first is the one that every page is written in first. */
export const locales = ['en', 'zh-cn'] as const;
export type Locale = (typeof locales)[number];

/** What each language calls itself, and its BCP 47 tag for `lang` and `hreflang`. */
export const languageNames: Record<Locale, { own: string; short: string; tag: string }> = {
  en: { own: 'English', short: 'EN', tag: 'en' },
  'zh-cn': { own: '简体中文', short: '中文', tag: 'zh-Hans-CN' },
};

export function isLocale(value: unknown): value is Locale {
  return locales.includes(value as Locale);
}
