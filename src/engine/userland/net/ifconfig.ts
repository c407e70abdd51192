import { isErrno } from '../../base/errno.ts';
import { formatIp } from '../../net/ip.ts';
import type { Link, LinkAddress } from '../../net/netlink.ts';
import { netProgram } from './tool.ts';

/** ifconfig as BusyBox and old net-tools print it: shows interfaces, sets them up and down. */
export const ifconfig = netProgram(async (io) => {
  const all = io.args[0] === '-a';
  const [name, ...rest] = all ? io.args.slice(1) : io.args;
  if (rest.length > 1 || (rest.length === 1 && !/^(up|down)$/.test(rest[0]!)))
    return io.fail('setting addresses is not modelled here: use ip addr');
  const links = await io.sys.netlink({ type: 'RTM_GETLINK' });
  if (name !== undefined && !links.some((link) => link.name === name))
    return io.fail(`${name}: error fetching interface information: Device not found`);
  if (rest.length === 1) {
    try {
      await io.sys.netlink({ type: 'RTM_SETLINK', name: name!, change: { up: rest[0] === 'up' } });
      return 0;
    } catch (error) {
      if (!isErrno(error)) throw error;
      return io.fail(`SIOCSIFFLAGS: ${error.message}`);
    }
  }
  const addresses = await io.sys.netlink({ type: 'RTM_GETADDR' });
  const shown = links.filter((link) => (name === undefined ? all || link.up : link.name === name));
  for (const link of shown.sort((a, b) => (a.name < b.name ? -1 : 1)))
    io.stdout.write(
      described(
        link,
        addresses.filter((address) => address.link === link.name),
      ),
    );
  return 0;
});

function described(link: Link, addresses: readonly LinkAddress[]): string {
  const loopback = link.kind === 'loopback';
  const s = link.statistics;
  const indent = ' '.repeat(10);
  let out = `${link.name.padEnd(9)} Link encap:${loopback ? 'Local Loopback' : `Ethernet  HWaddr ${link.address.toUpperCase()}`}  \n`;
  for (const { family, address, prefix, broadcast, scope } of addresses) {
    if (family === 'inet') {
      const mask = formatIp({ family, bits: ((1n << BigInt(prefix)) - 1n) << BigInt(32 - prefix) });
      out += `${indent}inet addr:${address}${loopback ? '' : `  Bcast:${broadcast ?? '0.0.0.0'}`}  Mask:${mask}\n`;
    } else
      out += `${indent}inet6 addr: ${address}/${prefix} Scope:${scope[0]!.toUpperCase()}${scope.slice(1)}\n`;
  }
  const flags = [
    link.up ? 'UP' : '',
    loopback ? 'LOOPBACK' : 'BROADCAST',
    link.running ? 'RUNNING' : '',
    loopback ? '' : 'MULTICAST',
  ];
  out += `${indent}${flags.filter((flag) => flag !== '').join(' ')}  MTU:${link.mtu}  Metric:1\n`;
  out += `${indent}RX packets:${s.rxPackets} errors:0 dropped:${s.rxDropped} overruns:0 frame:0\n`;
  out += `${indent}TX packets:${s.txPackets} errors:0 dropped:${s.txDropped} overruns:0 carrier:0\n`;
  out += `${indent}collisions:0 txqueuelen:${link.peerNetns === undefined ? 1000 : 0} \n`;
  out += `${indent}RX bytes:${s.rxBytes} (${human(s.rxBytes)})  TX bytes:${s.txBytes} (${human(s.txBytes)})\n\n`;
  return out;
}

function human(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < 3) {
    value /= 1024;
    unit++;
  }
  return `${value.toFixed(1)} ${units[unit]}`;
}
