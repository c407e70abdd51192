import { isErrno } from '../../../base/errno.ts';
import { MNT_DETACH, MS_BIND, MS_REC, MS_SHARED, O_CREAT, O_EXCL, O_RDONLY } from '../../../kernel/fcntl.ts';
import { namesIn, statOf } from '../../files.ts';
import { execProgram } from '../../lib/spawn.ts';
import { utility } from '../../lib/stdio.ts';
import { type IpCommand, NETNS_DIRECTORY } from './command.ts';
import { is } from './keywords.ts';
import { namedNamespaces, switchTo } from './netns-switch.ts';

/** `ip netns`: network namespaces by name (ip-netns(8)). */
export async function netns(ip: IpCommand, verb = 'list', args: readonly string[] = []): Promise<number> {
  const [name] = args;
  if (!ip.style.all && name !== undefined && isInvalid(name))
    return ip.say(`Invalid netns name "${name}"`, 255);
  for (const [word, act] of VERBS) if (is(verb, word)) return act(ip, args);
  return ip.say(`Command "${verb}" is unknown, try "ip netns help".`, 255);
}

type Verb = (ip: IpCommand, args: readonly string[]) => Promise<number>;

const isInvalid = (name: string) =>
  name === '' || name.length > 255 || name.includes('/') || name === '.' || name === '..';

/** In the order in which an abbreviation is looked up. */
const VERBS: readonly (readonly [word: string, act: Verb])[] = [
  ['list', list],
  ['show', list],
  ['lst', list],
  ['list-id', (ip) => ip.say('"ip netns list-id" is not modelled', 1)],
  ['help', (ip) => ip.say(USAGE, 255)],
  ['add', (ip, args) => add(ip, args, true)],
  ['set', (ip) => ip.say('"ip netns set" is not modelled', 1)],
  ['delete', remove],
  ['identify', identify],
  ['pids', pids],
  ['exec', exec],
  ['monitor', (ip) => ip.say('"ip netns monitor" is not modelled', 1)],
  ['attach', (ip, args) => add(ip, args, false)],
];

const USAGE = `Usage:	ip netns list
	ip netns add NAME
	ip netns attach NAME PID
	ip [-all] netns delete [NAME]
	ip netns identify [PID]
	ip netns pids NAME
	ip [-all] netns exec [NAME] cmd ...`;

async function list(ip: IpCommand): Promise<number> {
  const { sys, stdout } = ip.io;
  for (const name of await namedNamespaces(sys)) {
    const id = await ip.netnsId(name);
    stdout.write(`${name}${id < 0 ? '' : ` (id: ${id})`}\n`);
  }
  return 0;
}

/** Makes a namespace, or with `attach` takes that of a process, and binds it to its name. */
async function add(ip: IpCommand, [name, pid]: readonly string[], creates: boolean): Promise<number> {
  const { sys } = ip.io;
  if (name === undefined || (!creates && pid === undefined))
    return ip.say(creates ? 'No netns name specified' : 'No netns name and PID specified', 1);
  if (!creates && !(Number(pid) > 0 && Number.isInteger(Number(pid))))
    return ip.say(`Invalid PID: ${pid}`, 1);
  const path = `${NETNS_DIRECTORY}/${name}`;
  if (!(await makeSharedDirectory(ip))) return 1;
  try {
    await sys.close(await sys.open(path, O_RDONLY | O_CREAT | O_EXCL, 0));
  } catch (error) {
    if (!isErrno(error)) throw error;
    return ip.say(`Cannot create namespace file "${path}": ${error.message}`, 1);
  }
  let source = `/proc/${pid}/ns/net`;
  let own: number | undefined;
  let message = `Failed to create a new network namespace "${name}"`;
  try {
    if (creates) {
      // The way back.
      own = await sys.open('/proc/self/ns/net', O_RDONLY);
      await sys.unshare(['net']);
      source = '/proc/self/ns/net';
    }
    message = `Bind ${source} -> ${path} failed`;
    await sys.mount(source, path, 'none', MS_BIND);
    if (own !== undefined) await sys.setns(own, 'net');
    return 0;
  } catch (error) {
    if (!isErrno(error)) throw error;
    await ip.say(`${message}: ${error.message}`, 1);
    if (own !== undefined) await sys.setns(own, 'net').catch(() => {});
    await removeOne(ip, name);
    return 1;
  }
}

