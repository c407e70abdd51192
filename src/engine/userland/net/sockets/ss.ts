import type { SocketInfo } from '../../../net/netlink.ts';
import { getopt, OptionError, type OptionTable } from '../../lib/getopt.ts';
import type { Stdio } from '../../lib/stdio.ts';
import { Given } from '../../utility.ts';
import { netProgram } from '../tool.ts';
import { Names, splitAddress } from './names.ts';
import { type Owner, socketOwners } from './owners.ts';
import { BadFilter, parseFilter } from './ss-filter.ts';

const OPTIONS: OptionTable = {
  short: 'hVnralopemiTbEZzsN:460tMSudwxf:HOKA:D:F:',
  long: {
    help: 'h',
    version: 'V',
    numeric: 'n',
    resolve: 'r',
    all: 'a',
    listening: 'l',
    options: 'o',
    extended: 'e',
    memory: 'm',
    processes: 'p',
    threads: 'T',
    info: 'i',
    summary: 's',
    bpf: 'b',
    events: 'E',
    context: 'Z',
    contexts: 'z',
    net: 'N:',
    ipv4: '4',
    ipv6: '6',
    packet: '0',
    tcp: 't',
    mptcp: 'M',
    sctp: 'S',
    udp: 'u',
    dccp: 'd',
    raw: 'w',
    unix: 'x',
    family: 'f:',
    query: 'A:',
    socket: 'A:',
    kill: 'K',
    'no-header': 'H',
    oneline: 'O',
    diag: 'D:',
    filter: 'F:',
    tos: 'tos',
    cgroup: 'cgroup',
    'inet-sockopt': 'inet-sockopt',
  },
  // A socket's line has nothing below it.
  inert: ['O'],
  refused: [
    'r',
    'o',
    'e',
    'm',
    'T',
    'i',
    'b',
    'E',
    'Z',
    'z',
    'N',
    'K',
    'D',
    'F',
    'tos',
    'cgroup',
    'inet-sockopt',
  ],
};

type Kind = SocketInfo['protocol'] | 'other';

/** What -A and -f take: which sockets each word means; of some kinds there are none here. */
const QUERIES: Readonly<Record<string, readonly Kind[]>> = {
  all: ['tcp', 'udp', 'raw', 'unix'],
  inet: ['tcp', 'udp', 'raw'],
  inet6: ['tcp', 'udp', 'raw'],
  tcp: ['tcp'],
  udp: ['udp'],
  raw: ['raw'],
  unix: ['unix'],
  unix_stream: ['unix'],
  ...Object.fromEntries(
    [
      'mptcp',
      'unix_dgram',
      'unix_seqpacket',
      'packet',
      'packet_raw',
      'packet_dgram',
      'netlink',
      'dccp',
      'sctp',
    ]
      .concat(['vsock_stream', 'vsock_dgram', 'tipc', 'xdp', 'link', 'vsock'])
      .map((name) => [name, ['other'] as const]),
  ),
};

/** ss(8): the sockets of this network namespace. */
export const ss = netProgram(async (io) => {
  let parsed: ReturnType<typeof getopt>;
  try {
    parsed = getopt(io.args, OPTIONS);
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    await io.stderr.write(`ss: ${error.message}\nUsage: ss [ OPTIONS ]\n       ss [ OPTIONS ] [ FILTER ]\n`);
    return 255;
  }
  const given = new Given(parsed);
  if (given.has('h', 'V')) {
    io.stdout.write(
      given.has('V')
        ? 'ss utility, iproute2-6.1.0, libbpf 1.1.0\n'
        : 'Usage: ss [ OPTIONS ]\n       ss [ OPTIONS ] [ FILTER ]\n',
    );
    return 0;
  }
  const names = await Names.read(io.sys, { services: !given.has('n'), hosts: false });
  const kinds = kindsOf(given);
  if (typeof kinds === 'string') {
    await io.stderr.write(`ss: "${kinds}" is illegal value for socket table id\n`);
    return 255;
  }
  let filter: ReturnType<typeof parseFilter>;
  try {
    const services = await portNumbers(io);
    filter = parseFilter(parsed.operands, (name) => services.get(name));
  } catch (error) {
    if (!(error instanceof BadFilter)) throw error;
    await io.stderr.write(`ss: ${error.message}\n`);
    return 255;
  }
  const inet = await io.sys.netlink({ type: 'SOCK_DIAG' });
  const unix = await io.sys.netlink({ type: 'SOCK_DIAG', family: 'unix' });
  if (given.has('s')) return summary(io, inet, unix);
  const shown = [...unix, ...inet].filter((socket) => {
    const six = socket.local.startsWith('[');
    const isListener = socket.state === 'LISTEN' || socket.state === 'UNCONN';
    const isAsked =
      filter.states?.has(socket.state) ??
      (given.has('a') || (given.has('l') ? isListener : !isListener && socket.state !== 'TIME-WAIT'));
    const family = given.has('4') || given.value('f') === 'inet' ? !six : true;
    const sixth = given.has('6') || given.value('f') === 'inet6' ? six : true;
    return isAsked && kinds.has(socket.protocol) && family && sixth && filter.test(socket);
  });
  const owners = given.has('p') ? await socketOwners(io.sys) : undefined;
  const states = filter.states;
  print(
    io,
    shown.map((socket) => rowOf(socket, names, owners)),
    {
      // One kind and one state go without saying.
      netid: kinds.size !== 1,
      state: !(states && states.size === 1),
      header: !given.has('H'),
    },
  );
  return 0;
});

