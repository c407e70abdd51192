import { FrameDecoder, STDERR, STDOUT } from '../../../engine/api/stdcopy.ts';
import { concat, decode } from '../../../engine/base/bytes.ts';
import type { RecordedBody } from '../../../engine/daemon/call-record.ts';

/** What went one way, as it can be read. */
export interface BodyText {
  /** How many bytes went. */
  bytes: number;
  /** What the text shows: a document, lines of documents, the frames of standard output and error, or text as it is. Of bytes that are no text there is none. */
  is: 'json' | 'lines' | 'frames' | 'text' | 'binary';
  text: string;
  /** How many bytes are not shown, as they were too many. */
  cut: number;
}

/** A body for the eye. */
export function bodyText(body: RecordedBody, contentType: string | undefined): BodyText {
  const { bytes } = body;
  const kept = concat(body.pieces);
  const cut = bytes - body.kept;
  if (kept.length === 0) return { bytes, is: 'text', text: '', cut };
  const frames = /docker\.(multiplexed|raw)-stream/.test(contentType ?? '') ? framesText(kept) : undefined;
  if (frames !== undefined) return { bytes, is: 'frames', text: frames, cut };
  const text = decode(kept);
  // The last character of what was cut may be a part.
  if (/[\0\ufffd]/.test(cut > 0 ? text.slice(0, -1) : text)) return { bytes, is: 'binary', text: '', cut };
  const pretty = cut === 0 ? prettyJson(text) : undefined;
  if (pretty !== undefined) return { bytes, is: 'json', text: pretty, cut };
  return { bytes, is: /^\{.*\}\r?\n/.test(text) ? 'lines' : 'text', text, cut };
}

function prettyJson(text: string): string | undefined {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return undefined;
  }
}

/** `stdout: …` for each line of a container's output; undefined for what is not in frames, as of one with a terminal. */
function framesText(bytes: Uint8Array): string | undefined {
  if (bytes[0]! > STDERR || bytes[1] !== 0 || bytes[2] !== 0 || bytes[3] !== 0) return undefined;
  try {
    return new FrameDecoder()
      .push(bytes)
      .map(({ stream, payload }) => {
        const name = stream === STDOUT ? 'stdout' : stream === STDERR ? 'stderr' : 'stdin';
        return decode(payload).replace(/\n$/, '').replace(/^/gm, `${name}: `);
      })
      .join('\n');
  } catch {
    return undefined;
  }
}
