import type { Kernel } from '../../../engine/kernel/kernel.ts';
import type { Task } from '../../../engine/kernel/task.ts';
import { isAny, isLoopback } from '../../../engine/net/ip.ts';
import type { NetNamespace } from '../../../engine/net/net-namespace.ts';
import { Socket } from '../../../engine/net/socket.ts';

/** A socket that strangers can send to, and the process that holds it. */
export interface OpenSocket {
  protocol: 'tcp' | 'udp';
  address: string;
  port: number;
  process?: ProcessName;
}

export interface ProcessName {
  pid: number;
  comm: string;
}

/** Who holds the sockets of a machine; of several that share one the eldest. */
export class SocketOwners {
  readonly #owners = new Map<Socket, Task>();

  constructor(kernel: Kernel) {
    for (const task of kernel.tasks) {
      if (task.zombie) continue;
      for (const fd of task.fds.numbers()) {
        const file = task.fds.get(fd);
        if (file instanceof Socket && !this.#owners.has(file)) this.#owners.set(file, task);
      }
    }
  }

  of(socket: Socket): Task | undefined {
    return this.#owners.get(socket);
  }

  /** What of a namespace's is open: TCP that listens, UDP that is bound; no loopback addresses, which strangers do not reach. */
  open(net: NetNamespace): OpenSocket[] {
    const view = (protocol: OpenSocket['protocol'], socket: Socket): OpenSocket[] => {
      const local = socket.getsockname();
      if (local.family === 'unix' || isLoopback(local.address)) return [];
      const owner = this.of(socket);
      const process = owner && { process: { pid: owner.pid, comm: owner.comm } };
      return [{ protocol, address: local.address, port: local.port, ...process }];
    };
    return [
      ...net.tcp.sockets().flatMap((socket) => (socket.listening ? view('tcp', socket) : [])),
      ...net.udp.sockets().flatMap((socket) => view('udp', socket)),
    ];
  }
}

/** Whether a socket at an address takes IPv4. */
export const takesIpv4 = ({ address }: OpenSocket): boolean => isAny(address) || !address.includes(':');
