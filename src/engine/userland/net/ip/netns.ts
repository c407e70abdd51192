import { isErrno } from '../../../base/errno.ts';
import type { IpCommand } from './command.ts';
import { is } from './keywords.ts';

/** Named namespaces are the files of /run/netns. */
export async function netns(ip: IpCommand, verb = 'list'): Promise<number> {
  const { sys, stdout } = ip.io;
  if (!is(verb, 'list', 'show'))
    return ip.say(`"ip netns ${verb}" is not modelled; see unshare(1) and nsenter(1)`, 1);
  try {
    const fd = await sys.open('/run/netns', 0o200000);
    for (const { name } of await sys.getdents(fd))
      if (name !== '.' && name !== '..') stdout.write(`${name}\n`);
    await sys.close(fd);
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
  }
  return 0;
}
