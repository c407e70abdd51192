import { isErrno } from '../../../base/errno.ts';
import type { Syscalls } from '../../../kernel/syscalls.ts';
import { compilePattern } from '../../lib/glob.ts';
import { readFile } from '../../lib/stdio.ts';
import { bytesToText } from '../../lib/text.ts';

/** A directive of nginx' configuration: words, and a block's directives. */
export interface Directive {
  words: string[];
  block: Directive[] | undefined;
  file: string;
  line: number;
}

/** A configuration that cannot be used; worded as nginx' `[emerg]` line. */
export class ConfigError extends Error {
  constructor(what: string, at?: { file: string; line: number }) {
    super(at === undefined ? what : `${what} in ${at.file}:${at.line}`);
  }
}

/** The directives of a file, with those of the files that it includes in their places. */
export async function readDirectives(sys: Syscalls, path: string): Promise<Directive[]> {
  let text: string;
  try {
    text = bytesToText(await readFile(sys, path));
  } catch (error) {
    if (!isErrno(error)) throw error;
    const number = error.code === 'EACCES' ? 13 : error.code === 'EISDIR' ? 21 : 2;
    throw new ConfigError(`open() "${path}" failed (${number}: ${error.message})`);
  }
  return parseDirectives(sys, text, path);
}

/** Directives that are given as text, as with `-g`. */
export function parseDirectives(sys: Syscalls, text: string, file: string): Promise<Directive[]> {
  return parseBlock(sys, tokenize(text, file), { at: 0 }, file, false);
}

interface Token {
  text: string;
  quoted: boolean;
  line: number;
}

function tokenize(text: string, file: string): Token[] {
  const tokens: Token[] = [];
  const pattern =
    /\n|[ \t\r]+|#[^\n]*|([{};])|"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|([^\s{};"'#][^\s{};]*)|(.)/g;
  let line = 1;
  for (const match of text.matchAll(pattern)) {
    const quoted = match[2] ?? match[3];
    const word = match[1] ?? match[4];
    if (match[5] !== undefined)
      throw new ConfigError(`unexpected end of file, expecting ";" or "}" in ${file}:${line}`);
    if (quoted !== undefined) tokens.push({ text: quoted.replace(/\\(["'\\])/g, '$1'), quoted: true, line });
    else if (word !== undefined) tokens.push({ text: word, quoted: false, line });
    line += match[0].split('\n').length - 1;
  }
  tokens.push({ text: '', quoted: false, line });
  return tokens;
}

async function parseBlock(
  sys: Syscalls,
  tokens: readonly Token[],
  cursor: { at: number },
  file: string,
  inner: boolean,
): Promise<Directive[]> {
  const out: Directive[] = [];
  let words: string[] = [];
  for (;;) {
    const token = tokens[cursor.at++]!;
    const { line } = token;
    if (cursor.at === tokens.length) {
      if (words.length > 0)
        throw new ConfigError(`unexpected end of file, expecting ";" or "}" in ${file}:${line}`);
      if (inner) throw new ConfigError(`unexpected end of file, expecting "}" in ${file}:${line}`);
      return out;
    }
    const mark = token.quoted ? '' : token.text;
    if (mark === ';' && words.length > 0) {
      if (words[0] === 'include') out.push(...(await included(sys, words[1] ?? '', file)));
      else out.push({ words, block: undefined, file, line });
      words = [];
    } else if (mark === '{' && words.length > 0) {
      out.push({ words, block: await parseBlock(sys, tokens, cursor, file, true), file, line });
      words = [];
    } else if (mark === '}' && inner && words.length === 0) {
      return out;
    } else if (mark === ';' || mark === '{' || mark === '}') {
      throw new ConfigError(`unexpected "${mark}" in ${file}:${line}`);
    } else words.push(token.text);
  }
}

async function included(sys: Syscalls, pattern: string, from: string): Promise<Directive[]> {
  const path = pattern.startsWith('/') ? pattern : `${from.replace(/[^/]*$/, '')}${pattern}`;
  if (!path.includes('*')) return readDirectives(sys, path);
  const directory = path.replace(/\/[^/]*$/, '');
  const names = compilePattern(path.slice(directory.length + 1));
  let entries: string[];
  try {
    const fd = await sys.open(directory, 0o200000);
    entries = (await sys.getdents(fd)).map(({ name }) => name);
    await sys.close(fd);
  } catch (error) {
    if (isErrno(error)) return [];
    throw error;
  }
  const out: Directive[] = [];
  for (const name of entries.filter((entry) => !entry.startsWith('.') && names.matches(entry)).sort())
    out.push(...(await readDirectives(sys, `${directory}/${name}`)));
  return out;
}
