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

/** As tools of util-linux (size_to_human_string): one letter, and one decimal where there is one. */
export function oneLetterSize(bytes: number): string {
  let unit = 0;
  while (unit < 6 && bytes >= 1024 ** (unit + 1)) unit++;
  let whole = Math.floor(bytes / 1024 ** unit);
  let tenths = 0;
  if (unit > 0) {
    const thousandths = Math.floor((bytes % 1024 ** unit) / 1024 ** (unit - 1));
    tenths = Math.floor((Math.floor((thousandths * 1000) / 1024) + 50) / 100);
  }
  if (tenths === 10) {
    whole++;
    tenths = 0;
  }
  return `${whole}${tenths === 0 ? '' : `.${tenths}`}${'BKMGTPE'[unit]}`;
}
