/**
 * A number as jq 1.6 writes it: the shortest digits that give the same double again, with an exponent where there would be
 * many zeros. There is no infinity and no nan in JSON: the largest number, and null.
 */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return 'null';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const clamped = Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value));
  const sign = clamped < 0 ? '-' : '';
  const [mantissa, exponent] = Math.abs(clamped).toExponential().split('e') as [string, string];
  const digits = mantissa.replace('.', '');
  // Where the point is, counted from the first digit.
  const point = Number(exponent) + 1;
  if (point <= -4 || point > digits.length + 15) {
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
    const power = Math.abs(point - 1);
    return `${sign}${digits[0]}${fraction}e${point - 1 < 0 ? '-' : '+'}${String(power).padStart(2, '0')}`;
  }
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  if (point >= digits.length) return sign + digits.padEnd(point, '0');
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}
