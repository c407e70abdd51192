/** A duration as it reads best: `0 ms`, `< 0.01 ms`, `0.07 ms`, `12 ms`, `3.2 s`. */
export function durationIn(ms: number, language: string): string {
  if (ms > 0 && ms < 0.01) return `< ${durationIn(0.01, language)}`;
  const seconds = ms >= 1000;
  const value = seconds ? ms / 1000 : ms;
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: seconds ? 'second' : 'millisecond',
    maximumFractionDigits: value < 1 ? 2 : value < 10 ? 1 : 0,
  }).format(value);
}
