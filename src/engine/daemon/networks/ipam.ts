/** IPv4 arithmetic and the address pools of the default IPAM driver (moby libnetwork/ipamutils). */

export interface Subnet {
  /** Network address as a number. */
  base: number;
  prefix: number;
}

export function parseAddress(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256))
    return undefined;
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}

export const formatAddress = (address: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');

/** `10.1.0.0/16`; undefined when it is not in CIDR form. */
export function parseSubnet(text: string): Subnet | undefined {
  const [address = '', prefix = ''] = text.split('/');
  const base = parseAddress(address);
  if (base === undefined || !/^\d{1,2}$/.test(prefix) || Number(prefix) > 32) return undefined;
  const size = 2 ** (32 - Number(prefix));
  return { base: Math.floor(base / size) * size, prefix: Number(prefix) };
}

export const formatSubnet = ({ base, prefix }: Subnet): string => `${formatAddress(base)}/${prefix}`;

export const sizeOf = ({ prefix }: Subnet): number => 2 ** (32 - prefix);

export const contains = (subnet: Subnet, address: number): boolean =>
  address >= subnet.base && address < subnet.base + sizeOf(subnet);

export const overlap = (a: Subnet, b: Subnet): boolean => contains(a, b.base) || contains(b, a.base);

/** 172.17.0.0/16 to 172.31.0.0/16, then 192.168.0.0/16 in twentieths. */
export function defaultPools(configured: readonly { base: string; size: number }[] | undefined): Subnet[] {
  const pools = configured ?? [
    ...Array.from({ length: 15 }, (_, i) => ({ base: `172.${17 + i}.0.0/16`, size: 16 })),
    { base: '192.168.0.0/16', size: 20 },
  ];
  return pools.flatMap(({ base, size }) => {
    const subnet = parseSubnet(base);
    if (subnet === undefined) return [];
    const count = 2 ** Math.max(0, size - subnet.prefix);
    return Array.from({ length: count }, (_, i) => ({
      base: subnet.base + i * 2 ** (32 - size),
      prefix: size,
    }));
  });
}

/** The lowest address of a subnet (or a range of it) that is free; the first and last are no hosts'. */
export function lowestFree(subnet: Subnet, range: Subnet, taken: ReadonlySet<number>): number | undefined {
  const last = Math.min(range.base + sizeOf(range) - 1, subnet.base + sizeOf(subnet) - 2);
  for (let address = Math.max(range.base, subnet.base + 1); address <= last; address++)
    if (!taken.has(address)) return address;
  return undefined;
}
