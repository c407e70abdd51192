import type { ByteReader } from '../base/byte-stream.ts';
import { decode } from '../base/bytes.ts';

/** The JSON values of a stream, one a line. */
export async function* jsonLines<T>(stream: ByteReader): AsyncGenerator<T> {
  for await (const line of textLines(stream)) yield JSON.parse(line) as T;
}

/** The lines of a stream that hold anything. */
export async function* textLines(stream: ByteReader): AsyncGenerator<string> {
  let rest = '';
  const decoder = new TextDecoder();
  for (;;) {
    const chunk = await stream.read();
    rest += chunk === null ? decode(new Uint8Array(0)) : decoder.decode(chunk, { stream: true });
    const lines = rest.split('\n');
    rest = chunk === null ? '' : lines.pop()!;
    for (const line of lines) if (line.trim() !== '') yield line;
    if (chunk === null) return;
  }
}
