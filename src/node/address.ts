import { isIP } from 'node:net';
import { UserError } from './errors.ts';

/** Where to listen, as `net.Server.listen` takes it. */
export type ListenAddress = { path: string } | { host: string; port: number };

/** A path of a unix socket longer than this cannot be bound (sockaddr_un). */
const SUN_PATH = 107;

/** `unix:///path` or `tcp://HOST:PORT`. `option` is named where it is neither. */
export function dockerAddress(text: string, option: string, remote: boolean): ListenAddress {
  const path = /^unix:\/\/(\/.+)$/.exec(text)?.[1];
  if (path !== undefined) {
    if (Buffer.byteLength(path) > SUN_PATH)
      throw new UserError(`${option}: a socket's path has at most ${SUN_PATH} bytes: ${path}`);
    return { path };
  }
  const tcp = /^tcp:\/\/(.+)$/.exec(text)?.[1];
  if (tcp === undefined)
    throw new UserError(`${option}: expected unix:///path or tcp://127.0.0.1:PORT, not ${text}`);
  return hostPort(tcp, option, remote);
}

/** `HOST:PORT`, or a port of 127.0.0.1. Other hosts than this one only if `remote`. */
export function hostPort(text: string, option: string, remote: boolean): ListenAddress {
  const match = /^(?:(\[[0-9a-f:.]+\]|[\w.-]+):)?(\d{1,5})$/i.exec(text);
  const port = Number(match?.[2]);
  if (!match || port > 65535) throw new UserError(`${option}: expected HOST:PORT, not ${text}`);
  const host = (match[1] ?? '127.0.0.1').replace(/^\[|\]$/g, '');
  if (!remote && !isLoopback(host))
    throw new UserError(
      `${option}: ${host} can be reached from outside, and whoever reaches it may do anything to the machine; add --allow-remote if that is meant`,
    );
  return { host, port };
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
