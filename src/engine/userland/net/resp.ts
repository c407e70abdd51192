import type { ByteReader } from '../../base/byte-stream.ts';
import { bytesToText } from '../lib/text.ts';

/** Values of Redis' protocol, RESP2. */
export type Reply =
  | { kind: 'status'; text: string }
  | { kind: 'error'; text: string }
  | { kind: 'integer'; value: number }
  | { kind: 'bulk'; text: string | null }
  | { kind: 'array'; items: Reply[] };

export function encodeReply(reply: Reply): string {
  switch (reply.kind) {
    case 'status':
      return `+${reply.text}\r\n`;
    case 'error':
      return `-${reply.text}\r\n`;
    case 'integer':
      return `:${reply.value}\r\n`;
    case 'bulk':
      return reply.text === null
        ? '$-1\r\n'
        : `$${new TextEncoder().encode(reply.text).length}\r\n${reply.text}\r\n`;
    case 'array':
      return `*${reply.items.length}\r\n${reply.items.map(encodeReply).join('')}`;
  }
}

export const encodeCommand = (words: readonly string[]): string =>
  encodeReply({ kind: 'array', items: words.map((text) => ({ kind: 'bulk', text })) });

/** Reads values, and commands in their inline form, from a stream. */
export class RespReader {
  readonly #source: ByteReader;
  #buffer = new Uint8Array(0);

  constructor(source: ByteReader) {
    this.#source = source;
  }

  /** The words of the next command; undefined at the end. */
  async command(): Promise<string[] | undefined> {
    const line = await this.#line();
    if (line === undefined) return undefined;
    if (!line.startsWith('*')) return line.split(/\s+/).filter((word) => word !== '');
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
        const bytes = await this.#bytes(Number(rest) + 2);
        return bytes && { kind: 'bulk', text: bytesToText(bytes.subarray(0, -2)) };
      }
      case '*': {
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
    for (;;) {
      const end = this.#buffer.indexOf(10);
      if (end >= 0) {
        const line = bytesToText(this.#buffer.subarray(0, end)).replace(/\r$/, '');
        this.#buffer = this.#buffer.slice(end + 1);
        return line;
      }
      if (!(await this.#more())) return undefined;
    }
  }

  async #bytes(count: number): Promise<Uint8Array | undefined> {
    while (this.#buffer.length < count) if (!(await this.#more())) return undefined;
    const bytes = this.#buffer.slice(0, count);
    this.#buffer = this.#buffer.slice(count);
    return bytes;
  }

  async #more(): Promise<boolean> {
    const chunk = await this.#source.read();
    if (chunk === null) return false;
    const joined = new Uint8Array(this.#buffer.length + chunk.length);
    joined.set(this.#buffer);
    joined.set(chunk, this.#buffer.length);
    this.#buffer = joined;
    return true;
  }
}
