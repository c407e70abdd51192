import EditorWorker from 'monaco-editor/editor/editor.worker.js?worker';
import { editor as monaco, Uri } from 'monaco-editor/editor.js';
import 'monaco-editor/features/bracketMatching/register.js';
import 'monaco-editor/features/clipboard/register.js';
import 'monaco-editor/features/comment/register.js';
import 'monaco-editor/features/find/register.js';
import 'monaco-editor/features/folding/register.js';
import 'monaco-editor/features/indentation/register.js';
import 'monaco-editor/features/linesOperations/register.js';
import 'monaco-editor/features/multicursor/register.js';
import 'monaco-editor/features/toggleTabFocusMode/register.js';
import 'monaco-editor/features/wordOperations/register.js';
import 'monaco-editor/languages/definitions/dockerfile/register.js';
import 'monaco-editor/languages/definitions/html/register.js';
import 'monaco-editor/languages/definitions/ini/register.js';
import 'monaco-editor/languages/definitions/shell/register.js';
import 'monaco-editor/languages/definitions/yaml/register.js';

/** An editor for one file at a time. */
export interface Editor {
  show(path: string, text: string): void;
  text(): string;
  isChanged(): boolean;
  markSaved(): void;
  close(): void;
}

/** Opens Monaco in an element. This module, and with it Monaco, is loaded when a file is first opened. */
export function openEditor(holder: HTMLElement, on: { onChange: () => void; onSave: () => void }): Editor {
  globalThis.MonacoEnvironment = { getWorker: () => new EditorWorker() };
  holder.hidden = false;
  const applyTheme = () => monaco.setTheme(defineTheme(holder));
  const view = monaco.create(holder, {
    model: null,
    theme: defineTheme(holder),
    automaticLayout: true,
    minimap: { enabled: false },
    accessibilitySupport: 'auto',
    scrollBeyondLastLine: false,
    fontFamily: getComputedStyle(holder).fontFamily,
    fontSize: Number.parseFloat(getComputedStyle(holder).fontSize),
  });
  view.addAction({
    id: 'drydock.save',
    label: 'Save',
    keybindings: [2048 /* CtrlCmd */ | 49 /* KeyS */],
    run: on.onSave,
  });
  document.addEventListener('drydock:appearance', applyTheme);
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  scheme.addEventListener('change', applyTheme);
  let savedVersion = 0;
  view.onDidChangeModelContent(on.onChange);

  return {
    show(path, text) {
      view.getModel()?.dispose();
      const uri = Uri.file(path);
      const model = monaco.createModel(text, languageOf(path), uri);
      model.setEOL(text.includes('\r\n') ? monaco.EndOfLineSequence.CRLF : monaco.EndOfLineSequence.LF);
      view.setModel(model);
      savedVersion = model.getAlternativeVersionId();
      view.focus();
    },
    text: () => view.getValue(),
    isChanged: () => view.getModel()?.getAlternativeVersionId() !== savedVersion,
    markSaved() {
      savedVersion = view.getModel()?.getAlternativeVersionId() ?? 0;
    },
    close() {
      document.removeEventListener('drydock:appearance', applyTheme);
      scheme.removeEventListener('change', applyTheme);
      view.getModel()?.dispose();
      view.dispose();
    },
  };
}

/** Where no extension tells: files that are known by their name. Extensions Monaco knows itself. */
function languageOf(path: string): string | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (/^(Docker|Container)file(\..+)?$/.test(name)) return 'dockerfile';
  if (/^\.?(bash|profile|ash|zsh)(rc|_profile)?$/.test(name)) return 'shell';
  return undefined;
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
