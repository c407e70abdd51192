/** Multipliers of the sizes and counts that GNU tools read: `10`, `-3`, `2k`, `1M`, `1MB`. */
const UNITS: Record<string, number> = {
  '': 1,
  b: 512,
  kB: 1000,
  k: 1024,
  K: 1024,
  KiB: 1024,
  MB: 1e6,
  m: 1 << 20,
  M: 1 << 20,
  MiB: 1 << 20,
  GB: 1e9,
  G: 1 << 30,
  GiB: 1 << 30,
  KB: 1000,
  T: 1024 ** 4,
  TB: 1e12,
  TiB: 1024 ** 4,
  P: 1024 ** 5,
  PB: 1e15,
  PiB: 1024 ** 5,
  E: 1024 ** 6,
  EB: 1e18,
  EiB: 1024 ** 6,
};

/** A count with an optional sign and unit; undefined if the text is none. */
export function parseCount(text: string): number | undefined {
  const match = /^([-+]?)(\d+)([A-Za-z]*)$/.exec(text);
  const unit = UNITS[match?.[3] ?? ''];
  if (!match || unit === undefined) return undefined;
  return (match[1] === '-' ? -1 : 1) * Number(match[2]) * unit;
}
