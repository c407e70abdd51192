import { forEachChild, type HereDoc, type ParsedScript, parse as parseBash, type SyntaxNode } from 'unbash';

/**
 * From text to syntax tree: unbash's parser, with a memory for texts seen before, and the answer to "is this command
 * complete, unfinished or wrong?" that a shell needs when it reads line by line.
 */
export type Completeness =
  | { state: 'complete'; script: ParsedScript }
  | {
      state: 'unfinished';
      script: ParsedScript;
      fault: Fault;
      /** The line that ends the here-document it is in. */
      hereDocument: string | undefined;
    }
  | { state: 'wrong'; script: ParsedScript; fault: Fault };

/** A syntax error: the token at which it shows, undefined at the end of the text. */
export interface Fault {
  pos: number;
  token: string | undefined;
  /** What would have been right, where there is one such word. */
  expected: string | undefined;
  /** A quote or bracket without its end. */
  unterminated: string | undefined;
}

const memory = new Map<string, ParsedScript>();
/** The last that was too long to be kept with the others. */
let long: { text: string; script: ParsedScript } | undefined;

/** The syntax tree of a text. Pure, so the last few hundred are remembered. */
export function parseScript(text: string): ParsedScript {
  if (text.length >= 20_000) {
    if (long?.text !== text) long = { text, script: parseBash(text) };
    return long.script;
  }
  let script = memory.get(text);
  if (script === undefined) {
    script = parseBash(text);
    if (memory.size > 300) memory.clear();
    memory.set(text, script);
  }
  return script;
}

export function analyse(text: string): Completeness {
  const script = parseScript(text);
  const error = script.errors?.[0];
  const documents = text.includes('<<') ? hereDocuments(script) : [];
  // It begins only behind the whole line of its operator, and what ends it must be a line of its own.
  const continues = endsInContinuation(text);
  const begun = !continues && !script.errors?.some(({ message }) => message.startsWith('unterminated'));
  const open = begun ? documents.find(({ closing }) => closing === undefined) : undefined;
  const delimiter = open && (open.delimiter?.value ?? '');
  const hereDocument = delimiter?.includes('\n') ? undefined : delimiter;
  if (error === undefined) {
    if (open === undefined && !continues) return { state: 'complete', script };
    const fault = { pos: text.length, token: undefined, expected: undefined, unterminated: undefined };
    return { state: 'unfinished', script, fault, hereDocument };
  }
  const fault = describe(error.message, error.pos, withoutDocuments(text, documents));
  // Inside a construct, the shells also say what would have ended it.
  if (error.message.startsWith('unexpected token')) {
    const closing = /^expected '([^']+)' to close/.exec(script.errors?.[1]?.message ?? '')?.[1];
    fault.expected = closing === 'esac' ? ';;' : closing;
  }
  if (fault.unterminated !== undefined)
    return { state: 'unfinished', script, fault, hereDocument: undefined };
  if (fault.token === undefined && error.message !== 'expected redirect target')
    return { state: 'unfinished', script, fault, hereDocument };
  return { state: 'wrong', script, fault };
}

/** Whether the last line ends with a backslash that hides its end, and is no comment. */
export function endsInContinuation(text: string): boolean {
  const end = text.endsWith('\n') ? text.length - 1 : text.length;
  let start = end;
  while (text[start - 1] === '\\') start--;
  if ((end - start) % 2 === 0) return false;
  return !/(^|\s)#/.test(text.slice(text.lastIndexOf('\n', end - 1) + 1, end));
}

const PASSED: ReadonlyMap<string, RegExp> = new Map([
  ['then', /(?<=[\s;])(else|elif|fi)\s*$/],
  ['do', /(?<=[\s;])(done)\s*$/],
]);

function describe(message: string, pos: number, text: string): Fault {
  const opened = /^unterminated (.*)$/.exec(message)?.[1];
  if (opened !== undefined) return { pos, token: undefined, expected: undefined, unterminated: opened };
  const expected = /^expected '([^']+)'/.exec(message)?.[1];
  let at = pos;
  // An empty group or subshell is reported at its beginning; the shell stumbles over its end.
  if (message === 'expected command in brace group' || message === 'expected command in subshell') at++;
  // Newlines are welcome wherever a command is expected.
  const token = tokenAt(
    text,
    at,
    message !== 'expected redirect target' && !message.startsWith('unexpected'),
  );
  // The parser has gone past the word that is wrong here: `if a; else`.
  const passed =
    token === undefined && expected !== undefined
      ? PASSED.get(expected)?.exec(text.slice(0, pos))
      : undefined;
  if (passed) return { pos: passed.index, token: passed[1], expected, unterminated: undefined };
  return { pos: at, token, expected, unterminated: undefined };
}

/** The token that begins at or after `pos`; a newline counts as one unless skipped; undefined at the end. */
function tokenAt(text: string, pos: number, skipNewlines: boolean): string | undefined {
  const blank = skipNewlines ? /^(?:\s|\\\n|(?:^|(?<=\s))#[^\n]*)+/ : /^(?:[ \t]|\\\n)+/;
  const rest = text.slice(pos).replace(blank, '');
  const token =
    /^(?:#[^\n]*)?(\n|;;&|;;|;&|&&|\|\||\|&|&>>|&>|<<<|<<-|<<|>>|>&|<&|<>|>\||[;&|()<>]|(?:[^\s;&|()<>"'\\]|\\[\s\S]|"(?:[^"\\]|\\[\s\S])*"|'[^']*')+)/.exec(
      rest,
    )?.[1];
  if (token !== '\n') return token;
  return rest.trim() === '' ? undefined : 'newline';
}

/** The here-documents of a script; those within substitutions have been read to their ends already. */
function hereDocuments(script: SyntaxNode): HereDoc[] {
  const found: HereDoc[] = [];
  const visit = (node: SyntaxNode): void => {
    if (node.type === 'HereDoc') found.push(node);
    else if (node.type !== 'Word') forEachChild(node, visit);
  };
  visit(script);
  return found;
}

/** A text with blanks for the lines of here-documents, which are no tokens. */
function withoutDocuments(text: string, documents: readonly HereDoc[]): string {
  let plain = '';
  for (const { body, closing } of documents) {
    if (body.pos < plain.length) continue;
    plain += text.slice(plain.length, body.pos);
    plain += ' '.repeat((closing?.end ?? body.end) - body.pos);
  }
  return plain + text.slice(plain.length);
}

/** Number of the line (from 1) on which an offset lies. */
export function lineAt(text: string, pos: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < pos; at = text.indexOf('\n', at + 1)) line++;
  return line;
}
