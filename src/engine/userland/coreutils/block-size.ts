import { busyboxSize, humanSize } from '../sizes.ts';
import type { Given } from '../utility.ts';

/** How df, du and ls write sizes: in units of so many bytes, or scaled for people (`powers` of 1024 or 1000). */
export interface BlockSize {
  unit: number;
  /** Written after each number: `-BM` shows `8M`, `-B1M` shows `8`. */
  suffix: string;
  powers?: 1000 | 1024;
}

export const KIBIBYTES: BlockSize = { unit: 1024, suffix: '' };

/** The argument of `--block-size`; undefined if it is none. */
export function parseBlockSize(text: string): BlockSize | undefined {
  if (text === 'human-readable') return { unit: 1, suffix: '', powers: 1024 };
  if (text === 'si') return { unit: 1, suffix: '', powers: 1000 };
  const match = /^(\d*)(?:([kKMGTPEZY])(iB|B)?)?$/.exec(text);
  if (match === null || text === '') return undefined;
  const [, number = '', letter = '', kind] = match;
  const base = kind === 'B' ? 1000 : 1024;
  const unit =
    (number === '' ? 1 : Number(number)) * base ** (letter === '' ? 0 : POWERS.indexOf(letter.toUpperCase()));
  if (unit === 0) return undefined;
  return { unit, suffix: number === '' ? letter + (kind ?? '') : '' };
}

const POWERS = ' KMGTPEZY';

/** What the options -B, -h, -H, --si, -k and -m ask for, the last of them. A text says what is wrong. */
export function blockSizeOf(given: Given, otherwise: BlockSize = KIBIBYTES): BlockSize | string {
  switch (given.last('B', 'h', 'H', 'si', 'k', 'm', 'b')) {
    case 'B': {
      const text = given.value('B')!;
      return parseBlockSize(text) ?? `invalid -B argument '${text}'`;
    }
    case 'h':
      return { unit: 1, suffix: '', powers: 1024 };
    case 'H':
    case 'si':
      return { unit: 1, suffix: '', powers: 1000 };
    case 'm':
      return { unit: 1 << 20, suffix: '' };
    case 'b':
      return { unit: 1, suffix: '' };
    case 'k':
      return KIBIBYTES;
    default:
      return otherwise;
  }
}

/** A number of bytes, rounded up. */
export function showBytes(bytes: number, { unit, suffix, powers }: BlockSize): string {
  if (powers === 1000) return humanSize(bytes, 1000, 'kMGTPE');
  return powers === undefined ? `${Math.ceil(bytes / unit)}${suffix}` : humanSize(bytes);
}

/** The same as BusyBox writes it. */
export const busyboxBytes = (bytes: number, { unit, powers }: BlockSize): string =>
  powers === undefined ? String(Math.ceil(bytes / unit)) : busyboxSize(bytes);

/** What a column of so many bytes a block is called: `1K`, `1M`, `4K`, `512B`. */
export function blockName(unit: number): string {
  let [thousands, kibis] = [0, 0];
  for (let rest = unit; rest % 1000 === 0; rest /= 1000) thousands++;
  for (let rest = unit; rest % 1024 === 0; rest /= 1024) kibis++;
  if (thousands > kibis) return `${humanSize(unit, 1000, 'kMGTPE').replace('.0', '')}B`;
  return kibis === 0 ? `${unit}B` : humanSize(unit).replace('.0', '');
}
