import { isErrno } from '../../base/errno.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { formatIp, parsePrefix } from '../../net/ip.ts';
import type { Route, SocketInfo } from '../../net/netlink.ts';
import { getopt, OptionError } from '../lib/getopt.ts';
import { readFile } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';
import { busyboxUsage, netProgram } from './tool.ts';

/** ss(8) for TCP, UDP and raw sockets. Unix sockets are not listed. */
export const ss = netProgram(async (io) => {
  let parsed: ReturnType<typeof getopt>;
  try {
    parsed = getopt(io.args, {
      short: 'tulanpwH46x',
      long: {
        tcp: 't',
        udp: 'u',
        listening: 'l',
        all: 'a',
        numeric: 'n',
        processes: 'p',
        raw: 'w',
        'no-header': 'H',
        ipv4: '4',
        ipv6: '6',
      },
    });
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    await io.stderr.write(`ss: ${error.message}\nUsage: ss [ OPTIONS ]\n       ss [ OPTIONS ] [ FILTER ]\n`);
    return 255;
  }
  const has = (name: string) => parsed.options.some((option) => option.name === name);
  if (has('x')) return io.fail('unix sockets are not modelled here');
  const kinds = [...(has('t') ? ['tcp'] : []), ...(has('u') ? ['udp'] : []), ...(has('w') ? ['raw'] : [])];
  const all = await io.sys.netlink({ type: 'SOCK_DIAG' });
  const shown = all.filter((socket) => {
    const listening = socket.state === 'LISTEN' || socket.state === 'UNCONN';
    const six = socket.local.startsWith('[');
    return (
      (kinds.length === 0 || kinds.includes(socket.protocol)) &&
      (has('a') || (has('l') ? listening : !listening && socket.state !== 'TIME-WAIT')) &&
      !(has('4') && six) &&
      !(has('6') && !six)
    );
  });
  const owners = has('p') ? await socketOwners(io.sys) : undefined;
  const netid = kinds.length !== 1;
  const rows = shown.map((socket) => {
    // A socket of the IPv6 wildcard that takes IPv4 too stands for any address.
    const both = !socket.v6only && socket.local.startsWith('[::]');
    const [local, localPort] = splitAddress(both ? socket.local.replace('[::]', '*') : socket.local);
    const [peer, peerPort] = splitAddress(both ? socket.peer.replace('[::]', '*') : socket.peer);
    return {
      netid: socket.protocol,
      state: socket.state,
      queues: [String(socket.receiveQueue), String(socket.sendQueue)] as const,
      local,
      localPort,
      peer,
      peerPort,
      process: owners === undefined ? '' : users(owners.get(socket.inode)),
    };
  });
  const width = (header: string, values: string[]) =>
    Math.max(header.length, ...values.map((value) => value.length));
  const netidWidth = width(
    'Netid',
    rows.map((row) => row.netid),
  );
  const stateWidth = width(
    'State',
    rows.map((row) => row.state),
  );
  const receive = width(
    'Recv-Q',
    rows.map((row) => row.queues[0]),
  );
  const send = width(
    'Send-Q',
    rows.map((row) => row.queues[1]),
  );
  const localWidth = width(
    'Local Address',
    rows.map((row) => row.local),
  );
  const localPorts = width(
    'Port',
    rows.map((row) => row.localPort),
  );
  const peerWidth = width(
    'Peer Address',
    rows.map((row) => row.peer),
  );
  const peerPorts = width(
    'Port',
    rows.map((row) => row.peerPort),
  );
  const line = (
    id: string,
    st: string,
    rq: string,
    sq: string,
    la: string,
    lp: string,
    pa: string,
    pp: string,
    pr: string,
  ) =>
    `${netid ? `${id.padEnd(netidWidth)} ` : ''}${st.padEnd(stateWidth)} ${rq.padEnd(receive)} ${sq.padEnd(send)} ${la.padStart(localWidth)}:${lp.padEnd(localPorts)} ${pa.padStart(peerWidth)}:${pp.padEnd(peerPorts)}${pr}\n`;
  if (!has('H'))
    io.stdout.write(
      line('Netid', 'State', 'Recv-Q', 'Send-Q', 'Local Address', 'Port', 'Peer Address', 'Port', 'Process'),
    );
  for (const row of rows)
    io.stdout.write(
      line(
        row.netid,
        row.state,
        row.queues[0],
        row.queues[1],
        row.local,
        row.localPort,
        row.peer,
        row.peerPort,
        row.process,
      ),
    );
  return 0;
});

