import { Exit } from '../../lib/stdio.ts';
import { netProgram } from '../tool.ts';
import { address } from './address.ts';
import { IpCommand } from './command.ts';
import { Refused } from './keywords.ts';
import { link } from './link.ts';
import { neighbours } from './neighbour.ts';
import { netns } from './netns.ts';
import { switchTo } from './netns-switch.ts';
import { route } from './route.ts';

/** In the order in which an abbreviation is looked up. */
const OBJECTS = { address, route, link, neighbour: neighbours, netns } as const;

/** ip(8) of iproute2, and BusyBox' ip: link, address, route, neigh, and netns. */
export const ip = netProgram(async (io, flavour, build) => {
  const command = new IpCommand(io, flavour, build);
  const args = [...io.args];
  while (args[0]?.startsWith('-')) await option(command, args.shift()!, args);
  const [name, verb, ...rest] = args;
  if (name === undefined || name === 'help') return command.usage(name === 'help' ? 0 : 255);
  const word = name === 'neighbor' ? 'neighbour' : name.toLowerCase();
  const object = (Object.keys(OBJECTS) as (keyof typeof OBJECTS)[]).find((known) => known.startsWith(word));
  if (object === undefined || (command.busybox && object === 'netns'))
    return command.busybox ? command.usage() : command.say(`Object "${name}" is unknown, try "ip help".`, 1);
  try {
    return await OBJECTS[object](command, verb, rest);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return command.busybox ? command.usage() : command.say(error.message, error.status);
  }
});

async function option(command: IpCommand, word: string, args: string[]): Promise<void> {
  const { style, busybox } = command;
  const name = word.replace(/^--?/, '');
  if (name === '4') style.family = 'inet';
  else if (name === '6') style.family = 'inet6';
  else if (name === 'o' || name === 'oneline') style.oneline = true;
  else if (!busybox && (name === 'br' || name === 'brief')) style.brief = true;
  else if (!busybox && /^s(t(a(t(s|istics)?)?)?)?$/.test(name)) style.statistics = true;
  else if (!busybox && /^n(e(t(ns?)?)?)?$/.test(name)) await switchTo(command, args.shift() ?? '');
  else if (!busybox && /^a(ll?)?$/.test(name)) style.all = true;
  // Names are never looked up and no terminal is coloured here: numbers are what is shown anyway.
  else if (!busybox && /^(c|color(=.*)?|N(umeric)?)$/.test(name)) return;
  else if (name === 'f' || name === 'family') {
    const family = args.shift();
    if (family !== 'inet' && family !== 'inet6' && family !== 'link')
      throw new Exit(
        busybox
          ? await command.say(`ip: invalid argument '${family ?? ''}' to 'protocol family'`, 1)
          : await command.say(`Error: argument "${family ?? ''}" is wrong: invalid protocol family\n`, 255),
      );
    if (family === 'link') throw new Exit(await command.say('ip: family link is not modelled', 1));
    style.family = family;
  } else if (!busybox && (name === 'V' || name === 'Version')) {
    command.io.stdout.write('ip utility, iproute2-6.1.0\n');
    throw new Exit(0);
  } else if (!busybox && /^d(etails)?$/.test(name)) {
    throw new Exit(await command.say('ip: -details is not modelled', 1));
  } else if (busybox) {
    throw new Exit(await command.usage());
  } else throw new Exit(await command.say(`Option "${word}" is unknown, try "ip -help".`, 255));
}
