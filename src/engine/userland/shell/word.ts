import type {
  ArithmeticExpansionPart,
  CommandExpansionPart,
  ParameterExpansionPart,
  ParsedScript,
  Word,
  WordPart,
} from 'unbash';
import { parseScript } from './parse.ts';

/**
 * Words made ready for expansion: unbash's parts flattened into segments that are quoted or not, backslashes taken
 * away. Each word is prepared once.
 */
export type Segment =
  /** `split`: stands in the operand of an unquoted `${x:-…}` and is split into fields like an expansion's result. */
  | { kind: 'text'; text: string; quoted: boolean; split?: boolean }
  /** `$'…'`, and what a shell that does not know it makes of it. */
  | { kind: 'ansi'; text: string; unknown: string }
  | { kind: 'tilde'; user: string }
  | { kind: 'parameter'; parameter: Parameter; quoted: boolean }
  | { kind: 'command'; script: ParsedScript; quoted: boolean; backquoted: boolean }
  | { kind: 'arithmetic'; body: Prepared; text: string; quoted: boolean }
  | { kind: 'process'; operator: '<' | '>'; script: ParsedScript };

export interface Parameter {
  name: string;
  /** The source text, for messages. */
  text: string;
  index: string | undefined;
  prefix: '!' | '#' | undefined;
  operation: Operation | undefined;
}

export type Operation =
  | { type: 'default'; operator: string; operand: Prepared }
  | { type: 'remove'; operator: string; operand: Prepared }
  | { type: 'replace'; operator: string; pattern: Prepared; replacement: Prepared }
  | { type: 'slice'; offset: Prepared; length: Prepared | undefined }
  | { type: 'case'; operator: string; pattern: Prepared | undefined }
  | { type: 'transform'; operator: string }
  | { type: 'names'; operator: string }
  | { type: 'unknown' };

export interface Prepared {
  segments: readonly Segment[];
  /** The whole text when nothing in it expands, globs or needs quoting care. */
  plain: string | undefined;
  /** Has an unquoted brace expression. */
  braces: boolean;
}

/** Where a word stands decides about tildes. */
export type WordPlace = 'word' | 'assignment' | 'pattern';

const memory = new WeakMap<Word, Partial<Record<WordPlace, Prepared>>>();

export function prepare(word: Word, place: WordPlace = 'word'): Prepared {
  let entry = memory.get(word);
  if (entry === undefined) {
    entry = {};
    memory.set(word, entry);
  }
  let prepared = entry[place];
  if (prepared === undefined) {
    prepared = prepareParts(word.parts, word.text, place);
    entry[place] = prepared;
  }
  return prepared;
}

function prepareParts(parts: readonly WordPart[] | undefined, text: string, place: WordPlace): Prepared {
  const builder = new Builder();
  if (parts === undefined) builder.literal(text);
  else for (const part of parts) builder.part(part);
  const segments = place === 'pattern' ? builder.segments : withTildes(builder.segments, place);
  return finish(segments, builder.braces);
}

