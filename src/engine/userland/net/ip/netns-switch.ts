import { isErrno } from '../../../base/errno.ts';
import { MNT_DETACH, MS_BIND, MS_RDONLY, MS_REC, MS_SLAVE, O_RDONLY } from '../../../kernel/fcntl.ts';
import type { Syscalls } from '../../../kernel/syscalls.ts';
import { namesIn } from '../../files.ts';
import { Exit } from '../../lib/stdio.ts';
import { readMounts } from '../../mounts.ts';
import { type IpCommand, NETNS_DIRECTORY } from './command.ts';

/** Files that take the place of those in /etc for whoever is in the namespace. */
const ETC_DIRECTORY = '/etc/netns';

/** The names of network namespaces that there are. */
export async function namedNamespaces(sys: Syscalls): Promise<string[]> {
  try {
    return await namesIn(sys, NETNS_DIRECTORY);
  } catch (error) {
    if (!isErrno(error)) throw error;
    return [];
  }
}

/**
 * Enters a named network namespace, with a mount namespace of its own in which /sys shows its devices and /etc/netns/NAME covers
 * files of /etc. Ends the program where that fails.
 */
export async function switchTo(ip: IpCommand, name: string): Promise<void> {
  const { sys } = ip.io;
  const step = async (message: string, action: () => Promise<unknown>) => {
    try {
      await action();
    } catch (error) {
      if (!isErrno(error)) throw error;
      throw new Exit(await ip.say(`${message}: ${error.message}`, 255));
    }
  };
  await step(`Cannot open network namespace "${name}"`, async () => {
    const fd = await sys.open(`${NETNS_DIRECTORY}/${name}`, O_RDONLY);
    await step(`setting the network namespace "${name}" failed`, () => sys.setns(fd, 'net'));
    await sys.close(fd);
  });
  await step('unshare failed', () => sys.unshare(['mnt']));
  await step('"mount --make-rslave /" failed', () => sys.mount('', '/', 'none', MS_SLAVE | MS_REC));
  let flags = 0;
  try {
    await sys.umount('/sys', MNT_DETACH);
  } catch (error) {
    if (!isErrno(error)) throw error;
    // What cannot be taken off is covered; a read-only /sys by a read-only one.
    const shown = (await readMounts(sys)).findLast(({ target }) => target === '/sys');
    if (shown?.options.split(',').includes('ro')) flags = MS_RDONLY;
  }
  await step('mount of /sys failed', () => sys.mount(name, '/sys', 'sysfs', flags));
  await bindEtc(ip, name);
}

async function bindEtc(ip: IpCommand, name: string): Promise<void> {
  const { sys } = ip.io;
  const names = await namesIn(sys, `${ETC_DIRECTORY}/${name}`).catch((error: unknown) => {
    if (!isErrno(error)) throw error;
    return [];
  });
  for (const file of names) {
    const [from, to] = [`${ETC_DIRECTORY}/${name}/${file}`, `/etc/${file}`];
    try {
      await sys.mount(from, to, 'none', MS_BIND);
    } catch (error) {
      if (!isErrno(error)) throw error;
      await ip.say(`Bind ${from} -> ${to} failed: ${error.message}`, 0);
    }
  }
}
