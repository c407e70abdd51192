import { readdir, readFile, writeFile } from 'node:fs/promises';
import type { AstroIntegration } from 'astro';

/**
 * Leaves a style sheet that comes with code loaded later (the workspace's, the editor's) to that code.
 *
 * Astro links the styles of everything that a page may ever import into its head, where they hold up the first
 * paint; the imports name the same files again and wait for them, so the links are not needed.
 */
export function lateStyles(): AstroIntegration {
  return {
    name: 'drydock-late-styles',
    hooks: {
      'astro:build:done': async ({ dir }) => {
        const files = (await readdir(dir, { recursive: true })).map((name) => name.replaceAll('\\', '/'));
        const late = new Set<string>();
        for (const name of files.filter((file) => file.endsWith('.js'))) {
          const code = await readFile(new URL(name, dir), 'utf8');
          for (const [, list = ''] of code.matchAll(/__vite__mapDeps=.*?\[("[^\]]*)\]/g)) {
            for (const [, style = ''] of list.matchAll(/"([^"]+\.css)"/g)) late.add(`/${style}`);
          }
        }
        for (const name of files.filter((file) => file.endsWith('.html'))) {
          const page = new URL(name, dir);
          const html = await readFile(page, 'utf8');
          const lighter = html.replace(/<link rel="stylesheet" href="([^"]+)">/g, (link, href: string) =>
            late.has(href) ? '' : link,
          );
          if (lighter !== html) await writeFile(page, lighter);
        }
      },
    },
  };
}
