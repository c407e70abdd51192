import type { Syscalls } from '../../kernel/syscalls.ts';

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';

/** 25 characters of base 36, as BuildKit's identity.NewID makes them. */
export const newBuildId = (sys: Syscalls): string =>
  [...sys.getrandom(25)].map((byte) => ALPHABET[byte % 36]).join('');
