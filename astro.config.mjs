// @ts-check

import { satteri } from '@astrojs/markdown-satteri';
import mdx from '@astrojs/mdx';
import preact from '@astrojs/preact';
import { defineConfig } from 'astro/config';
import { consoleFences, headingAnchors, shortInlineCode } from './src/course/markdown-plugins.ts';
import { hubAssets } from './src/site/hub-assets.ts';
import { lateStyles } from './src/site/late-styles.ts';
import { precompressed } from './src/site/precompressed.ts';

// What lets the page use shared memory with its workers; `astro dev` and `astro preview` both send it.
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export default defineConfig({
  site: process.env.DRYDOCK_SITE ?? 'http://localhost:4321',
  i18n: {
    locales: ['en', 'zh-cn'],
    defaultLocale: 'en',
    routing: { prefixDefaultLocale: true, redirectToDefaultLocale: false },
  },
  trailingSlash: 'always',
  build: { inlineStylesheets: 'auto' },
  markdown: {
    processor: satteri({ mdastPlugins: [consoleFences, headingAnchors], hastPlugins: [shortInlineCode] }),
    syntaxHighlight: { type: 'shiki', excludeLangs: ['console'] },
    shikiConfig: { theme: 'css-variables' },
  },
  integrations: [mdx(), preact(), hubAssets(), lateStyles(), precompressed()],
  server: { host: 'localhost', port: 4321, headers: isolation },
  devToolbar: { enabled: false },
  vite: {
    worker: { format: 'es' },
    build: { target: 'es2022' },
    optimizeDeps: {
      include: [
        '@xterm/xterm',
        '@xterm/addon-fit',
        'preact',
        'preact/hooks',
        '@preact/signals',
        'monaco-editor/editor.js',
      ],
    },
  },
});
