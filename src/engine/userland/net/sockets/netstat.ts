import type { Link, SocketInfo } from '../../../net/netlink.ts';
import { getopt, OptionError, type OptionTable } from '../../lib/getopt.ts';
import type { Stdio } from '../../lib/stdio.ts';
import { readAccounts } from '../../lib/users.ts';
import { type Flavour, Given } from '../../utility.ts';
import { busyboxUsage, netProgram } from '../tool.ts';
import { Names, splitAddress } from './names.ts';
import { type Owner, socketOwners } from './owners.ts';
import { routeTable } from './routes.ts';

const OPTIONS: Readonly<Record<Flavour, OptionTable>> = {
  gnu: {
    short: 'acCeFgihlM46nNoprsStuUvVwWxZA:',
    long: {
      route: 'r',
      interfaces: 'i',
      groups: 'g',
      statistics: 's',
      masquerade: 'M',
      verbose: 'v',
      wide: 'W',
      numeric: 'n',
      'numeric-hosts': 'numeric-hosts',
      'numeric-ports': 'numeric-ports',
      'numeric-users': 'numeric-users',
      symbolic: 'N',
      extend: 'e',
      programs: 'p',
      timers: 'o',
      continuous: 'c',
      listening: 'l',
      all: 'a',
      fib: 'F',
      cache: 'C',
      context: 'Z',
      tcp: 't',
      udp: 'u',
      udplite: 'U',
      sctp: 'S',
      raw: 'w',
      unix: 'x',
      protocol: 'A:',
      help: 'h',
      version: 'V',
    },
    refused: ['c', 'C', 'g', 'M', 'N', 'o', 's', 'S', 'U', 'v', 'Z', 'A'],
    // The routing table is the forwarding table.
    inert: ['F'],
  },
  // -e shows nothing more in small builds.
  busybox: { short: 'laentuwxrWp', inert: ['e'] },
};

const USAGE = 'usage: netstat [-vWeenNcCF] [<Af>] -r         netstat {-V|--version|-h|--help}\n';

/** netstat(8) of net-tools, and BusyBox': sockets, routes, devices. */
export const netstat = netProgram(async (io, flavour, build) => {
  const gnu = flavour === 'gnu';
  let parsed: ReturnType<typeof getopt>;
  try {
    parsed = getopt(io.args, OPTIONS[flavour]);
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    await io.stderr.write(
      gnu
        ? `netstat: ${error.message}\n${USAGE}`
        : `netstat: ${error.message}\n${busyboxUsage(build, 'netstat [-ral] [-tuwx] [-enWp]\n\nDisplay networking information')}`,
    );
    return gnu ? 4 : 1;
  }
  const given = new Given(parsed);
  if (given.has('h', 'V')) {
    io.stdout.write(given.has('V') ? 'net-tools 2.10\n' : USAGE);
    return given.has('V') ? 0 : 4;
  }
  const numeric = given.has('n');
  const names = await Names.read(io.sys, {
    services: !numeric && !given.has('numeric-ports'),
    hosts: !numeric && !given.has('numeric-hosts'),
  });
  if (given.has('r')) {
    const routes = await io.sys.netlink({ type: 'RTM_GETROUTE' });
    io.stdout.write(routeTable(routes, { form: 'netstat', numeric, stars: !gnu }));
    return 0;
  }
  if (given.has('i') && gnu) return devices(io, given.has('a'));
  const listing = new Listing(io, given, gnu, names);
  await listing.read();
  const kinds = ['t', 'u', 'w'].filter((letter) => given.has(letter));
  if (kinds.length > 0 || !given.has('x')) listing.inet(kinds);
  if (given.has('x') || kinds.length === 0) await listing.unix();
  return 0;
});

const STATES: Record<SocketInfo['state'], string> = {
  LISTEN: 'LISTEN',
  ESTAB: 'ESTABLISHED',
  'SYN-SENT': 'SYN_SENT',
  'SYN-RECV': 'SYN_RECV',
  'FIN-WAIT-1': 'FIN_WAIT1',
  'FIN-WAIT-2': 'FIN_WAIT2',
  'CLOSE-WAIT': 'CLOSE_WAIT',
  'LAST-ACK': 'LAST_ACK',
  CLOSING: 'CLOSING',
  'TIME-WAIT': 'TIME_WAIT',
  UNCONN: '',
};

class Listing {
  readonly #io: Stdio;
  readonly #given: Given;
  readonly #gnu: boolean;
  readonly #names: Names;
  readonly #what: string;
  #sockets: readonly SocketInfo[] = [];
  #owners: Map<number, Owner[]> | undefined;
  #userName: (uid: number) => string = String;

  constructor(io: Stdio, given: Given, gnu: boolean, names: Names) {
    this.#io = io;
    this.#given = given;
    this.#gnu = gnu;
    this.#names = names;
    this.#what = given.has('a') ? 'servers and established' : given.has('l') ? 'only servers' : 'w/o servers';
  }

