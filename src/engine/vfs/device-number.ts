/** Device numbers as stat(2) reports them (makedev(3)); Linux keeps 12 bits of major and 20 of minor. */
export function makedev(major: number, minor: number): number {
  return (((minor & 0xff) | ((major & 0xfff) << 8)) + (minor >> 8) * 0x100000) >>> 0;
}

export const major = (dev: number): number => (dev >>> 8) & 0xfff;

export const minor = (dev: number): number => (dev & 0xff) | ((dev >>> 12) & 0xfff00);
