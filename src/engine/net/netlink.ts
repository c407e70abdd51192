/**
 * Requests to the kernel's network configuration, as typed messages in place of AF_NETLINK's wire format:
 * one message a request, answered whole. The names are rtnetlink(7)'s.
 */
export type NetlinkRequest =
  | { type: 'RTM_GETLINK' }
  /** Without a name the kernel finds one: bridge0, dummy0, veth0. `netns`: where it is born, if not with the caller. */
  | {
      type: 'RTM_NEWLINK';
      name?: string;
      netns?: NetnsReference;
      kind: 'bridge' | 'dummy';
      up?: boolean;
    }
  /** A veth pair; the peer is born with the caller, too, unless it says otherwise. */
  | {
      type: 'RTM_NEWLINK';
      name?: string;
      netns?: NetnsReference;
      kind: 'veth';
      peer: { name?: string; netns?: NetnsReference };
      up?: boolean;
    }
  /** The number by which the caller's namespace knows another (`link-netnsid`); -1 if it has none. */
  | { type: 'RTM_GETNSID'; netns: NetnsReference }
  | { type: 'RTM_SETLINK'; name: string; change: LinkChange }
  | { type: 'RTM_DELLINK'; name: string }
  | { type: 'RTM_GETADDR' }
  /** `broadcast`: with the network's usual broadcast address (`brd +`). */
  | { type: 'RTM_NEWADDR'; name: string; address: string; prefix: number; broadcast?: boolean }
  | { type: 'RTM_DELADDR'; name: string; address: string; prefix: number }
  /** With a destination: the one route that a packet there takes (`ip route get`). */
  | { type: 'RTM_GETROUTE'; destination?: string }
  | { type: 'RTM_NEWROUTE'; route: Route; replace?: boolean }
  /** Fields that are not given match any route to the destination. */
  | { type: 'RTM_DELROUTE'; route: Omit<Route, 'device'> & { device?: string } }
  | { type: 'RTM_GETNEIGH' }
  | { type: 'SOCK_DIAG'; family?: 'inet' | 'unix' }
  | IptablesRequest;

/** What the iptables command asks for: the kernel's module of that name. */
export type IptablesRequest =
  | { type: 'IPT_GET'; table: IptablesTable }
  | { type: 'IPT_NEWCHAIN'; table: IptablesTable; chain: string }
  | { type: 'IPT_DELCHAIN'; table: IptablesTable; chain: string }
  | {
      type: 'IPT_APPEND' | 'IPT_INSERT' | 'IPT_DELETE';
      table: IptablesTable;
      chain: string;
      rule: IptablesRule;
      /** Of an insertion, from 1; the default is the front. */
      position?: number;
    }
  | { type: 'IPT_DELETE_AT'; table: IptablesTable; chain: string; position: number }
  | { type: 'IPT_ZERO'; table: IptablesTable; chain?: string }
  | { type: 'IPT_POLICY'; table: IptablesTable; chain: string; policy: 'ACCEPT' | 'DROP' }
  | { type: 'IPT_FLUSH'; table: IptablesTable; chain?: string };

export type NetlinkReply<R extends NetlinkRequest> = R extends { type: 'RTM_GETLINK' }
  ? Link[]
  : R extends { type: 'RTM_GETNSID' }
    ? number
    : R extends { type: 'RTM_GETADDR' }
      ? LinkAddress[]
      : R extends { type: 'RTM_GETROUTE' }
        ? Route[]
        : R extends { type: 'RTM_GETNEIGH' }
          ? Neighbour[]
          : R extends { type: 'SOCK_DIAG' }
            ? SocketInfo[]
            : R extends { type: 'IPT_GET' }
              ? IptablesChain[]
              : undefined;

/** A network namespace: that of a process, as the caller numbers it, or one that the caller has open. */
export type NetnsReference = { pid: number } | { fd: number };

export interface LinkChange {
  up?: boolean;
  name?: string;
  mtu?: number;
  address?: string;
  /** The bridge it becomes a port of; '' takes it out. */
  master?: string;
  /** Moves it into another network namespace. */
  netns?: NetnsReference;
}

export interface Link {
  index: number;
  name: string;
  kind: 'loopback' | 'ethernet' | 'bridge' | 'veth' | 'dummy';
  mtu: number;
  /** MAC address. */
  address: string;
  up: boolean;
  /** Up, and with a carrier (a bridge with a port that is up, a veth whose peer is up). */
  running: boolean;
  master?: string;
  /** Index of a veth's peer (`eth0@if7`), and the peer's namespace id where it is another. */
  peerIndex?: number;
  peerNetns?: number;
  statistics: {
    rxBytes: number;
    rxPackets: number;
    txBytes: number;
    txPackets: number;
    rxDropped: number;
    txDropped: number;
  };
}

export interface LinkAddress {
  link: string;
  family: 'inet' | 'inet6';
  address: string;
  prefix: number;
  broadcast?: string;
  scope: 'global' | 'link' | 'host';
  /** IFA_F_SECONDARY: the device has another one of the same network, given before. */
  secondary?: true;
  label?: string;
}

export interface Route {
  /** `default` or a prefix such as `172.17.0.0/16`. */
  destination: string;
  gateway?: string;
  device: string;
  source?: string;
  scope?: 'global' | 'link' | 'host';
  protocol?: 'kernel' | 'boot' | 'static' | 'dhcp';
  metric?: number;
}

export interface Neighbour {
  address: string;
  device: string;
  lladdr: string;
  state: 'REACHABLE' | 'STALE' | 'FAILED';
}

export interface SocketInfo {
  protocol: 'tcp' | 'udp' | 'unix' | 'raw';
  state:
    | 'LISTEN'
    | 'ESTAB'
    | 'SYN-SENT'
    | 'SYN-RECV'
    | 'FIN-WAIT-1'
    | 'FIN-WAIT-2'
    | 'CLOSE-WAIT'
    | 'LAST-ACK'
    | 'CLOSING'
    | 'TIME-WAIT'
    | 'UNCONN';
  local: string;
  peer: string;
  inode: number;
  /** The inode number at the other end of a socket of the unix domain; 0 if there is none. */
  peerInode?: number;
  uid: number;
  /** Bytes waiting to be read and to be sent; of a listener the connections waiting and the longest queue allowed. */
  receiveQueue: number;
  sendQueue: number;
  /** A listener of the IPv6 wildcard that takes no IPv4. */
  v6only?: boolean;
}

export type IptablesTable = 'filter' | 'nat' | 'mangle' | 'raw';

/** One rule: all matches must hold. `!` in front of a value negates it, as in iptables(8). */
export interface IptablesRule {
  protocol?: string;
  source?: string;
  destination?: string;
  inInterface?: string;
  outInterface?: string;
  destinationPort?: string;
  sourcePort?: string;
  /** `-m addrtype --dst-type LOCAL` */
  destinationType?: 'LOCAL' | '!LOCAL';
  conntrack?: readonly ('NEW' | 'ESTABLISHED' | 'RELATED' | 'DNAT')[];
  comment?: string;
  target: string;
  /** DNAT's `--to-destination`, REJECT's `--reject-with`, … */
  targetOptions?: Record<string, string>;
}

export interface IptablesChain {
  name: string;
  policy?: 'ACCEPT' | 'DROP';
  packets: number;
  bytes: number;
  rules: (IptablesRule & { packets: number; bytes: number })[];
}
