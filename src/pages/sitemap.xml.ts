import { getCollection } from 'astro:content';
import type { APIRoute } from 'astro';
import { pairLessons } from '../course/lessons.ts';
import { languageNames, locales } from '../site/i18n/index.ts';

/** Every page in every language, each with its other languages. */
export const GET: APIRoute = async ({ site }) => {
  const lessons = pairLessons(await getCollection('lessons'));
  const paths = ['', 'course/', 'about/', 'commands/', ...lessons.map((lesson) => `${lesson.path}/`)];
  const address = (locale: string, path: string) => new URL(`/${locale}/${path}`, site).href;
  const urls = locales.flatMap((locale) =>
    paths.map((path) => {
      const others = locales.map(
        (other) =>
          `<xhtml:link rel="alternate" hreflang="${languageNames[other].tag}" href="${address(other, path)}"/>`,
      );
      return `<url><loc>${address(locale, path)}</loc>${others.join('')}</url>`;
    }),
  );
  const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n${urls.join('\n')}\n</urlset>\n`;
  return new Response(xml, { headers: { 'Content-Type': 'application/xml' } });
};
