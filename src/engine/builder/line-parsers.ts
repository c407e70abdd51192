import { quote } from '../base/go-quote.ts';
import { DockerfileError } from './ast.ts';

/** How the arguments of an instruction are told apart. Models BuildKit frontend/dockerfile/parser/line_parsers.go. */
export interface Arguments {
  args: string[];
  json: boolean;
}

type LineParser = (rest: string, escapeChar: string) => Arguments;

/** Go's unicode.IsSpace. */
export const isSpace = (char: string): boolean =>
  /^[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/.test(char);

export const trimSpace = (text: string): string => {
  let from = 0;
  let to = text.length;
  while (from < to && isSpace(text[from]!)) from++;
  while (to > from && isSpace(text[to - 1]!)) to--;
  return text.slice(from, to);
};

export const BLANKS = /[\t\v\f\r ]+/;

const plain = (args: string[]): Arguments => ({ args, json: false });

const asString: LineParser = (rest) => plain(rest === '' ? [] : [rest]);

const byBlanks: LineParser = (rest) => plain(rest === '' ? [] : rest.split(BLANKS));

/** `["a", "b"]`; undefined for what is no JSON array. */
function asJson(rest: string): Arguments | undefined {
  const text = rest.replace(/^[\t\n\v\f\r \u0085\u00a0]+/, '');
  if (!text.startsWith('[')) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const items = value as unknown[];
  if (items.some((item) => typeof item !== 'string'))
    throw new DockerfileError('when using JSON array syntax, arrays must be comprised of strings only');
  return { args: items as string[], json: true };
}

const maybeJson: LineParser = (rest) => (rest === '' ? plain([]) : (asJson(rest) ?? plain([rest])));

const maybeJsonList: LineParser = (rest, escapeChar) => asJson(rest) ?? byBlanks(rest, escapeChar);

const health: LineParser = (rest, escapeChar) => {
  const type = /^\S*/.exec(rest)![0];
  if (type === '') return plain([]);
  const { args, json } = maybeJson(rest.slice(type.length).trimStart(), escapeChar);
  return { args: [type, ...args], json };
};

const nameValues =
  (command: string): LineParser =>
  (rest, escapeChar) => {
    const words = splitWords(rest, escapeChar);
    if (words.length === 0) return plain([]);
    // The old form, NAME and all that follows; a `=` in the first word tells them apart.
    if (!words[0]!.includes('=')) {
      const blanks = BLANKS.exec(rest);
      if (blanks === null) throw new DockerfileError(`${command} must have two arguments`);
      return plain([rest.slice(0, blanks.index), rest.slice(blanks.index + blanks[0].length), '']);
    }
    return plain(
      words.flatMap((word) => {
        const equals = word.indexOf('=');
        if (equals === -1)
          throw new DockerfileError(
            `Syntax error - can't find = in ${quote(word)}. Must be of the form: name=value`,
          );
        return [word.slice(0, equals), word.slice(equals + 1), '='];
      }),
    );
  };

const words: LineParser = (rest, escapeChar) => plain(splitWords(rest, escapeChar));

export const LINE_PARSERS: ReadonlyMap<string, LineParser> = new Map([
  ['add', maybeJsonList],
  ['arg', words],
  ['cmd', maybeJson],
  ['copy', maybeJsonList],
  ['entrypoint', maybeJson],
  ['env', nameValues('ENV')],
  ['expose', byBlanks],
  ['from', byBlanks],
  ['healthcheck', health],
  ['label', nameValues('LABEL')],
  ['maintainer', asString],
  ['run', maybeJson],
  ['shell', maybeJson],
  ['stopsignal', asString],
  ['user', asString],
  ['volume', maybeJsonList],
  ['workdir', asString],
]);

/** Words with their quotes still on; an escape at the very end is dropped. */
function splitWords(rest: string, escapeChar: string): string[] {
  const found: string[] = [];
  const chars = [...rest];
  let word = '';
  let quote = '';
  let isWord = false;
  const finish = () => {
    if (isWord) found.push(word);
    word = '';
    isWord = false;
  };
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i]!;
    if (quote === '' && isSpace(char)) {
      finish();
      continue;
    }
    if (char === escapeChar && quote !== "'") {
      if (i + 1 === chars.length) break;
      word += char + chars[++i]!;
      isWord = true;
      continue;
    }
    if (quote === '' && (char === "'" || char === '"')) quote = char;
    else if (char === quote) quote = '';
    word += char;
    isWord = true;
  }
  finish();
  return found;
}
