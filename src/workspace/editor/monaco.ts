import { effect } from '@preact/signals';
import EditorWorker from 'monaco-editor/editor/editor.worker.js?worker';
import { editor as monaco } from 'monaco-editor/editor.js';
import 'monaco-editor/features/bracketMatching/register.js';
import 'monaco-editor/features/clipboard/register.js';
import 'monaco-editor/features/codeAction/register.js';
import 'monaco-editor/features/comment/register.js';
import 'monaco-editor/features/find/register.js';
import 'monaco-editor/features/folding/register.js';
import 'monaco-editor/features/gotoError/register.js';
import 'monaco-editor/features/hover/register.js';
import 'monaco-editor/features/indentation/register.js';
import 'monaco-editor/features/linesOperations/register.js';
import 'monaco-editor/features/multicursor/register.js';
// The feature of this name holds inline completions alone.
import 'monaco-editor/editor/contrib/suggest/browser/suggestController.js';
import 'monaco-editor/features/toggleTabFocusMode/register.js';
import 'monaco-editor/features/unicodeHighlighter/register.js';
import 'monaco-editor/features/wordOperations/register.js';
import type { OpenFile } from '../files/open-files.ts';
import type { FilesWords } from '../files/words.ts';
import type { Locale } from '../words/index.ts';
import { introduce, registerHelp, showProblems } from './dockerfile-help.ts';
import { languageOf } from './file-language.ts';
import './languages.ts';

/** What shows one open file at a time and lets it be edited. */
export interface Surface {
  /** @param all the files that are open: what is kept of others goes */
  show(file: OpenFile, all: readonly OpenFile[]): void;
  focus(): void;
  /** Puts the cursor there, and takes the focus. */
  goTo(line: number, column: number): void;
  close(): void;
}

interface Kept {
  model: monaco.ITextModel;
  state: monaco.ICodeEditorViewState | null;
  stop: () => void;
}

/** Opens Monaco in an element. This module, and with it Monaco, is loaded when a file is first opened. */
export function openMonaco(holder: HTMLElement, words: FilesWords, locale: Locale): Surface {
  registerHelp(words, locale);
  globalThis.MonacoEnvironment = { getWorker: () => new EditorWorker() };
  const view = monaco.create(holder, {
    model: null,
    theme: defineTheme(holder),
    automaticLayout: true,
    minimap: { enabled: false },
    accessibilitySupport: 'auto',
    scrollBeyondLastLine: false,
    // Quotes, dashes and blanks that a program does not take for its own; in comments and words they do no harm.
    unicodeHighlight: {
      ambiguousCharacters: true,
      invisibleCharacters: true,
      nonBasicASCII: false,
      includeComments: false,
    },
    fixedOverflowWidgets: true,
    wordBasedSuggestions: 'off',
    quickSuggestions: { other: true, comments: false, strings: false },
    fontFamily: getComputedStyle(holder).fontFamily,
    fontSize: Number.parseFloat(getComputedStyle(holder).fontSize),
  });
  const restyle = () => {
    view.updateOptions({ fontSize: Number.parseFloat(getComputedStyle(holder).fontSize) });
    monaco.setTheme(defineTheme(holder));
  };
  document.addEventListener('drydock:appearance', restyle);
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  scheme.addEventListener('change', restyle);

  const kept = new Map<OpenFile, Kept>();
  let shown: OpenFile | undefined;
  const keep = (file: OpenFile): Kept => {
    const text = file.text.peek();
    const model = monaco.createModel(text, languageOf(file.path.peek(), text));
    const changes = model.onDidChangeContent(() => {
      file.text.value = model.getValue(undefined, true);
    });
    // What comes from elsewhere: the machine, or a fix that was chosen beside the editor.
    const follow = effect(() => {
      const now = file.text.value;
      if (now !== model.getValue(undefined, true)) replace(model, now);
    });
    const name = effect(() => {
      monaco.setModelLanguage(model, languageOf(file.path.value, file.text.peek()));
    });
    introduce(model, file);
    const marks = effect(() => showProblems(model, file.checked.value.problems));
    const stop = () => {
      for (const end of [follow, name, marks]) end();
      changes.dispose();
      model.dispose();
    };
    return { model, state: null, stop };
  };
  return {
    show(file, all) {
      const before = shown && kept.get(shown);
      if (before) before.state = view.saveViewState();
      for (const [other, { stop }] of kept) {
        if (all.includes(other)) continue;
        stop();
        kept.delete(other);
      }
      const now = kept.get(file) ?? keep(file);
      kept.set(file, now);
      shown = file;
      view.setModel(now.model);
      view.updateOptions({ ariaLabel: file.path.peek() });
      if (now.state) view.restoreViewState(now.state);
    },
    focus: () => view.focus(),
    goTo(lineNumber, column) {
      view.setPosition({ lineNumber, column });
      view.revealLineInCenterIfOutsideViewport(lineNumber);
      view.focus();
    },
    close() {
      document.removeEventListener('drydock:appearance', restyle);
      scheme.removeEventListener('change', restyle);
      for (const { stop } of kept.values()) stop();
      view.dispose();
    },
  };
}

/** Changes the whole text, so that it can be undone and the cursor stays. */
function replace(model: monaco.ITextModel, text: string): void {
  model.pushEditOperations([], [{ range: model.getFullModelRange(), text }], () => null);
}

/** Monaco's nearest theme on the page's own colours. */
function defineTheme(element: HTMLElement): string {
  const background = hexOf(getComputedStyle(element).backgroundColor);
  const contrast = document.documentElement.dataset['theme'] === 'contrast';
  const dark = Number.parseInt(background.slice(1, 3), 16) < 128;
  monaco.defineTheme('drydock', {
    base: contrast ? 'hc-black' : dark ? 'vs-dark' : 'vs',
    inherit: true,
    rules: [],
    colors: { 'editor.background': background, 'editorGutter.background': background },
  });
  return 'drydock';
}

/** `rgb(15, 19, 22)` as `#0f1316`. */
function hexOf(colour: string): string {
  const parts = (colour.match(/[\d.]+/g) ?? []).slice(0, 3);
  return `#${parts.map((part) => Math.round(Number(part)).toString(16).padStart(2, '0')).join('')}`;
}
