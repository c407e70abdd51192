import type { ByteStream } from '../../base/byte-stream.ts';
import { type Errno, isErrno } from '../../base/errno.ts';
import { fdStream } from '../../kernel/fd-stream.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import type { SocketAddress } from '../../net/address.ts';

export interface Connected {
  fd: number;
  stream: ByteStream;
  address: string;
}

/** Tries the addresses in turn; `failed` hears of each that did not answer. Gives the last error if none does. */
export async function connectAny(
  sys: Syscalls,
  addresses: readonly string[],
  port: number,
  options: {
    timeout?: number;
    trying?: (address: string) => unknown;
    failed?: (address: string, error: Errno) => unknown;
  } = {},
): Promise<Connected | Errno | 'timeout'> {
  let last: Errno | 'timeout' | undefined;
  for (const address of addresses) {
    await options.trying?.(address);
    const family = address.includes(':') ? 'inet6' : 'inet';
    const fd = await sys.socket(family, 'stream');
    try {
      if (!(await connectWithin(sys, fd, { family, address, port }, options.timeout))) {
        await sys.close(fd);
        return 'timeout';
      }
      return { fd, stream: fdStream(sys, fd), address };
    } catch (error) {
      if (!isErrno(error)) throw error;
      await sys.close(fd);
      last = error;
      await options.failed?.(address, error);
    }
  }
  if (last === undefined) throw new Error('no address to connect to');
  return last;
}

/** connect(2) that waits at most `timeout` ms; false when it has not answered by then. */
async function connectWithin(
  sys: Syscalls,
  fd: number,
  address: SocketAddress,
  timeout: number | undefined,
): Promise<boolean> {
  if (timeout === undefined) {
    await sys.connect(fd, address);
    return true;
  }
  await sys.setNonBlocking(fd, true);
  try {
    await sys.connect(fd, address);
  } catch (error) {
    if (!isErrno(error, 'EINPROGRESS')) throw error;
    const [ready] = await sys.poll([{ fd, write: true }], timeout);
    if (!ready?.writable) return false;
    try {
      await sys.connect(fd, address);
    } catch (second) {
      if (!isErrno(second, 'EISCONN')) throw second;
    }
  }
  await sys.setNonBlocking(fd, false);
  return true;
}

export interface Url {
  scheme: string;
  user: string | undefined;
  host: string;
  port: number;
  /** Path and query. */
  target: string;
}

const PORTS: Record<string, number> = { http: 80, https: 443, ftp: 21 };

/** Takes a URL apart; without a scheme it is http. undefined if there is no host. */
export function parseUrl(text: string): Url | undefined {
  const match =
    /^(?:([A-Za-z][A-Za-z0-9+.-]*):\/\/)?(?:([^@/?#]*)@)?(\[[0-9a-fA-F:.]+\]|[^:/?#]*)(?::(\d*))?([/?][^#]*)?/.exec(
      text,
    );
  const scheme = (match?.[1] ?? 'http').toLowerCase();
  const host = match?.[3]?.replace(/^\[|\]$/g, '');
  if (!match || !host || match[0].length < text.replace(/#.*$/, '').length) return undefined;
  const target = match[5] ?? '/';
  return {
    scheme,
    user: match[2],
    host,
    port: match[4] ? Number(match[4]) : (PORTS[scheme] ?? 0),
    target: target.startsWith('/') ? target : `/${target}`,
  };
}

/** The Host field of a URL: the port only where it is not the scheme's own. */
export function hostField({ scheme, host, port }: Url): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return port === PORTS[scheme] ? name : `${name}:${port}`;
}

/** Where a redirect leads, as a whole URL. */
export function redirected(from: Url, location: string): string {
  if (/^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(location)) return location;
  if (location.startsWith('//')) return `${from.scheme}:${location}`;
  const base = `${from.scheme}://${hostField(from)}`;
  if (location.startsWith('/')) return base + location;
  return base + from.target.replace(/[?].*$/, '').replace(/[^/]*$/, '') + location;
}