function finish(segments: Segment[], braces: boolean): Prepared {
  let plain: string | undefined = '';
  for (const segment of segments) {
    if (segment.kind !== 'text' || segment.split || (!segment.quoted && /[*?[\\]/.test(segment.text))) {
      plain = undefined;
      break;
    }
    plain += segment.text;
  }
  if (segments.length === 0 || braces) plain = undefined;
  return { segments, plain, braces };
}

/** A text with expansions in which quotes mean nothing, as in a here-document or a prompt. */
export function prepareTemplate(text: string): Prepared {
  let prepared = templates.get(text);
  if (prepared === undefined) {
    prepared = buildTemplate(text);
    if (templates.size > 300) templates.clear();
    templates.set(text, prepared);
  }
  return prepared;
}

const templates = new Map<string, Prepared>();

function buildTemplate(text: string): Prepared {
  if (!/[$`\\]/.test(text))
    return { segments: [{ kind: 'text', text, quoted: true }], plain: text, braces: false };
  const end = 'DRYDOCK_END_OF_TEMPLATE';
  const command = parseScript(`: <<${end}\n${text}\n${end}\n`).commands[0]?.command;
  const document = command?.type === 'Command' ? command.redirects[0] : undefined;
  if (document?.type !== 'HereDoc')
    return { segments: [{ kind: 'text', text, quoted: true }], plain: text, braces: false };
  const prepared = prepareHereDocument(document.body.parts, document.body.text);
  // The newline before the delimiter was added here.
  const last = prepared.segments.at(-1);
  if (last?.kind === 'text') last.text = last.text.replace(/\n$/, '');
  return finish([...prepared.segments], false);
}

/** The body of a here-document whose delimiter was not quoted. */
export function prepareHereDocument(parts: readonly WordPart[] | undefined, text: string): Prepared {
  const builder = new Builder();
  if (parts === undefined) builder.doubleQuotedText(text, '$`\\');
  else
    for (const part of parts)
      if (part.type === 'Literal') builder.doubleQuotedText(part.text, '$`\\');
      else builder.expansion(part, true);
  return finish(builder.segments, false);
}

/** A text that is taken as it is, each character quoted. */
export const quotedText = (text: string): Prepared => ({
  segments: [{ kind: 'text', text, quoted: true }],
  plain: text,
  braces: false,
});

class Builder {
  readonly segments: Segment[] = [];
  braces = false;
  /** In the operand of an unquoted expansion. */
  split = false;

  part(part: WordPart): void {
    switch (part.type) {
      case 'Literal':
        this.literal(part.text);
        break;
      case 'SingleQuoted':
        this.add(part.value, true);
        break;
      case 'AnsiCQuoted':
        this.segments.push({ kind: 'ansi', text: part.value, unknown: `$${part.text.slice(2, -1)}` });
        break;
      case 'DoubleQuoted':
      case 'LocaleString':
        if (part.parts.length === 0) this.add('', true);
        for (const child of part.parts)
          if (child.type === 'Literal') this.doubleQuotedText(child.text, '$`"\\');
          else this.expansion(child, true);
        break;
      case 'Glob':
      case 'ExtendedGlob':
      case 'BraceExpansion':
        if (part.type === 'BraceExpansion') this.braces = true;
        this.composite(part.text, part.pos, part.parts);
        break;
      default:
        this.expansion(part, false);
    }
  }

  /** Parts with the unquoted text between them. */
  composite(text: string, pos: number, parts: readonly WordPart[] | undefined): void {
    let at = 0;
    for (const child of parts ?? []) {
      if (child.pos - pos > at) this.literal(text.slice(at, child.pos - pos));
      this.part(child);
      at = child.end - pos;
    }
    if (at < text.length) this.literal(text.slice(at));
  }

  /** Unquoted source text: a backslash quotes what follows. */
  literal(text: string): void {
    if (!text.includes('\\')) {
      this.add(text, false);
      return;
    }
    for (const [piece] of text.matchAll(/\\[\s\S]|\\$|[^\\]+/g)) {
      if (piece === '\\\n') continue;
      if (piece.startsWith('\\')) this.add(piece.length === 1 ? '\\' : piece.slice(1), true);
      else this.add(piece, false);
    }
  }

  /** Source text between double quotes: a backslash quotes only some characters. */
  doubleQuotedText(text: string, special: string): void {
    this.add(
      text.includes('\\')
        ? text.replace(/\\([\s\S])/g, (whole, char: string) =>
            char === '\n' ? '' : special.includes(char) ? char : whole,
          )
        : text,
      true,
    );
  }

  add(text: string, quoted: boolean): void {
    const last = this.segments.at(-1);
    if (last?.kind === 'text' && last.quoted === quoted) last.text += text;
    else if (this.split && !quoted) this.segments.push({ kind: 'text', text, quoted, split: true });
    else this.segments.push({ kind: 'text', text, quoted });
  }

  expansion(part: WordPart, quoted: boolean): void {
    switch (part.type) {
      case 'SimpleExpansion':
        this.segments.push({
          kind: 'parameter',
          quoted,
          parameter: {
            name: part.text.slice(1),
            text: part.text,
            index: undefined,
            prefix: undefined,
            operation: undefined,
          },
        });
        break;
      case 'ParameterExpansion':
        this.segments.push({ kind: 'parameter', quoted, parameter: parameter(part, quoted) });
        break;
      case 'CommandExpansion':
        this.segments.push(command(part, quoted));
        break;
      case 'ArithmeticExpansion':
        this.segments.push(arithmetic(part, quoted));
        break;
      case 'ProcessSubstitution':
        if (part.script)
          this.segments.push({ kind: 'process', operator: part.operator, script: part.script });
        break;
      default:
        this.part(part);
    }
  }
}

function command(part: CommandExpansionPart, quoted: boolean): Segment {
  return {
    kind: 'command',
    quoted,
    backquoted: part.text.startsWith('`'),
    script: part.script ?? parseScript(''),
  };
}

function arithmetic(part: ArithmeticExpansionPart, quoted: boolean): Segment {
  const text = part.text.startsWith('$[') ? part.text.slice(2, -1) : part.text.slice(3, -2);
  // Quotes inside are dropped: the expression is treated as if between double quotes.
  return { kind: 'arithmetic', quoted, text, body: prepareTemplate(text.replace(/"/g, '')) };
}

function parameter(part: ParameterExpansionPart, quoted: boolean): Parameter {
  return {
    name: part.parameter,
    text: part.text,
    index: part.index?.text,
    prefix: part.prefix,
    operation: operation(part, quoted),
  };
}

function operation(part: ParameterExpansionPart, quoted: boolean): Operation | undefined {
  const given = part.operation;
  switch (given?.type) {
    case undefined:
      return undefined;
    case 'Default':
      return { type: 'default', operator: given.operator, operand: operand(given.operand, quoted) };
    case 'Remove':
      return { type: 'remove', operator: given.operator, operand: prepare(given.operand, 'pattern') };
    case 'Replace':
      return {
        type: 'replace',
        operator: given.operator,
        pattern: prepare(given.pattern, 'pattern'),
        replacement: prepare(given.replacement, 'word'),
      };
    case 'Slice':
      return {
        type: 'slice',
        offset: prepareTemplate(given.offset.text),
        length: given.length && prepareTemplate(given.length.text),
      };
    case 'CaseModification':
      return {
        type: 'case',
        operator: given.operator,
        pattern: given.operand && prepare(given.operand, 'pattern'),
      };
    case 'Transform':
      return { type: 'transform', operator: given.operand.text };
    case 'Names':
      return { type: 'names', operator: given.operator };
    default:
      return { type: 'unknown' };
  }
}

/** The word after `:-` and its like: between double quotes it is as if quoted, outside it is split with the result. */
function operand(word: Word, quoted: boolean): Prepared {
  const builder = new Builder();
  if (quoted) {
    const special = '$`"\\}';
    if (word.parts === undefined) builder.doubleQuotedText(word.text, special);
    else
      for (const part of word.parts)
        if (part.type === 'Literal') builder.doubleQuotedText(part.text, special);
        else if (part.type === 'DoubleQuoted') builder.part(part);
        else if (part.type === 'Glob' || part.type === 'BraceExpansion' || part.type === 'ExtendedGlob')
          builder.doubleQuotedText(part.text, special);
        else if (part.type === 'SingleQuoted') builder.add(part.text, true);
        else builder.expansion(part, true);
    return finish(builder.segments, false);
  }
  builder.split = true;
  if (word.parts === undefined) builder.literal(word.text);
  else for (const part of word.parts) builder.part(part);
  return finish(withTildes(builder.segments, 'word'), false);
}

/** Marks tilde prefixes (POSIX XCU 2.6.1): at the start of a word; in assignments also after `=` and `:`. */
function withTildes(segments: Segment[], place: WordPlace): Segment[] {
  const out: Segment[] = [];
  for (const [index, segment] of segments.entries()) {
    if (segment.kind !== 'text' || segment.quoted || !segment.text.includes('~')) {
      out.push(segment);
      continue;
    }
    const last = index === segments.length - 1;
    let rest = segment.text;
    let start = index === 0;
    while (rest !== '') {
      const tilde = start
        ? (place === 'assignment' ? /^~([^/:]*)(?=[/:]|$)/ : /^~([^/]*)(?=\/|$)/).exec(rest)
        : null;
      // A prefix that runs on into a quoted part or an expansion is none.
      if (tilde && (tilde[0].length < rest.length || last)) {
        out.push({ kind: 'tilde', user: tilde[1]! });
        rest = rest.slice(tilde[0].length);
      }
      start = false;
      const next = place === 'assignment' ? rest.indexOf(':~') : -1;
      const piece = next === -1 ? rest : rest.slice(0, next + 1);
      if (piece !== '') out.push({ ...segment, text: piece });
      rest = rest.slice(piece.length);
      start = next !== -1;
    }
  }
  return out;
}
