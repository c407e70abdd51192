import type { XrayWords } from './words.ts';

const STEPS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

/** Bytes as Docker counts them: in thousands. */
export function bytesIn(bytes: number, { language }: Pick<XrayWords, 'language'>): string {
  const step = Math.min(STEPS.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** step;
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: STEPS[step] ?? 'byte',
    // Otherwise a byte is written out, in the singular.
    unitDisplay: step === 0 ? 'narrow' : 'short',
    maximumFractionDigits: step > 0 && value < 10 ? 1 : 0,
  }).format(value);
}