/** Makes /run/netns, and a shared mount of it: so a name that is taken off goes in all mount namespaces. */
async function makeSharedDirectory(ip: IpCommand): Promise<boolean> {
  const { sys } = ip.io;
  let message = `mkdir ${NETNS_DIRECTORY} failed`;
  try {
    await sys.mkdir(NETNS_DIRECTORY, 0o755).catch((error: unknown) => {
      if (!isErrno(error, 'EEXIST')) throw error;
    });
    message = `mount --make-shared ${NETNS_DIRECTORY} failed`;
    const share = () => sys.mount('', NETNS_DIRECTORY, 'none', MS_SHARED | MS_REC);
    try {
      await share();
    } catch (error) {
      if (!isErrno(error, 'EINVAL')) throw error;
      message = `mount --bind ${NETNS_DIRECTORY} ${NETNS_DIRECTORY} failed`;
      await sys.mount(NETNS_DIRECTORY, NETNS_DIRECTORY, 'none', MS_BIND | MS_REC);
      message = `mount --make-shared ${NETNS_DIRECTORY} failed`;
      await share();
    }
    return true;
  } catch (error) {
    if (!isErrno(error)) throw error;
    await ip.say(`${message}: ${error.message}`, 1);
    return false;
  }
}

async function remove(ip: IpCommand, [name]: readonly string[]): Promise<number> {
  if (ip.style.all) {
    for (const each of await namedNamespaces(ip.io.sys)) if (!(await removeOne(ip, each))) break;
    return 0;
  }
  if (name === undefined) return ip.say('No netns name specified', 1);
  return (await removeOne(ip, name)) ? 0 : 1;
}

async function removeOne(ip: IpCommand, name: string): Promise<boolean> {
  const { sys } = ip.io;
  const path = `${NETNS_DIRECTORY}/${name}`;
  try {
    await sys.umount(path, MNT_DETACH).catch((error: unknown) => {
      if (!isErrno(error)) throw error;
    });
    await sys.unlink(path);
    return true;
  } catch (error) {
    if (!isErrno(error)) throw error;
    await ip.say(`Cannot remove namespace file "${path}": ${error.message}`, 1);
    return false;
  }
}

/** The name that the namespace of a process has. */
async function identify(ip: IpCommand, [pid = 'self', ...more]: readonly string[]): Promise<number> {
  const { sys, stdout } = ip.io;
  if (more.length > 0) return ip.say('extra arguments specified', 1);
  if (pid !== 'self' && !/^\d*$/.test(pid)) return ip.say(`Specified string '${pid}' is not a pid`, 1);
  try {
    const { ino } = await sys.stat(`/proc/${pid}/ns/net`);
    let found = '';
    for (const name of await namedNamespaces(sys))
      if ((await statOf(sys, `${NETNS_DIRECTORY}/${name}`))?.ino === ino) found = name;
    stdout.write(`${found}\n`);
    return 0;
  } catch (error) {
    if (!isErrno(error)) throw error;
    return ip.say(`Cannot open network namespace: ${error.message}`, 1);
  }
}

/** The processes in a namespace. */
async function pids(ip: IpCommand, [name, ...more]: readonly string[]): Promise<number> {
  const { sys, stdout } = ip.io;
  if (name === undefined) return ip.say('No netns name specified', 1);
  if (more.length > 0) return ip.say('extra arguments specified', 1);
  try {
    const { ino } = await sys.stat(`${NETNS_DIRECTORY}/${name}`);
    for (const pid of (await namesIn(sys, '/proc')).filter((entry) => /^\d+$/.test(entry)))
      if ((await statOf(sys, `/proc/${pid}/ns/net`))?.ino === ino) stdout.write(`${pid}\n`);
    return 0;
  } catch (error) {
    if (!isErrno(error)) throw error;
    return ip.say(`Cannot open network namespace: ${error.message}`, 1);
  }
}

async function exec(ip: IpCommand, args: readonly string[]): Promise<number> {
  const { io } = ip;
  if (ip.style.all) {
    if (args.length === 0) return ip.say('No command specified', 1);
    for (const name of await namedNamespaces(io.sys)) {
      io.stdout.write(`\nnetns: ${name}\n`);
      await io.stdout.flush();
      const pid = await io.sys.fork(utility((child) => become(ip.for(child), name, args)));
      await io.sys.wait(pid);
    }
    return 0;
  }
  const [name, ...command] = args;
  if (name === undefined) return ip.say('No netns name specified', 1);
  if (command.length === 0) return ip.say('No command specified', 1);
  await io.stdout.flush();
  return become(ip, name, command);
}

async function become(ip: IpCommand, name: string, command: readonly string[]): Promise<number> {
  await switchTo(ip, name);
  try {
    return await execProgram(ip.io.process, command);
  } catch (error) {
    if (!isErrno(error)) throw error;
    return ip.say(`exec of "${command[0]}" failed: ${error.message}`, 1);
  }
}
