/** Sizes for people. */

/** As GNU tools' -h: one decimal below ten, rounded up, `1.2K`. */
export function humanSize(bytes: number, base = 1024, units = 'KMGTPE'): string {
  if (bytes < base) return String(Math.ceil(bytes));
  let value = bytes;
  let unit = -1;
  while (value >= base && unit < units.length - 1) {
    value /= base;
    unit++;
  }
  let text = value < 10 ? (Math.ceil(value * 10 - 1e-9) / 10).toFixed(1) : String(Math.ceil(value - 1e-9));
  if (text === '10.0') text = '10';
  if (Number(text) >= base && unit < units.length - 1) {
    unit++;
    text = '1.0';
  }
  return text + units[unit];
}

/** As BusyBox' -h: one decimal, rounded to the nearest, `1.2K`. */
export function busyboxSize(bytes: number): string {
  let value = bytes;
  let unit = '';
  for (const next of 'KMGTPE') {
    if (value < 1024) break;
    value /= 1024;
    unit = next;
  }
  return unit === '' ? String(value) : `${value.toFixed(1)}${unit}`;
}
