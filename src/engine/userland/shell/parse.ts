import { forEachChild, type ParsedScript, parse as parseBash, type SyntaxNode } from 'unbash';

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
      hereDocument: string | undefined;
      /** Lines without this text cannot finish it: no need to read the whole again for each of them. */
      needed: string | undefined;
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

/** The syntax tree of a text. Pure, so the last few hundred are remembered. */
export function parseScript(text: string): ParsedScript {
  let script = memory.get(text);
  if (script === undefined) {
    script = parseBash(text);
    if (text.length < 20_000) {
      if (memory.size > 300) memory.clear();
      memory.set(text, script);
    }
  }
  return script;
}

export function analyse(text: string): Completeness {
  const script = parseScript(text);
  const error = script.errors?.[0];
  if (error === undefined) {
    if (text.includes('<<')) {
      const open = openHereDocument(script);
      if (open !== undefined)
        return {
          state: 'unfinished',
          script,
          fault: { pos: text.length, token: undefined, expected: undefined, unterminated: undefined },
          hereDocument: open,
          needed: undefined,
        };
    }
    if (/(^|[^\\])(\\\\)*\\\n?$/.test(text) && !endsInComment(text))
      return {
        state: 'unfinished',
        script,
        fault: { pos: text.length, token: undefined, expected: undefined, unterminated: undefined },
        hereDocument: undefined,
        needed: undefined,
      };
    return { state: 'complete', script };
  }
  const fault = describe(error.message, error.pos, text);
  // Inside a construct, the shells also say what would have ended it.
  if (error.message.startsWith('unexpected token')) {
    const closing = /^expected '([^']+)' to close/.exec(script.errors?.[1]?.message ?? '')?.[1];
    fault.expected = closing === 'esac' ? ';;' : closing;
  }
  if (
    fault.unterminated !== undefined ||
    (fault.token === undefined && error.message !== 'expected redirect target')
  )
    return { state: 'unfinished', script, fault, hereDocument: undefined, needed: neededBy(fault, text) };
  return { state: 'wrong', script, fault };
}

const QUOTES: ReadonlyMap<string, string> = new Map([
  ['single quote', "'"],
  ['double quote', '"'],
  ['ANSI-C quote', "'"],
  ['backtick', '`'],
]);

/** From this length on, a compound command is read again only when a line may close it; a syntax error waits as long. */
const LONG = 16_384;

function neededBy({ unterminated, expected, token }: Fault, text: string): string | undefined {
  if (unterminated !== undefined) return QUOTES.get(unterminated);
  const closes = token === undefined && /^(\}|\)|done|fi|esac)$/.test(expected ?? '');
  return closes && text.length > LONG ? expected : undefined;
}

const endsInComment = (text: string): boolean => /(^|\s)#[^\n]*\n?$/.test(text);

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

/** The delimiter of the first here-document whose end is missing. */
function openHereDocument(script: SyntaxNode): string | undefined {
  let found: string | undefined;
  const visit = (node: SyntaxNode): void => {
    if (found !== undefined) return;
    if (node.type === 'HereDoc' && node.closing === undefined) found = node.delimiter?.value ?? '';
    // Substitutions have been read to their ends already.
    else if (node.type !== 'Word' || node.parts) forEachChild(node, visit);
  };
  visit(script);
  return found;
}

/** Number of the line (from 1) on which an offset lies. */
export function lineAt(text: string, pos: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < pos; at = text.indexOf('\n', at + 1)) line++;
  return line;
}
