import { isErrno } from '../../../base/errno.ts';
import { O_RDONLY } from '../../../kernel/fcntl.ts';
import type { NetlinkRequest } from '../../../net/netlink.ts';
import type { Stdio } from '../../lib/stdio.ts';
import type { BusyboxBuild, Flavour } from '../../utility.ts';
import { busyboxUsage } from '../tool.ts';

/** Where named network namespaces are: files that namespaces are bound to (ip-netns(8)). */
export const NETNS_DIRECTORY = '/run/netns';

/** How answers are to be shown: what ip's options before the object say. */
export interface Style {
  oneline: boolean;
  brief: boolean;
  statistics: boolean;
  family: 'inet' | 'inet6' | undefined;
  /** `-all`: all named network namespaces. */
  all: boolean;
}

/** One call of ip: in which form, how to show, and how to say what failed. */
export class IpCommand {
  readonly io: Stdio;
  readonly busybox: boolean;
  readonly style: Style = { oneline: false, brief: false, statistics: false, family: undefined, all: false };
  readonly #build: BusyboxBuild;

  constructor(io: Stdio, flavour: Flavour, build: BusyboxBuild) {
    this.io = io;
    this.busybox = flavour === 'busybox';
    this.#build = build;
  }

  /** The same for another process. */
  for(io: Stdio): IpCommand {
    const twin = new IpCommand(io, this.busybox ? 'busybox' : 'gnu', this.#build);
    Object.assign(twin.style, this.style);
    return twin;
  }

  /** The number by which the own network namespace knows a named one (`link-netnsid`); -1 if it has none. */
  async netnsId(name: string): Promise<number> {
    const { sys } = this.io;
    try {
      const fd = await sys.open(`${NETNS_DIRECTORY}/${name}`, O_RDONLY);
      const id = await sys.netlink({ type: 'RTM_GETNSID', netns: { fd } });
      await sys.close(fd);
      return id;
    } catch (error) {
      if (!isErrno(error)) throw error;
      return -1;
    }
  }

  /** Sends a change; says what failed as each ip says it. */
  async change(request: NetlinkRequest, device?: string, ioctl?: string): Promise<number> {
    const { sys } = this.io;
    if (device !== undefined) {
      const links = await sys.netlink({ type: 'RTM_GETLINK' });
      if (!links.some((link) => link.name === device)) {
        if (!this.busybox) return this.say(`Cannot find device "${device}"`, 1);
        return ioctl === undefined
          ? this.say(`ip: can't find device '${device}'`, 1)
          : // Flags are read before they are set.
            this.say(`ip: ${ioctl === 'SIOCSIFFLAGS' ? 'SIOCGIFFLAGS' : ioctl}: No such device`, 2);
      }
    }
    try {
      await sys.netlink(request);
      return 0;
    } catch (error) {
      if (!isErrno(error)) throw error;
      if (this.busybox)
        return ioctl === undefined
          ? this.say(`ip: RTNETLINK answers: ${error.message}`, 2)
          : this.say(`ip: ${ioctl}: ${error.message}`, 2);
      if (request.type === 'RTM_NEWADDR' && error.code === 'EEXIST')
        return this.say('Error: ipv4: Address already assigned.', 2);
      if (request.type === 'RTM_DELADDR' && error.code === 'EADDRNOTAVAIL')
        return this.say('Error: ipv4: Address not found.', 2);
      if (request.type === 'RTM_NEWROUTE' && error.code === 'ENETUNREACH')
        return this.say('Error: Nexthop has invalid gateway.', 2);
      if (request.type === 'RTM_NEWROUTE' && error.code === 'EINVAL')
        return this.say('Error: Invalid prefix for given prefix length.', 2);
      if (request.type === 'RTM_NEWROUTE' && error.code === 'ENETDOWN')
        return this.say('Error: Device for nexthop is not up.', 2);
      return this.say(`RTNETLINK answers: ${error.message}`, 2);
    }
  }

  /** Prints on standard error; gives the status. */
  async say(message: string, status: number): Promise<number> {
    await this.io.stdout.flush();
    await this.io.stderr.write(`${message}\n`);
    return status;
  }

  async usage(status = 1): Promise<number> {
    if (!this.busybox) return this.say(USAGE, status);
    await this.io.stdout.flush();
    await this.io.stderr.write(
      busyboxUsage(this.#build, 'ip [OPTIONS] address|route|link|tunnel|neigh|rule [ARGS]'),
    );
    return 1;
  }
}

const USAGE = `Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }
where  OBJECT := { address | link | neigh | netns | route }
       OPTIONS := { -V[ersion] | -s[tatistics] | -f[amily] { inet | inet6 } | -4 | -6 | -o[neline] | -br[ief] |
                    -n[etns] NAME | -a[ll] }`;
