import { byteText } from '../lib/escapes.ts';
import { bytesToText, textToBytes } from '../lib/text.ts';
import type { Shell } from './shell.ts';

/** What counts as a character: in dash each byte, in the others what UTF-8 makes one. */

/** A text in which each character that counts is one of the string. */
export const countable = (shell: Shell, text: string): string =>
  shell.dialect.name !== 'dash' || /^[\x00-\x7f]*$/.test(text)
    ? text
    : Array.from(textToBytes(text), (byte) => byteText(byte)).join('');

/** The text of such characters again. */
export const whole = (shell: Shell, text: string): string =>
  shell.dialect.name === 'dash' && /[\udc80-\udcff]/.test(text) ? bytesToText(textToBytes(text)) : text;

export const characters = (shell: Shell, text: string): string[] => [...countable(shell, text)];
