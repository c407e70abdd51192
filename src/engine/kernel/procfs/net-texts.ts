import type { NetNamespace } from '../../net/net-namespace.ts';

/** /proc/PID/net/dev: the counters of each device of the process's network namespace. */
export function devText(net: NetNamespace): string {
  const rows = net.devices().map(({ name, statistics: s }) => {
    const received = [s.rxBytes, s.rxPackets, 0, s.rxDropped, 0, 0, 0, 0];
    const sent = [s.txBytes, s.txPackets, 0, s.txDropped, 0, 0, 0, 0];
    const columns = [
      ...received.map((n, i) => String(n).padStart(RECEIVED[i]!)),
      ...sent.map((n, i) => String(n).padStart(SENT[i]!)),
    ];
    return `${name.padStart(6)}: ${columns.join(' ')}\n`;
  });
  return `${HEAD}${rows.join('')}`;
}

const RECEIVED = [7, 7, 4, 4, 4, 5, 10, 9];
const SENT = [8, 7, 4, 4, 4, 5, 7, 10];

const HEAD =
  'Inter-|   Receive                                                |  Transmit\n' +
  ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n';
