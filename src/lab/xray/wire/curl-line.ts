import { concat, decode } from '../../../engine/base/bytes.ts';
import type { RecordedCall } from '../../../engine/daemon/call-record.ts';
import { MASK } from './secrets.ts';

/** A call of the Engine API as curl makes it. */
export interface CurlLine {
  /** For a shell. */
  command: string;
  /**
   * Why the line does not do it all: it sends a body that is not text, or too long to be kept; what it sends is secret; or curl cannot type
   * into what is hijacked.
   */
  lacks?: 'body' | 'secret' | 'input';
}

const SOCKET = '/var/run/docker.sock';

/** The command line that makes the same call; what is secret in that has been taken out. */
export function curlLine(call: RecordedCall): CurlLine {
  const { method, target, request } = call;
  const words = ['curl'];
  // What comes in pieces is shown as it comes; frames are no text, which curl keeps from terminals unless it is told.
  if (call.streamed || call.input) words.push('-N');
  if (/multiplexed|raw-stream/.test(call.contentType ?? '')) words.push('-o', '-');
  words.push('--unix-socket', SOCKET);
  const body = bodyOf(call);
  if (method === 'HEAD') words.push('--head');
  else if (method !== (body === undefined ? 'GET' : 'POST')) words.push('-X', method);
  for (const [name, value] of call.headers)
    if (
      name !== 'Upgrade' &&
      !(name === 'Content-Type' && request.bytes === 0) &&
      !/^(e30=?=?)?$/.test(value)
    )
      words.push('-H', `${name}: ${value}`);
  if (body !== undefined) words.push(...body);
  words.push(`http://localhost${target}`);
  const lacks =
    body?.[0] === '--data-binary'
      ? 'body'
      : words.some((word) => word.includes(MASK))
        ? 'secret'
        : call.input && !asksNoInput(call)
          ? 'input'
          : undefined;
  const shown = call.contentType === 'application/x-tar' ? ' | tar -tv' : '';
  return { command: words.map(quoted).join(' ') + shown, ...(lacks && { lacks }) };
}

/** The words that send the body; of a file that the reader has to bring where it is not known in full. */
function bodyOf({ request }: RecordedCall): string[] | undefined {
  if (request.bytes === 0) return undefined;
  if (request.kept === request.bytes) {
    const text = decode(concat(request.pieces));
    if (isPlain(text)) return ['-d', text.trimEnd()];
  }
  return ['--data-binary', '@body'];
}

/** One line of text that begins with no `@`, which curl would take for a file's name. */
const isPlain = (text: string) => /^[^@\p{Cc}\ufffd][^\p{Cc}\ufffd]*\n?$/u.test(text);

const asksNoInput = ({ target, input }: RecordedCall) =>
  input?.bytes === 0 && !/[?&]stdin=(1|true)/.test(target);

const quoted = (word: string) =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
