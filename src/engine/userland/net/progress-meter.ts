/** curl's progress meter: its head, and its lines. */
export const METER_HEAD =
  '  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n' +
  '                                 Dload  Upload   Total   Spent    Left  Speed\n';

/** One state of the progress meter; it overwrites itself by a carriage return. */
export function meterLine(bytes: number, speed: number | undefined): string {
  const size = short(bytes);
  const percent = bytes > 0 ? '100' : '  0';
  const rate = short(speed ?? 0);
  return `\r${percent} ${size}  ${percent} ${size}    0     0  ${rate.padStart(5)}      0 --:--:-- --:--:-- --:--:-- ${rate}`;
}

function short(value: number): string {
  if (value < 100_000) return String(value).padStart(5);
  if (value < 10_000 * 1024) return `${Math.floor(value / 1024)}k`.padStart(5);
  return `${Math.floor(value / 1024 ** 2)}M`.padStart(5);
}
