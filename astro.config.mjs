// @ts-check

import { satteri } from '@astrojs/markdown-satteri';
import mdx from '@astrojs/mdx';
import preact from '@astrojs/preact';
import { defineConfig } from 'astro/config';
import { consoleFences, headingAnchors, shortInlineCode } from './src/course/markdown-plugins.ts';
import { asciiScripts } from './src/site/ascii-scripts.ts';
import { hubAssets } from './src/site/hub-assets.ts';
import { inlineStyles } from './src/site/inline-styles.ts';
import { lateStyles } from './src/site/late-styles.ts';
import { precompressed } from './src/site/precompressed.ts';
import { workspaceAhead } from './src/site/workspace-ahead.ts';

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
  integrations: [
    mdx(),
    preact(),
    hubAssets(),
    lateStyles(),
    inlineStyles(),
    workspaceAhead(),
    precompressed(),
  ],
  server: { host: 'localhost', port: 4321, headers: isolation },
  devToolbar: { enabled: false },
  vite: {
    plugins: [asciiScripts()],
    worker: {
      format: 'es',
      plugins: () => [asciiScripts()],
      // What the worker begins with is one file: a second would be asked for only when the first has been read.
      rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'worker', tags: ['$initial'] }] } } },
    },
    build: {
      target: 'es2022',
      rolldownOptions: {
        // What several chunks share may lie in the one that is there first, so that it is no file of its own: a reading page's
        // script and what brings the workspace are one file each.
        preserveEntrySignatures: 'allow-extension',
        output: {
          codeSplitting: {
            groups: [
              { name: 'load', test: /preload-helper|components.Workspace\.astro/ },
              { name: 'mount', test: /node_modules.@?preact|workspace.mount\.tsx/ },
            ],
          },
        },
      },
    },
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
