import { isErrno } from '../../base/errno.ts';
import { O_RDWR } from '../../kernel/fcntl.ts';
import type { TerminalAttributes } from '../../vfs/tty/attributes.ts';
import { Input, type Stdio, writeAll } from '../lib/stdio.ts';
import { textToBytes } from '../lib/text.ts';
import { fatal } from './fatal.ts';

/** Asks at the terminal who one is, and gives what is sent for it. Throws `Failure` where nobody can be asked. */
export async function askCredentials(io: Stdio, url: string): Promise<string> {
  const { protocol, host, username, password } = new URL(url);
  const place = `${protocol}//${host}`;
  const ask = async (what: string, where: string, isSecret: boolean): Promise<string> => {
    if (io.env.get('GIT_TERMINAL_PROMPT') === '0')
      throw fatal(`could not read ${what} for '${where}': terminal prompts disabled`);
    try {
      return await typed(io, `${what} for '${where}': `, isSecret);
    } catch (error) {
      if (!isErrno(error)) throw error;
      throw fatal(`could not read ${what} for '${where}': ${error.message}`);
    }
  };
  const user = decodeURIComponent(username) || (await ask('Username', place, false));
  const secret =
    decodeURIComponent(password) ||
    (await ask('Password', `${protocol}//${encodeURIComponent(user)}@${host}`, true));
  return `Basic ${btoa(`${user}:${secret}`)}`;
}

async function typed({ sys }: Stdio, prompt: string, isSecret: boolean): Promise<string> {
  const fd = await sys.open('/dev/tty', O_RDWR);
  try {
    await writeAll(sys, fd, textToBytes(prompt));
    const cooked = (await sys.ioctl(fd, { request: 'TCGETS' })) as TerminalAttributes;
    if (isSecret) await sys.ioctl(fd, { request: 'TCSETS', attributes: { ...cooked, echo: false } });
    try {
      return (await new Input(sys, fd).line()) ?? '';
    } finally {
      if (isSecret) {
        await sys.ioctl(fd, { request: 'TCSETS', attributes: cooked });
        await writeAll(sys, fd, textToBytes('\n'));
      }
    }
  } finally {
    await sys.close(fd);
  }
}
