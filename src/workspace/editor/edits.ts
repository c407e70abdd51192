import type { Edit } from '../../lab/dockerfile/protocol.ts';

/** A text after edits that do not touch each other. */
export function edited(text: string, edits: readonly Edit[]): string {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  const offset = (line: number, column: number) =>
    Math.min(text.length, (starts[line - 1] ?? text.length) + column - 1);
  const inOrder = edits
    .map(({ span, text: put }) => ({
      from: offset(span.startLine, span.startColumn),
      to: offset(span.endLine, span.endColumn),
      put,
    }))
    .sort((a, b) => b.from - a.from);
  return inOrder.reduce((now, { from, to, put }) => now.slice(0, from) + put + now.slice(to), text);
}
