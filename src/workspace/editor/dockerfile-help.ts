import { languages, MarkerSeverity, editor as monaco } from 'monaco-editor/editor.js';
import type { Edit, Place, Span } from '../../lab/dockerfile/protocol.ts';
import type { OpenFile } from '../files/open-files.ts';
import type { FilesWords } from '../files/words.ts';
import type { Locale } from '../words/index.ts';
import { explained } from './instructions-zh-cn.ts';
import { dockerfileClient, fixTitle, type Problem } from './problems.ts';

/** What Monaco is told of a file: its problems as markers, their fixes, and of Dockerfiles completion and hover. */

const files = new WeakMap<monaco.ITextModel, OpenFile>();
let isRegistered = false;

/** Makes a file known as the one that a model shows. */
export function introduce(model: monaco.ITextModel, file: OpenFile): void {
  files.set(model, file);
}

export function showProblems(model: monaco.ITextModel, problems: readonly Problem[]): void {
  monaco.setModelMarkers(
    model,
    'drydock',
    problems.map(({ severity, message, span, rule }) => ({
      severity: severity === 'error' ? MarkerSeverity.Error : MarkerSeverity.Warning,
      message,
      ...rangeOf(span),
      ...(rule && { code: { value: rule.name, target: uriOf(model, rule.url) } }),
    })),
  );
}

/** Once a page: Monaco keeps what it is given. */
export function registerHelp(words: FilesWords, locale: Locale): void {
  const own = (instruction: string) => (locale === 'zh-cn' ? explained(instruction) : undefined);
  if (isRegistered) return;
  isRegistered = true;
  languages.registerCodeActionProvider('*', {
    provideCodeActions(model, range, { markers }) {
      const file = files.get(model);
      const { text, problems } = file?.checked.peek() ?? { text: undefined, problems: [] };
      const isCurrent = text === file?.text.peek();
      const actions = problems.flatMap((problem): languages.CodeAction[] => {
        const { fix, span, message } = problem;
        if (!isCurrent || fix === undefined || !meets(span, range)) return [];
        const edits = fix.edits.map((edit) => ({
          resource: model.uri,
          versionId: model.getVersionId(),
          textEdit: { range: rangeOf(edit.span), text: edit.text },
        }));
        const diagnostics = markers.filter((marker) => marker.message === message);
        return [
          { title: fixTitle(fix, words), kind: 'quickfix', diagnostics, edit: { edits }, isPreferred: true },
        ];
      });
      return { actions, dispose: () => undefined };
    },
  });
  languages.registerCompletionItemProvider('dockerfile', {
    triggerCharacters: [' ', ':', '-', '$'],
    async provideCompletionItems(model, { lineNumber: line, column }) {
      const items = await dockerfileClient()
        .call('complete', placeIn(model, line, column))
        .catch(() => []);
      return {
        suggestions: items.map(({ label, text, span, documentation = '' }) => ({
          label,
          kind: languages.CompletionItemKind.Keyword,
          insertText: text,
          insertTextRules: languages.CompletionItemInsertTextRule.InsertAsSnippet,
          range: rangeOf(span),
          documentation: { value: own(label.split(' ', 1)[0] ?? '') ?? documentation },
        })),
      };
    },
  });
  languages.registerHoverProvider('dockerfile', {
    async provideHover(model, { lineNumber: line, column }) {
      const word = model.getWordAtPosition({ lineNumber: line, column });
      const isFirst =
        word !== null &&
        model
          .getLineContent(line)
          .slice(0, word.startColumn - 1)
          .trim() === '';
      const told = isFirst ? own(word.word) : undefined;
      if (told !== undefined) return { contents: [{ value: told }] };
      const hover = await dockerfileClient()
        .call('hover', placeIn(model, line, column))
        .catch(() => undefined);
      if (hover === undefined) return null;
      return { contents: [{ value: hover.markdown }], ...(hover.span && { range: rangeOf(hover.span) }) };
    },
  });
}

const placeIn = (model: monaco.ITextModel, line: number, column: number): Place => ({
  text: model.getValue(),
  line,
  column,
});

const rangeOf = ({ startLine, startColumn, endLine, endColumn }: Edit['span']) => ({
  startLineNumber: startLine,
  startColumn,
  endLineNumber: endLine,
  endColumn,
});

const meets = (span: Span, range: { startLineNumber: number; endLineNumber: number }): boolean =>
  span.startLine <= range.endLineNumber && range.startLineNumber <= span.endLine;

const uriOf = ({ uri }: monaco.ITextModel, url: string) => {
  const { protocol, host, pathname } = new URL(url);
  return uri.with({
    scheme: protocol.slice(0, -1),
    authority: host,
    path: pathname,
    query: '',
    fragment: '',
  });
};
