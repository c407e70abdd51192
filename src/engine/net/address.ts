/** Socket addresses (socket(7)). IP addresses are in their usual text form. */
export type SocketAddress =
  | { family: 'inet' | 'inet6'; address: string; port: number }
  | { family: 'unix'; path: string };

export type SocketDomain = SocketAddress['family'];

/** `stream` is TCP over inet; `dgram` UDP; `raw` is ICMP (ping) only. */
export type SocketType = 'stream' | 'dgram' | 'raw';
