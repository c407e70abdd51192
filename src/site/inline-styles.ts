import { readdir, readFile, writeFile } from 'node:fs/promises';
import type { AstroIntegration } from 'astro';

/**
 * Puts the style sheets that a page links to into the page. They are 6 kB together; as files they were three requests that the
 * first paint waited for, and that the workspace's own files had to queue behind.
 *
 * Not Astro's `inlineStylesheets`, which would put in those of code loaded later too (late-styles.ts): this comes after them.
 */
export function inlineStyles(): AstroIntegration {
  return {
    name: 'drydock-inline-styles',
    hooks: {
      'astro:build:done': async ({ dir }) => {
        const sheets = new Map<string, string>();
        for (const name of await readdir(new URL('_astro/', dir)))
          if (name.endsWith('.css'))
            sheets.set(`/_astro/${name}`, await readFile(new URL(`_astro/${name}`, dir), 'utf8'));
        for (const name of await readdir(dir, { recursive: true })) {
          if (!name.endsWith('.html')) continue;
          const page = new URL(name.replaceAll('\\', '/'), dir);
          const html = await readFile(page, 'utf8');
          const whole = html.replace(/<link rel="stylesheet" href="([^"]+)">/g, (link, href: string) => {
            const sheet = sheets.get(href);
            return sheet === undefined ? link : `<style>${sheet.trim()}</style>`;
          });
          if (whole !== html) await writeFile(page, whole);
        }
      },
    },
  };
}
