/**
 * Shows the progress of a pull: bars that move at a terminal, plain lines elsewhere.
 * Models moby `pkg/jsonmessage`.
 */

import type { ProgressMessage } from '../api/progress.ts';
import type { ByteReader } from '../base/byte-stream.ts';
import { humanSize } from '../base/go-units.ts';
import { CliError } from './cli-error.ts';
import { jsonLines } from './json-lines.ts';

export interface ProgressSink {
  write(text: string): Promise<void>;
  /** The width of the terminal; undefined when it is none. */
  columns: number | undefined;
}

/** Reads the stream to its end. Throws `CliError` when it tells of an error. @param aux gets what is not for show */
export async function showProgress(
  stream: ByteReader,
  sink: ProgressSink,
  aux?: (value: unknown) => Promise<void>,
): Promise<void> {
  let lines = new Map<string, number>();
  for await (const message of jsonLines<ProgressMessage>(stream)) {
    if (message.aux !== undefined && message.aux !== null) {
      await aux?.(message.aux);
      continue;
    }
    const { id = '', progressDetail } = message;
    let up = 0;
    let text = '';
    if (id !== '' && (progressDetail !== undefined || message.progress !== undefined)) {
      let line = lines.get(id);
      if (line === undefined) {
        line = lines.size;
        lines.set(id, line);
        if (sink.columns !== undefined) text += '\n';
      }
      up = lines.size - line;
      if (sink.columns !== undefined && up > 0) text += `\x1b[${up}A`;
    } else lines = new Map();
    const failure = message.errorDetail?.message ?? message.error;
    if (failure === undefined) text += show(message, sink.columns);
    if (id !== '' && sink.columns !== undefined && up > 0) text += `\x1b[${up}B`;
    if (text !== '') await sink.write(text);
    if (failure !== undefined) throw new CliError(failure, message.errorDetail?.code || 1);
  }
}

function show(message: ProgressMessage, columns: number | undefined): string {
  const { id = '', status = '', stream = '', progressDetail } = message;
  const terminal = columns !== undefined;
  const bar = progressDetail === undefined ? '' : progressBar(progressDetail, columns ?? 200);
  let end = '';
  let text = '';
  if (terminal && stream === '' && progressDetail !== undefined) {
    text += '\x1b[2K\r';
    end = '\r';
  } else if (bar !== '') return '';
  if (id !== '') text += `${id}: `;
  if (terminal && progressDetail !== undefined) return `${text}${status} ${bar}${end}`;
  if (stream !== '') return `${text}${stream}${end}`;
  return `${text}${status}${end}\n`;
}

function progressBar(detail: NonNullable<ProgressMessage['progressDetail']>, columns: number): string {
  const { current = 0, total = 0, units = '', hidecounts = false } = detail;
  if (current <= 0 && total <= 0) return '';
  if (total <= 0) return units === '' ? humanSize(current).padStart(8) : `${current} ${units}`;
  const done = Math.min(50, Math.trunc(Math.trunc((current / total) * 100) / 2));
  const box = columns > 110 ? `[${'='.repeat(done)}>${' '.repeat(50 - done)}] ` : '';
  if (hidecounts) return box;
  if (units !== '') return `${box}${current}/${total} ${units}`;
  const count = humanSize(current).padStart(8);
  return box + (current > total ? count : `${count}/${humanSize(total)}`);
}
