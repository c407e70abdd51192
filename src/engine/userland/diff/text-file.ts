import { bytesToText } from '../lib/text.ts';
import type { Side } from './edits.ts';

/** A file as lines. */
export interface TextFile {
  /** Without their ends. */
  lines: readonly string[];
  /** Whether the last line has its end. */
  ended: boolean;
}

export function textFile(bytes: Uint8Array): TextFile {
  if (bytes.length === 0) return { lines: [], ended: true };
  const text = bytesToText(bytes);
  const ended = text.endsWith('\n');
  return { lines: (ended ? text.slice(0, -1) : text).split('\n'), ended };
}

/** How lines are compared. */
export interface Comparing {
  ignoreCase: boolean;
  /** `-b`: amounts of white space; `-w`: all white space; `-Z`: at the end. */
  space: 'exact' | 'amount' | 'all' | 'trailing';
  stripCarriageReturn: boolean;
}

/** What must be equal for two lines to be; the lack of a last line's end counts too. */
function keysOf({ lines, ended }: TextFile, { ignoreCase, space, stripCarriageReturn }: Comparing): string[] {
  return lines.map((line, i) => {
    let key = line;
    if (stripCarriageReturn) key = key.replace(/\r$/, '');
    if (space === 'amount') key = key.replace(/\s+/g, ' ').trimEnd();
    else if (space === 'all') key = key.replace(/\s+/g, '');
    else if (space === 'trailing') key = key.trimEnd();
    if (ignoreCase) key = key.toLowerCase();
    // White space that is not looked at is the end of a line too.
    return !ended && i === lines.length - 1 && space === 'exact' ? `${key}\0` : key;
  });
}

export const sideOf = (file: TextFile, comparing: Comparing): Side => ({
  ...file,
  keys: keysOf(file, comparing),
});

/** GNU diff takes a file for binary that has a NUL near its beginning. */
export const isBinary = (bytes: Uint8Array): boolean => bytes.subarray(0, 4096).includes(0);
