import { forEachChild, type ParsedScript, type SyntaxNode } from 'unbash';
import { parseScript } from './parse.ts';

/**
 * An unfinished command, made short: another text that the same lines finish. What lies behind in the construct that is open
 * does not matter for its end: statements that are done, branches, words, the beginning of a quoted text. So a command of ten
 * thousand lines can be read line by line without parsing it ten thousand times over.
 */
export function abridge(text: string): string {
  const script = parseScript(text);
  const errors = script.errors ?? [];
  const open = errors.filter(({ message }) => message.startsWith('unterminated')).map(({ pos }) => pos);
  // What else is missing must be missing at the end: behind an error, the tree is a guess.
  const end = text.trimEnd().length;
  if (!errors.every(({ pos }) => pos >= end || open.includes(pos))) return text;
  if (open.length === 0) return without(text, passed(script, text));
  const word = wordAround(script, open[0]!);
  const tail = openText(text, open);
  if (word === undefined || tail === undefined) return text;
  // Of the word itself, what comes before its first quote or bracket tells what kind of word it is.
  const start = /^[^'"$`\\(]*/.exec(text.slice(word, open[0]))![0];
  return without(text.slice(0, word), passed(script, text)) + start + tail;
}

/** The quotes and brackets that are open at the end, from the outermost at `pos` on; undefined where that cannot be told. */
function openText(text: string, [pos, inner]: readonly number[]): string | undefined {
  const rest = text.slice(pos);
  if (/^[$<>]\((?!\()/.test(rest)) return rest.slice(0, 2) + abridge(rest.slice(2));
  // An array: its words are quoted as those of commands are.
  if (rest.startsWith('=(')) return areWords(rest.slice(2)) ? '=(' : undefined;
  if (!/^['"`]/.test(rest)) return undefined;
  if (inner === undefined) return rest[0]!;
  const substitution = rest[0] === '"' ? openText(text, [inner]) : undefined;
  return substitution && `"${substitution}`;
}

function areWords(text: string): boolean {
  const { commands, errors } = parseScript(text);
  let at = 0;
  for (const { command, pos, end } of commands) {
    if (command.type !== 'Command' || command.prefix.length > 0 || command.redirects.length > 0) return false;
    if (text.slice(at, pos).trim() !== '') return false;
    at = end;
  }
  return errors === undefined && text.slice(at).trim() === '';
}

interface Range {
  from: number;
  to: number;
}

/** What may be left out along the way to the end of the text. */
function passed(script: ParsedScript, text: string): Range[] {
  const ranges: Range[] = [];
  for (let node: SyntaxNode | undefined = script; node !== undefined; node = lastChild(node)) {
    const siblings = interchangeable(node);
    for (let i = siblings.length - 1; i > 0; i--) {
      // A here-document's text follows its line: what is left out ends with one.
      const gap = text.slice(siblings[i - 1]!.end, siblings[i]!.pos);
      if (node.type !== 'Command' && !/(?<!\\)\n/.test(gap)) continue;
      ranges.push({ from: siblings[0]!.pos, to: siblings[i]!.pos });
      break;
    }
  }
  return ranges;
}

/** The children of a node of which all but the last have no say in how it goes on. */
function interchangeable(node: SyntaxNode): readonly SyntaxNode[] {
  switch (node.type) {
    case 'Script':
    case 'CompoundList':
    case 'Pipeline':
    case 'AndOr':
      return node.commands;
    case 'Case':
      return node.items;
    case 'If':
      return node.elif;
    case 'Command':
      return node.suffix.some(({ type }) => type === 'HereDoc') ? [] : node.suffix;
    default:
      return [];
  }
}

function lastChild(node: SyntaxNode): SyntaxNode | undefined {
  let last: SyntaxNode | undefined;
  if (node.type !== 'Word')
    forEachChild(node, (child) => {
      last = child;
    });
  return last;
}

function without(text: string, ranges: readonly Range[]): string {
  let short = '';
  let at = 0;
  for (const { from, to } of ranges) {
    if (from < at || to > text.length) continue;
    short += text.slice(at, from);
    // What is before and what is behind must not become one.
    if (!/\s$/.test(short)) short += ' ';
    at = to;
  }
  return short + text.slice(at);
}

/** Where the word begins in which a position lies. */
function wordAround(script: ParsedScript, pos: number): number | undefined {
  let found: number | undefined;
  const visit = (node: SyntaxNode): void => {
    if ((node.type === 'Word' || node.type === 'Assignment') && node.pos <= pos && pos < node.end) {
      found = node.pos;
      return;
    }
    if (node.type !== 'Word') forEachChild(node, visit);
  };
  visit(script);
  return found;
}
