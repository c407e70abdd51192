import { textWidth } from '../lib/width.ts';
import type { Fields } from './wire.ts';

/** How much of a line is shown, and how much at least behind the place (libpq, fe-protocol3.c). */
const DISPLAY = 60;
const RIGHT_CUT = 10;

/** An error or a notice as psql shows it: with the line that it is in, and a mark below. */
export function reportText({ S, M, D, H, P }: Fields, query: string): string {
  const place = P === undefined ? '' : lineOf(query, Number(P) - 1);
  return `${S}:  ${M}\n${place}${D === undefined ? '' : `DETAIL:  ${D}\n`}${H === undefined ? '' : `HINT:  ${H}\n`}`;
}

function lineOf(query: string, at: number): string {
  const before = query.slice(0, at).split('\n');
  const line = [...(query.split('\n')[before.length - 1] ?? '').replaceAll('\t', ' ')];
  const place = [...(before.at(-1) ?? '')].length;
  let [begin, end] = [0, line.length];
  let [cutBegin, cutEnd] = [false, false];
  if (end > DISPLAY) {
    if (DISPLAY >= place + RIGHT_CUT) {
      end = DISPLAY;
      cutEnd = true;
    } else {
      if (place + RIGHT_CUT < end) {
        end = place + RIGHT_CUT;
        cutEnd = true;
      }
      if (end - begin > DISPLAY) {
        begin = end - DISPLAY;
        cutBegin = true;
      }
    }
  }
  const label = `LINE ${before.length}: ${cutBegin ? '...' : ''}`;
  const space = ' '.repeat(label.length + textWidth(line.slice(begin, place).join('')));
  return `${label}${line.slice(begin, end).join('')}${cutEnd ? '...' : ''}\n${space}^\n`;
}
