import { lookupHost } from '../lib/resolver.ts';
import type { Stdio } from '../lib/stdio.ts';
import { connectAny } from '../net/connection.ts';
import { fatal, notSimulated } from './fatal.ts';
import { HttpRemote } from './http-remote.ts';
import { LocalRemote } from './local-remote.ts';
import type { Remote } from './remote.ts';
import type { Globals } from './repository.ts';

/** The repository at a URL or a path. Throws `Failure`. */
export async function openRemote(io: Stdio, url: string, globals: Globals): Promise<Remote> {
  if (/^https?:\/\//.test(url)) return new HttpRemote(io, url);
  if (/^git:\/\//.test(url)) throw fatal(await unreachable(io, url));
  if (/^(?:ssh|git\+ssh):\/\//.test(url) || /^[^/]+@[^/]+:/.test(url) || /^[\w.-]+:(?!\/\/)/.test(url))
    throw notSimulated('a repository over SSH');
  const [, scheme] = /^(\w+):\/\//.exec(url) ?? [];
  if (scheme !== undefined && scheme !== 'file') throw fatal(`Unable to find remote helper for '${scheme}'`);
  return LocalRemote.open(io, url, globals);
}

/** The daemon of git's own protocol: on the simulated internet nobody runs one any more. */
async function unreachable(io: Stdio, url: string): Promise<string> {
  const { hostname, port } = new URL(url.replace(/^git:/, 'http:'));
  const addresses = await lookupHost(io.sys, hostname);
  if (typeof addresses === 'string')
    return `unable to look up ${hostname} (port ${port || '9418'}) (Name or service not known)`;
  const connected = await connectAny(io.sys, addresses, Number(port || 9418));
  if (typeof connected === 'object' && 'fd' in connected) {
    await connected.stream.close();
    throw notSimulated("git's own protocol");
  }
  const why = connected === 'timeout' ? 'Connection timed out' : connected.message;
  return `unable to connect to ${hostname}:\n${hostname}[0: ${addresses[0]}]: errno=${why}\n\n`;
}
