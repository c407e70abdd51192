import { isErrno } from '../base/errno.ts';
import type { Syscalls } from '../kernel/syscalls.ts';
import { decodeMessage, encodeMessage, query } from '../net/dns/message.ts';
import { readText } from '../runtime/files.ts';
import { errorText, GoError } from '../runtime/go-error.ts';

/** How long a server is waited for, ms, and how often the list is gone through (resolv.conf(5)). */
const TIMEOUT = 5000;
const ATTEMPTS = 2;

/** The addresses of a host name, by /etc/hosts and then DNS, with the error texts of Go's resolver. */
export async function resolveHost(sys: Syscalls, name: string): Promise<string[]> {
  if (/^\d+\.\d+\.\d+\.\d+$/.test(name) || name.includes(':')) return [name];
  const listed = (await fields(sys, '/etc/hosts'))
    .filter(([, ...names]) => names.includes(name))
    .map(([address]) => address!);
  if (listed.length > 0) return listed.sort((a, b) => Number(a.includes(':')) - Number(b.includes(':')));
  const servers = (await fields(sys, '/etc/resolv.conf'))
    .filter(([key]) => key === 'nameserver')
    .map(([, address]) => address!);
  const failures: string[] = [];
  for (let attempt = 0; attempt < ATTEMPTS; attempt++)
    for (const server of servers.length > 0 ? servers : ['127.0.0.1']) {
      const answer = await ask(sys, server, name);
      if (Array.isArray(answer)) return answer;
      failures.push(`on ${server}:53: ${answer}`);
      if (answer === 'no such host') attempt = ATTEMPTS;
    }
  throw new GoError(`dial tcp: lookup ${name} ${failures.at(-1)}`);
}

/** The addresses one server gives, or what went wrong. */
async function ask(sys: Syscalls, server: string, name: string): Promise<string[] | string> {
  const id = sys.getrandom(2).reduce((value, byte) => value * 256 + byte, 0);
  const fd = await sys.socket('inet', 'dgram');
  let here = '';
  try {
    await sys.connect(fd, { family: 'inet', address: server, port: 53 });
    const own = await sys.getsockname(fd);
    here = own.family === 'unix' ? '' : `${own.address}:${own.port}`;
    await sys.write(fd, encodeMessage(query(id, name, 'A')));
    const [ready] = await pollWhole(sys, fd, TIMEOUT);
    if (!ready?.readable) return `read udp ${here}->${server}:53: i/o timeout`;
    const message = decodeMessage((await sys.recvfrom(fd, 4096)).data);
    if (message === undefined || message.id !== id) return 'cannot unmarshal DNS message';
    if (message.code === 'SERVFAIL' || message.code === 'REFUSED') return 'server misbehaving';
    const found = message.answers.filter(({ type }) => type === 'A').map(({ data }) => data);
    return found.length > 0 ? found : 'no such host';
  } catch (error) {
    if (!isErrno(error)) throw error;
    return here === ''
      ? `dial udp ${server}:53: connect: ${errorText(error)}`
      : `read udp ${here}->${server}:53: read: ${errorText(error)}`;
  } finally {
    await sys.close(fd);
  }
}

/** Polls the whole time, whatever signals come. */
async function pollWhole(sys: Syscalls, fd: number, timeout: number) {
  const until = sys.clock_gettime('monotonic') + timeout;
  for (;;) {
    try {
      return await sys.poll([{ fd, read: true }], Math.max(0, until - sys.clock_gettime('monotonic')));
    } catch (error) {
      if (!isErrno(error, 'EINTR')) throw error;
    }
  }
}

/** The words of each line of a file, comments left out. */
async function fields(sys: Syscalls, path: string): Promise<string[][]> {
  const text = await readText(sys, path).catch(() => '');
  return text
    .split('\n')
    .map((line) =>
      line
        .replace(/[#;].*/, '')
        .trim()
        .split(/\s+/),
    )
    .filter(([first]) => first !== '');
}
