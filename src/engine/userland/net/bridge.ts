import type { Stdio } from '../lib/stdio.ts';
import { keywords } from './ip/keywords.ts';
import { flagsOf, nameOf } from './ip/show.ts';
import { netProgram } from './tool.ts';

/** bridge(8) of iproute2: which devices are ports of bridges. Of its objects only `link` is simulated, and only to look. */
export const bridge = netProgram(async (io) => {
  const args = [...io.args];
  while (args[0]?.startsWith('-')) {
    const option = args.shift()!;
    if (/^-V(ersion)?$/.test(option)) {
      io.stdout.write('bridge utility, 6.1.0\n');
      return 0;
    }
    if (!/^-(o(neline)?|c(olor)?)$/.test(option)) {
      if (/^-(s(tatistics)?|d(etails)?|j(son)?|p(retty)?|n(etns)?|batch|force|t(imestamp)?)$/.test(option))
        return say(io, `bridge: ${option} is not simulated in Drydock`, 1);
      return say(io, `Option "${option}" is unknown, try "bridge help".`, 255);
    }
  }
  const [object, verb = 'show', ...rest] = args;
  if (object === undefined || object === 'help') return say(io, USAGE, object === undefined ? 255 : 0);
  if (['fdb', 'mdb', 'vlan', 'vni', 'monitor'].includes(object))
    return say(io, `bridge: ${object} is not simulated in Drydock`, 1);
  if (!'link'.startsWith(object)) return say(io, `Object "${object}" is unknown, try "bridge help".`, 255);
  if ('set'.startsWith(verb)) return say(io, 'bridge: link set is not simulated in Drydock', 1);
  if (!['show', 'list', 'lst'].some((word) => word.startsWith(verb)))
    return say(io, `Command "${verb}" is unknown, try "bridge link help".`, 255);
  const { dev, master } = keywords(rest, ['dev', 'master'], 'dev');
  const links = await io.sys.netlink({ type: 'RTM_GETLINK' });
  for (const name of [dev, master])
    if (name !== undefined && !links.some((link) => link.name === name))
      return say(io, `Cannot find device "${name}"`, 255);
  for (const link of links) {
    if (links.find(({ name }) => name === link.master)?.kind !== 'bridge') continue;
    if ((dev !== undefined && link.name !== dev) || (master !== undefined && link.master !== master))
      continue;
    const state = link.running ? 'forwarding' : 'disabled';
    io.stdout.write(
      `${link.index}: ${nameOf(link, links)}: ${flagsOf(link, links)} mtu ${link.mtu} master ${link.master} state ${state} priority 32 cost 2 \n`,
    );
  }
  return 0;
});

async function say(io: Stdio, message: string, status: number): Promise<number> {
  await io.stdout.flush();
  await io.stderr.write(`${message}\n`);
  return status;
}

const USAGE = `Usage: bridge [ OPTIONS ] OBJECT { COMMAND | help }
where  OBJECT := { link }
       OPTIONS := { -V[ersion] | -o[neline] }`;
