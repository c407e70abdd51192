import { isErrno } from '../../../base/errno.ts';
import { formatIp, parsePrefix } from '../../../net/ip.ts';
import { getopt, OptionError, type OptionTable } from '../../lib/getopt.ts';
import { lookupHost } from '../../lib/resolver.ts';
import type { Stdio } from '../../lib/stdio.ts';
import { Given } from '../../utility.ts';
import { busyboxUsage, netProgram } from '../tool.ts';
import { routeTable } from './routes.ts';

const OPTIONS: OptionTable = {
  short: '+nevFCVhA:46',
  long: { numeric: 'n', extend: 'e', verbose: 'v', fib: 'F', cache: 'C', version: 'V', help: 'h' },
  // Nothing more is told of it; the routing table is the forwarding table; only IPv4 has this form.
  inert: ['v', 'F', '4'],
  refused: ['C', 'A', '6'],
};

/** route(8) of net-tools, and BusyBox': the kernel's IPv4 routes shown, added and deleted in the old form. */
export const route = netProgram(async (io, flavour, build) => {
  const gnu = flavour === 'gnu';
  const misuse = async (text = '') => {
    await io.stderr.write(
      gnu
        ? `${text}Usage: route [-nNvee] [-FC] [<AF>]           List kernel routing tables\n       route [-v] [-FC] {add|del|flush} ...  Modify routing table for AF.\n`
        : text +
            busyboxUsage(
              build,
              'route [-ne] [-A inet[6]] [{add|del} TARGET [netmask MASK]\n\t[gw ADDRESS] [metric N] [mss BYTES] [window BYTES] [irtt MSEC] [reject] [IFACE]]\n\nShow or edit kernel routing tables',
            ),
    );
    return gnu ? 4 : 1;
  };
  let parsed: ReturnType<typeof getopt>;
  try {
    parsed = getopt(io.args, OPTIONS);
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    return misuse(`route: ${error.message}\n`);
  }
  const given = new Given(parsed);
  if (given.has('V')) {
    io.stdout.write('net-tools 2.10\n');
    return 0;
  }
  if (given.has('h')) return misuse();
  const [verb, ...words] = parsed.operands;
  if (verb === undefined) {
    const routes = await io.sys.netlink({ type: 'RTM_GETROUTE' });
    const form = given.has('e') ? 'netstat' : 'route';
    io.stdout.write(routeTable(routes, { form, numeric: given.has('n'), stars: !gnu }));
    return 0;
  }
  if (verb !== 'add' && verb !== 'del' && verb !== 'delete') return misuse();
  return change(io, verb === 'add', words, gnu, misuse);
});

/** `add` and `del`: [-net|-host] TARGET [netmask MASK] [gw GATEWAY] [metric N] [[dev] DEVICE]. */
async function change(
  io: Stdio,
  adds: boolean,
  words: readonly string[],
  gnu: boolean,
  misuse: () => Promise<number>,
): Promise<number> {
  const rest = [...words];
  const kind = rest[0] === '-net' || rest[0] === '-host' ? rest.shift() : undefined;
  const target = rest.shift();
  if (target === undefined) return misuse();
  let [mask, gateway, metric, device]: (string | undefined)[] = [];
  while (rest.length > 0) {
    const word = rest.shift()!;
    if (word === 'netmask') mask = rest.shift();
    else if (word === 'gw' || word === 'gateway') gateway = rest.shift();
    else if (word === 'metric') metric = rest.shift();
    else if (word === 'dev' || word === 'device') device = rest.shift();
    else if (['mss', 'window', 'irtt', 'reject', 'mod', 'dyn', 'reinstate'].includes(word))
      return io.fail(`${word} is not simulated in Drydock`);
    else if (device === undefined && rest.length === 0) device = word;
    else return misuse();
  }
  const say = async (text: string, status: number) => {
    await io.stderr.write(`${gnu ? '' : 'route: '}${text}\n`);
    return status;
  };
  const destination = await prefixOf(io, target, kind, mask);
  if (destination === undefined) return say(`${target}: Unknown host`, gnu ? 6 : 1);
  const via = gateway === undefined ? undefined : await addressOf(io, gateway);
  if (gateway !== undefined && via === undefined) return say(`${gateway}: Unknown host`, gnu ? 6 : 1);
  const wanted = {
    destination,
    ...(via === undefined ? {} : { gateway: via }),
    ...(metric === undefined ? {} : { metric: Number(metric) }),
  };
  try {
    await io.sys.netlink(
      adds
        ? { type: 'RTM_NEWROUTE', route: { ...wanted, device: device ?? '' } }
        : { type: 'RTM_DELROUTE', route: { ...wanted, ...(device === undefined ? {} : { device }) } },
    );
    return 0;
  } catch (error) {
    if (!isErrno(error)) throw error;
    return say(`${adds ? 'SIOCADDRT' : 'SIOCDELRT'}: ${error.message}`, gnu ? 7 : 1);
  }
}

async function addressOf(io: Stdio, name: string): Promise<string | undefined> {
  const found = await lookupHost(io.sys, name, 'inet');
  return typeof found === 'string' ? undefined : found[0];
}

/** What a target means: a network by its prefix or mask, or a single host. */
async function prefixOf(
  io: Stdio,
  target: string,
  kind: string | undefined,
  mask: string | undefined,
): Promise<string | undefined> {
  if (target === 'default') return '0.0.0.0/0';
  const [name, length] = target.split('/') as [string, string | undefined];
  const address = await addressOf(io, name);
  if (address === undefined) return undefined;
  const bits = mask === undefined ? undefined : parsePrefix(mask)?.bits;
  const ofMask = bits === undefined ? undefined : [...bits.toString(2)].filter((bit) => bit === '1').length;
  const usual = address === '0.0.0.0' ? 0 : kind === '-net' ? classLength(address) : 32;
  const prefix = parsePrefix(`${address}/${length ?? ofMask ?? usual}`);
  return prefix && `${formatIp(prefix)}/${prefix.length}`;
}

/** How long the network part was before networks could be of any size (RFC 791). */
function classLength(address: string): number {
  const first = Number(address.split('.')[0]);
  return first < 128 ? 8 : first < 192 ? 16 : 24;
}