/** netstat: BusyBox' and net-tools' common forms: sockets, and -r the routes. */
export const netstat = netProgram(async (io, flavour, build) => {
  let parsed: ReturnType<typeof getopt>;
  try {
    parsed = getopt(io.args, { short: 'laentuwxrWp' });
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    await io.stderr.write(
      flavour === 'busybox'
        ? `netstat: ${error.message}\n${busyboxUsage(build, 'netstat [-ral] [-tuwx] [-enWp]\n\nDisplay networking information')}`
        : `netstat: ${error.message}\nusage: netstat [-vWeenNcCF] [<Af>] -r\n`,
    );
    return 1;
  }
  const has = (name: string) => parsed.options.some((option) => option.name === name);
  if (has('r')) {
    io.stdout.write(routeTable(await io.sys.netlink({ type: 'RTM_GETROUTE' }), 'netstat'));
    return 0;
  }
  const kinds = [...(has('t') ? ['tcp'] : []), ...(has('u') ? ['udp'] : []), ...(has('w') ? ['raw'] : [])];
  const what = has('a') ? 'servers and established' : has('l') ? 'only servers' : 'w/o servers';
  const owners = has('p') ? await socketOwners(io.sys) : undefined;
  io.stdout.write(`Active Internet connections (${what})\n`);
  io.stdout.write(
    `Proto Recv-Q Send-Q Local Address           Foreign Address         State       ${has('p') ? 'PID/Program name    ' : ''}\n`,
  );
  for (const socket of await io.sys.netlink({ type: 'SOCK_DIAG' })) {
    const listening = socket.state === 'LISTEN' || socket.state === 'UNCONN';
    if (kinds.length > 0 && !kinds.includes(socket.protocol)) continue;
    if (!has('a') && listening !== has('l')) continue;
    const proto = `${socket.protocol}${socket.local.startsWith('[') ? '6' : ''}`;
    const owner = owners?.get(socket.inode);
    const program = has('p') ? (owner === undefined ? '-' : `${owner.pid}/${owner.comm}`) : '';
    io.stdout.write(
      `${proto.padEnd(5)} ${String(socket.state === 'LISTEN' ? 0 : socket.receiveQueue).padStart(6)} ${String(socket.state === 'LISTEN' ? 0 : socket.sendQueue).padStart(6)} ${plain(socket.local).padEnd(23)} ${plain(socket.peer).padEnd(23)} ${(STATES[socket.state] ?? '').padEnd(11)} ${program}\n`,
    );
  }
  return 0;
});

/** route -n: the kernel's table in the old form. */
export const route = netProgram(async (io) => {
  if (io.args.some((arg) => arg !== '-n' && arg !== '-e'))
    return io.fail('changing routes is not modelled here: use ip route');
  io.stdout.write(routeTable(await io.sys.netlink({ type: 'RTM_GETROUTE' }), 'route'));
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

/** netstat leaves the brackets away. */
const plain = (address: string) => address.replace(/^\[(.*)\]:/, '$1:');

function splitAddress(text: string): [string, string] {
  const at = text.lastIndexOf(':');
  return [text.slice(0, at), text.slice(at + 1)];
}

const users = (owner: { pid: number; fd: number; comm: string } | undefined) =>
  owner === undefined ? '' : ` users:(("${owner.comm}",pid=${owner.pid},fd=${owner.fd}))`;

/** Who holds which socket, by its inode number: found as ss finds it, through /proc/PID/fd. */
async function socketOwners(sys: Syscalls): Promise<Map<number, { pid: number; fd: number; comm: string }>> {
  const out = new Map<number, { pid: number; fd: number; comm: string }>();
  for (const pid of (await names(sys, '/proc')).filter((name) => /^\d+$/.test(name))) {
    for (const fd of await names(sys, `/proc/${pid}/fd`)) {
      try {
        const inode = /^socket:\[(\d+)\]$/.exec(await sys.readlink(`/proc/${pid}/fd/${fd}`))?.[1];
        if (inode === undefined) continue;
        const comm = bytesToText(await readFile(sys, `/proc/${pid}/comm`)).trim();
        out.set(Number(inode), { pid: Number(pid), fd: Number(fd), comm });
      } catch (error) {
        if (!isErrno(error)) throw error;
      }
    }
  }
  return out;
}

async function names(sys: Syscalls, path: string): Promise<string[]> {
  try {
    const fd = await sys.open(path, 0o200000);
    const entries = await sys.getdents(fd);
    await sys.close(fd);
    return entries.map(({ name }) => name);
  } catch (error) {
    if (isErrno(error)) return [];
    throw error;
  }
}

function routeTable(routes: readonly Route[], form: 'route' | 'netstat'): string {
  let out = 'Kernel IP routing table\n';
  out +=
    form === 'route'
      ? 'Destination     Gateway         Genmask         Flags Metric Ref    Use Iface\n'
      : 'Destination     Gateway         Genmask         Flags   MSS Window  irtt Iface\n';
  for (const { destination, gateway, device, metric = 0 } of routes) {
    const prefix = parsePrefix(destination);
    if (prefix === undefined || prefix.family === 'inet6') continue;
    const mask = formatIp({
      family: 'inet',
      bits: ((1n << BigInt(prefix.length)) - 1n) << BigInt(32 - prefix.length),
    });
    const flags = `U${gateway === undefined ? '' : 'G'}${prefix.length === 32 ? 'H' : ''}`;
    const head = `${formatIp(prefix).padEnd(15)} ${(gateway ?? '0.0.0.0').padEnd(15)} ${mask.padEnd(15)} `;
    out += `${head}${form === 'route' ? `${flags.padEnd(5)} ${String(metric).padEnd(6)} 0        0` : `${flags.padEnd(5)}     0 0          0`} ${device}\n`;
  }
  return out;
}
