import type { IptablesChain, IptablesRule } from '../../../net/netlink.ts';

/** How a listing is asked for. */
export interface ListingOptions {
  numeric: boolean;
  verbose: boolean;
  numbers: boolean;
  exact: boolean;
}

/** `iptables -L`: chains as tables. */
export class Listing {
  readonly #options: ListingOptions;

  constructor(options: ListingOptions) {
    this.#options = options;
  }

  /** One of the chains of a table. */
  chain(chain: IptablesChain, all: readonly IptablesChain[]): string {
    const references = all.reduce(
      (sum, other) => sum + other.rules.filter((rule) => rule.target === chain.name).length,
      0,
    );
    const counts = this.#options.verbose
      ? ` ${this.#count(chain.packets)} packets, ${this.#count(chain.bytes)} bytes`
      : '';
    const about = chain.policy === undefined ? `${references} references` : `policy ${chain.policy}${counts}`;
    const number = this.#options.numbers ? 'num  ' : '';
    let out = `Chain ${chain.name} (${about})\n`;
    out += this.#options.verbose
      ? `${number === '' ? '' : 'num  '} pkts bytes target     prot opt in     out     source               destination         \n`
      : `${number}target     prot opt source               destination         \n`;
    for (const [i, rule] of chain.rules.entries()) {
      if (this.#options.numbers) out += String(i + 1).padEnd(5);
      if (this.#options.verbose)
        out += `${this.#count(rule.packets).padStart(5)} ${this.#count(rule.bytes).padStart(5)} `;
      const between = this.#options.verbose ? `${iface(rule.inInterface)} ${iface(rule.outInterface)}  ` : '';
      out += `${rule.target.padEnd(9)}  ${this.#protocol(rule)} --  ${between}`;
      out += `${this.#shown(rule.source)} ${this.#shown(rule.destination)}${extras(rule)}\n`;
    }
    return out;
  }

  #protocol({ protocol = 'all' }: IptablesRule): string {
    const plain = protocol.replace('! ', '');
    const numbers: Record<string, string> = { all: '0', icmp: '1', tcp: '6', udp: '17' };
    const name = this.#options.numeric ? (numbers[plain] ?? plain) : plain;
    return `${protocol.startsWith('!') ? '!' : ''}${name}`.padEnd(4);
  }

  #shown(address: string | undefined): string {
    const all = this.#options.numeric ? '0.0.0.0/0' : 'anywhere';
    const text = address === undefined ? all : address.replace('! ', '!').replace(/\/32$/, '');
    return text.padEnd(20).slice(0, Math.max(20, text.length));
  }

  /** Large counters in thousands, as `-v` without `-x` shows them. */
  #count(value: number): string {
    if (this.#options.exact || value < 100_000) return String(value);
    const units = ['K', 'M', 'G'];
    let unit = -1;
    let scaled = value;
    while (scaled >= 10_000 && unit < 2) {
      scaled = Math.round(scaled / 1000);
      unit++;
    }
    return `${scaled}${units[unit] ?? ''}`;
  }
}

const iface = (pattern: string | undefined) =>
  (pattern === undefined ? '*' : pattern.replace('! ', '!')).padEnd(6);

/** What stands behind the addresses in a listing. */
function extras(rule: IptablesRule): string {
  const out: string[] = [];
  const port = (kind: string, text: string | undefined) => {
    if (text === undefined) return;
    const plain = text.replace('! ', '');
    const multi = plain.includes(',');
    const what = multi ? `${kind}ports` : plain.includes(':') ? `${kind}pts` : `${kind}pt`;
    out.push(
      `${multi ? 'multiport ' : `${rule.protocol?.replace('! ', '')} `}${what}${multi ? ' ' : ':'}${text.startsWith('!') ? '!' : ''}${plain}`,
    );
  };
  if (rule.destinationType !== undefined) out.push(`ADDRTYPE match dst-type ${rule.destinationType}`);
  port('s', rule.sourcePort);
  port('d', rule.destinationPort);
  if (rule.conntrack !== undefined) out.push(`ctstate ${rule.conntrack.join(',')}`);
  if (rule.comment !== undefined) out.push(`/* ${rule.comment} */`);
  const options = rule.targetOptions ?? {};
  if (rule.target === 'DNAT') out.push(`to:${options['to-destination']}`);
  if (rule.target === 'SNAT') out.push(`to:${options['to-source']}`);
  if (rule.target === 'REDIRECT' && options['to-ports'] !== undefined)
    out.push(`redir ports ${options['to-ports']}`);
  if (rule.target === 'REJECT') out.push(`reject-with ${options['reject-with'] ?? 'icmp-port-unreachable'}`);
  return out.length === 0 ? '' : ` ${out.join(' ')}`;
}