function kindsOf(given: Given): ReadonlySet<Kind> | string {
  const kinds = new Set<Kind>();
  for (const [letter, kind] of LETTERS) if (given.has(letter)) kinds.add(kind);
  for (const word of [...given.values('A'), ...given.values('f')].flatMap((text) => text.split(','))) {
    const meant = QUERIES[word];
    if (!meant) return word;
    for (const kind of meant) kinds.add(kind);
  }
  if (kinds.size > 0) return kinds;
  return new Set<Kind>(given.has('4', '6') ? QUERIES['inet']! : QUERIES['all']!);
}

const LETTERS = [
  ['t', 'tcp'],
  ['u', 'udp'],
  ['w', 'raw'],
  ['x', 'unix'],
  ['0', 'other'],
  ['M', 'other'],
  ['S', 'other'],
  ['d', 'other'],
] as const satisfies [string, Kind][];

async function portNumbers(io: Stdio): Promise<Map<string, number>> {
  const names = await Names.read(io.sys, { services: true, hosts: false });
  return names.numbers();
}

interface Row {
  netid: string;
  state: string;
  queues: readonly [string, string];
  local: string;
  localPort: string;
  peer: string;
  peerPort: string;
  process: string;
}

function rowOf(socket: SocketInfo, names: Names, owners: Map<number, Owner[]> | undefined): Row {
  const held = owners?.get(socket.inode) ?? [];
  const users = held.map(({ comm, pid, fd }) => `("${comm}",pid=${pid},fd=${fd})`).join(',');
  const common = {
    state: socket.state,
    queues: [String(socket.receiveQueue), String(socket.sendQueue)] as const,
    process: held.length === 0 ? '' : ` users:(${users})`,
  };
  if (socket.protocol === 'unix')
    return {
      ...common,
      netid: 'u_str',
      local: socket.local || '*',
      localPort: ` ${socket.inode}`,
      peer: '*',
      peerPort: ` ${socket.peerInode ?? 0}`,
    };
  // A socket of the IPv6 wildcard that takes IPv4 too stands for any address.
  const both = !socket.v6only && socket.local.startsWith('[::]');
  const shown = (text: string) => splitAddress(both ? text.replace('[::]', '*') : text);
  const [local, localPort] = shown(socket.local);
  const [peer, peerPort] = shown(socket.peer);
  return {
    ...common,
    netid: socket.protocol,
    local,
    localPort: `:${names.port(localPort, socket.protocol)}`,
    peer,
    peerPort: `:${names.port(peerPort, socket.protocol)}`,
  };
}

function print(
  io: Stdio,
  rows: readonly Row[],
  shows: { netid: boolean; state: boolean; header: boolean },
): void {
  const heading: Row = {
    netid: 'Netid',
    state: 'State',
    queues: ['Recv-Q', 'Send-Q'],
    local: 'Local Address',
    localPort: ':Port',
    peer: 'Peer Address',
    peerPort: ':Port',
    process: 'Process',
  };
  const all = [heading, ...rows];
  const width = (cell: (row: Row) => string) => Math.max(...all.map((row) => cell(row).length));
  const [netid, state] = [width((row) => row.netid), width((row) => row.state)];
  const [receive, send] = [width((row) => row.queues[0]), width((row) => row.queues[1])];
  const [local, localPort] = [width((row) => row.local), width((row) => row.localPort)];
  const [peer, peerPort, process] = [
    width((row) => row.peer),
    width((row) => row.peerPort),
    width((row) => row.process),
  ];
  for (const row of shows.header ? all : rows) {
    const columns = [
      ...(shows.netid ? [row.netid.padEnd(netid)] : []),
      ...(shows.state ? [row.state.padEnd(state)] : []),
      row.queues[0].padEnd(receive),
      row.queues[1].padEnd(send),
      row.local.padStart(local) + row.localPort.padEnd(localPort),
      row.peer.padStart(peer) + row.peerPort.padEnd(peerPort) + row.process.padEnd(process),
    ];
    io.stdout.write(`${columns.join(' ')}\n`);
  }
}

/** -s: how many there are of each kind. */
function summary(io: Stdio, inet: readonly SocketInfo[], unix: readonly SocketInfo[]): number {
  const count = (kind: Kind, six?: boolean) =>
    inet.filter(
      ({ protocol, local, state }) =>
        protocol === kind && state !== 'TIME-WAIT' && (six === undefined || local.startsWith('[') === six),
    ).length;
  const tcp = inet.filter(({ protocol }) => protocol === 'tcp');
  const [established, waiting] = ['ESTAB', 'TIME-WAIT'].map(
    (state) => tcp.filter((socket) => socket.state === state).length,
  );
  const row = (name: string, kinds: readonly Kind[]) => {
    const sum = (six?: boolean) => kinds.reduce((total, kind) => total + count(kind, six), 0);
    return `${name}\t  ${[sum(), sum(false), sum(true)].map((n) => String(n).padEnd(9)).join(' ')}\n`;
  };
  const open = inet.filter(({ state }) => state !== 'TIME-WAIT').length + unix.length;
  io.stdout.write(
    `Total: ${open}\nTCP:   ${tcp.length} (estab ${established}, closed ${waiting}, orphaned 0, timewait ${waiting})\n\n` +
      `Transport Total     IP        IPv6\n${row('RAW', ['raw'])}${row('UDP', ['udp'])}${row('TCP', ['tcp'])}${row('INET', ['raw', 'udp', 'tcp'])}FRAG\t  0         0         0        \n\n`,
  );
  return 0;
}