  async read(): Promise<void> {
    const { sys } = this.#io;
    this.#sockets = await sys.netlink({ type: 'SOCK_DIAG' });
    if (this.#given.has('p')) this.#owners = await socketOwners(sys);
    if (this.#given.has('n', 'numeric-users')) return;
    const accounts = await readAccounts(sys);
    this.#userName = (uid) => accounts.userName(uid);
  }

  #isAsked(state: SocketInfo['state']): boolean {
    return this.#given.has('a') || (state === 'LISTEN' || state === 'UNCONN') === this.#given.has('l');
  }

  #owner(inode: number): string {
    const [owner] = this.#owners?.get(inode) ?? [];
    const text = owner === undefined ? '-' : `${owner.pid}/${owner.program}`;
    return this.#gnu ? `${text.slice(0, 19).padEnd(20)}` : text;
  }

  inet(kinds: readonly string[]): void {
    const { stdout } = this.#io;
    const [extended, programs] = [this.#given.has('e') && this.#gnu, this.#given.has('p')];
    stdout.write(`Active Internet connections (${this.#what})\n`);
    const width = this.#given.has('W') && !this.#gnu ? 51 : 23;
    stdout.write(
      `Proto Recv-Q Send-Q ${'Local Address'.padEnd(width)} ${'Foreign Address'.padEnd(width)} State      ${extended ? ' User       Inode     ' : ''}${this.#gnu ? '' : ' '}${programs ? `${this.#gnu ? ' ' : ''}PID/Program name    ` : ''}\n`,
    );
    for (const socket of this.#sockets) {
      const { protocol, local, peer, state } = socket;
      if (kinds.length > 0 && !kinds.includes(protocol[0]!)) continue;
      if (!this.#isAsked(state)) continue;
      const six = local.startsWith('[');
      if ((this.#given.has('4') && six) || (this.#given.has('6') && !six)) continue;
      const isListener = state === 'LISTEN';
      const queue = (bytes: number) => String(isListener ? 0 : bytes).padStart(6);
      const shown = (text: string) => this.#address(text, protocol).padEnd(width);
      const more = extended
        ? ` ${this.#userName(socket.uid).padEnd(10)} ${String(socket.inode).padEnd(10)}`
        : '';
      const owner = programs ? ` ${this.#owner(socket.inode)}` : '';
      stdout.write(
        `${`${protocol}${six ? '6' : ''}`.padEnd(5)} ${queue(socket.receiveQueue)} ${queue(socket.sendQueue)} ${shown(local)} ${shown(peer)} ${STATES[state].padEnd(11)}${more}${this.#gnu ? '' : programs ? '' : ' '}${owner}\n`,
      );
    }
  }

  /** netstat leaves the brackets away, and what is too long. */
  #address(text: string, protocol: string): string {
    const [host, port] = splitAddress(text);
    const bare = host.replace(/[[\]]/g, '');
    const name = this.#names.host(bare);
    const service = this.#names.port(port, protocol);
    const wide = this.#given.has('W');
    return `${wide ? name : name.slice(0, 22 - service.length)}:${service}`;
  }

  async unix(): Promise<void> {
    const { stdout, sys } = this.#io;
    const programs = this.#given.has('p');
    const inode = this.#gnu ? 'I-Node   ' : 'I-Node ';
    stdout.write(
      `Active UNIX domain sockets (${this.#what})\nProto RefCnt Flags       Type       State         ${inode}${programs ? 'PID/Program name     ' : ''}Path\n`,
    );
    for (const socket of await sys.netlink({ type: 'SOCK_DIAG', family: 'unix' })) {
      if (!this.#isAsked(socket.state)) continue;
      const isListener = socket.state === 'LISTEN';
      const state = isListener ? 'LISTENING' : socket.state === 'ESTAB' ? 'CONNECTED' : '';
      const number = this.#gnu ? String(socket.inode).padEnd(8) : String(socket.inode).padStart(6);
      const owner = programs ? `${this.#owner(socket.inode)} ` : '';
      stdout.write(
        `unix  ${isListener || state === '' ? 2 : 3}      ${isListener ? '[ ACC ]' : '[ ]    '}     STREAM     ${state.padEnd(13)} ${number} ${owner}${socket.local}\n`,
      );
    }
  }
}

/** -i: the devices and what went through them. */
async function devices(io: Stdio, all: boolean): Promise<number> {
  const links: Link[] = await io.sys.netlink({ type: 'RTM_GETLINK' });
  io.stdout.write(
    'Kernel Interface table\nIface             MTU    RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg\n',
  );
  for (const { name, mtu, kind, up, running, statistics: s } of [...links].sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )) {
    if (!up && !all) continue;
    const flags = `${kind === 'loopback' ? 'L' : 'BM'}${running ? 'R' : ''}${up ? 'U' : ''}`;
    const cells = [s.rxPackets, 0, s.rxDropped].map((n, i) => String(n).padStart(i === 0 ? 8 : 6)).join(' ');
    const sent = [s.txPackets, 0, s.txDropped, 0]
      .map((n, i) => String(n).padStart(i === 0 ? 8 : 6))
      .join(' ');
    io.stdout.write(`${name.padEnd(15)} ${String(mtu).padStart(5)} ${cells} 0      ${sent} ${flags}\n`);
  }
  return 0;
}
