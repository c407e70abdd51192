/** Sizes as github.com/tonistiigi/units prints them with `%.2f`: `388B`, `1.21kB`, `3.40MB`. */
export function formatBytes(size: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = size;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(2)}${units[unit]}`;
}
