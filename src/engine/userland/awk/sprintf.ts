import { printf } from '../lib/printf.ts';
import { isNumeric, NOTHING, numberOf, type Value } from './value.ts';

/** awk's printf: arguments are used once, numbers may be anything. */
export function sprintf(format: string, values: readonly Value[], text: (value: Value) => string): string {
  let used = 0;
  const next = (): Value => values[used++] ?? NOTHING;
  return format.replace(
    /%([-+ 0#]*)(\*|\d+)?(?:\.(\*|\d*))?[hlL]*([a-zA-Z%])/g,
    (whole, flags: string, width: string | undefined, precision: string | undefined, letter: string) => {
      if (letter === '%') return '%';
      const wide = width === '*' ? String(Math.trunc(numberOf(next()))) : (width ?? '');
      const exact = precision === '*' ? String(Math.trunc(numberOf(next()))) : precision;
      const spec = `%${flags}${wide}${exact === undefined ? '' : `.${exact}`}`;
      const words = { badNumber: () => '', outOfRange: () => '', badDirective: () => '' };
      if (letter === 's')
        return pad(
          [...text(next())].slice(0, exact === undefined ? undefined : Number(exact)).join(''),
          flags,
          Number(wide || 0),
        );
      if (letter === 'c') {
        const value = next();
        const number = isNumeric(value);
        return pad(
          number
            ? String.fromCodePoint(Math.max(0, Math.trunc(numberOf(value))) % 0x110000)
            : ([...text(value)][0] ?? ''),
          flags,
          Number(wide || 0),
        );
      }
      const value = numberOf(next());
      if ('diouxX'.includes(letter)) {
        if (!Number.isFinite(value))
          return pad(Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf', flags, Number(wide || 0));
        return printf(spec + (letter === 'i' ? 'd' : letter), [BigInt(Math.trunc(value)).toString()], words)
          .text;
      }
      if ('eEfFgG'.includes(letter))
        return printf(
          spec + letter,
          [
            Number.isFinite(value)
              ? value.toString()
              : Number.isNaN(value)
                ? 'nan'
                : value > 0
                  ? 'inf'
                  : '-inf',
          ],
          words,
        ).text;
      return whole;
    },
  );
}

const pad = (text: string, flags: string, width: number): string =>
  flags.includes('-') || width < 0 ? text.padEnd(Math.abs(width)) : text.padStart(width);
