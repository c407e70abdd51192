import { compareSync, encodeBase64, hashSync } from 'bcryptjs';
import { encode } from '../../base/bytes.ts';
import { isErrno } from '../../base/errno.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { readFile } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';

/**
 * A file of users and passwords (htpasswd(1)), read when somebody logs in. Only bcrypt is taken, as by distribution: whoever is
 * there with another kind of password cannot log in.
 */
export async function checkPassword(
  sys: Syscalls,
  path: string,
  user: string,
  password: string,
): Promise<boolean> {
  const text = await readFile(sys, path).catch((error: unknown) => {
    if (isErrno(error)) return encode('');
    throw error;
  });
  const line = bytesToText(text)
    .split('\n')
    .find((entry) => entry.startsWith(`${user}:`));
  const hash = line?.slice(user.length + 1).trim() ?? '';
  return /^\$2[aby]\$/.test(hash) && compareSync(password, hash);
}

/** The hash of a password at the least cost that is taken for safe, as `htpasswd -B` would have it. */
export function hashPassword(sys: Syscalls, password: string, cost = 10, kind = '2a'): string {
  const salt = encodeBase64([...sys.getrandom(16)], 16);
  return hashSync(password, `$${kind}$${String(cost).padStart(2, '0')}$${salt}`);
}

export const base64Url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
