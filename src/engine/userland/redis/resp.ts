import type { ByteReader } from '../../base/byte-stream.ts';
import { StreamReader } from '../lib/stream-reader.ts';
import { bytesToText, textToBytes } from '../lib/text.ts';

/** Values of Redis' protocol, RESP2. */
export type Reply =
  | { kind: 'status'; text: string }
  | { kind: 'error'; text: string }
  | { kind: 'integer'; value: number }
  | { kind: 'bulk'; text: string | null }
  /** null is the array that is not there. */
  | { kind: 'array'; items: Reply[] | null };

export const OK: Reply = { kind: 'status', text: 'OK' };
export const NIL: Reply = { kind: 'bulk', text: null };
export const integer = (value: number): Reply => ({ kind: 'integer', value });
export const bulk = (text: string | undefined): Reply => ({ kind: 'bulk', text: text ?? null });
export const failure = (text: string): Reply => ({ kind: 'error', text });
export const array = (items: Reply[]): Reply => ({ kind: 'array', items });
export const bulks = (texts: readonly string[]): Reply => array(texts.map(bulk));

export function encodeReply(reply: Reply): string {
  switch (reply.kind) {
    case 'status':
      return `+${reply.text}\r\n`;
    case 'error':
      return `-${reply.text}\r\n`;
    case 'integer':
      return `:${reply.value}\r\n`;
    case 'bulk':
      return reply.text === null ? '$-1\r\n' : `$${textToBytes(reply.text).length}\r\n${reply.text}\r\n`;
    case 'array':
      if (reply.items === null) return '*-1\r\n';
      return `*${reply.items.length}\r\n${reply.items.map(encodeReply).join('')}`;
  }
}

export const encodeCommand = (words: readonly string[]): string =>
  encodeReply({ kind: 'array', items: words.map((text) => ({ kind: 'bulk', text })) });

/** Reads values, and commands in their inline form, from a stream. */
export class RespReader {
  readonly #source: StreamReader;

  constructor(source: ByteReader) {
    this.#source = new StreamReader(source);
  }

  /** The words of the next command; undefined at the end. */
  async command(): Promise<string[] | undefined> {
    const line = await this.#line();
    if (line === undefined) return undefined;
    if (!line.startsWith('*')) return splitWords(line) ?? [];
    const words: string[] = [];
    for (let i = Number(line.slice(1)); i > 0; i--) {
      const value = await this.reply();
      if (value === undefined) return undefined;
      if (value.kind === 'bulk') words.push(value.text ?? '');
    }
    return words;
  }

  async reply(): Promise<Reply | undefined> {
    const line = await this.#line();
    if (line === undefined) return undefined;
    const rest = line.slice(1);
    switch (line[0]) {
      case '+':
        return { kind: 'status', text: rest };
      case '-':
        return { kind: 'error', text: rest };
      case ':':
        return { kind: 'integer', value: Number(rest) };
      case '$': {
        if (rest === '-1') return { kind: 'bulk', text: null };
        const bytes = await this.#source.exactly(Number(rest) + 2);
        return bytes && { kind: 'bulk', text: bytesToText(bytes.subarray(0, -2)) };
      }
      case '*': {
        if (rest === '-1') return { kind: 'array', items: null };
        const items: Reply[] = [];
        for (let i = Number(rest); i > 0; i--) {
          const item = await this.reply();
          if (item === undefined) return undefined;
          items.push(item);
        }
        return { kind: 'array', items };
      }
      default:
        return undefined;
    }
  }

  async #line(): Promise<string | undefined> {
    const line = await this.#source.line();
    return line && bytesToText(line);
  }
}

/** The words of a line with quotes, as redis-cli and inline commands read it (sdssplitargs); undefined when a quote is not closed. */
export function splitWords(line: string): string[] | undefined {
  const words: string[] = [];
  const pattern = /\s*(?:"((?:[^"\\]|\\[\s\S])*)"(?=\s|$)|'((?:[^'\\]|\\')*)'(?=\s|$)|([^\s"']+)|$)/y;
  for (;;) {
    const match = pattern.exec(line);
    if (match === null) return undefined;
    const [, double, single, plain] = match;
    if (double !== undefined) words.push(unescaped(double));
    else if (single !== undefined) words.push(single.replaceAll("\\'", "'"));
    else if (plain !== undefined) words.push(plain);
    else return words;
  }
}

const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', a: '\x07' };

const unescaped = (text: string): string =>
  text.replace(/\\(?:x([0-9a-fA-F]{2})|([\s\S]))/g, (_, hex: string | undefined, char: string) =>
    hex === undefined ? (ESCAPES[char] ?? char) : bytesToText(Uint8Array.of(Number.parseInt(hex, 16))),
  );
