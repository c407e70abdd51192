import type { Clock } from '../base/clock.ts';
import { Errno } from '../base/errno.ts';
import { Conntrack } from './conntrack.ts';
import { formatIp, network, parseIp, parsePrefix } from './ip.ts';
import type { NetDevice } from './netdevice.ts';
import type { IptablesChain, IptablesRequest, IptablesRule, IptablesTable } from './netlink.ts';
import { type Packet, packetLength } from './packet.ts';
import { matches, type Position } from './rule-match.ts';
import type { Connection } from './tuple.ts';

/** Netfilter's five places where a packet can be looked at. */
export type Hook = 'PREROUTING' | 'INPUT' | 'FORWARD' | 'OUTPUT' | 'POSTROUTING';

/** What becomes of a packet at a hook. */
export type Verdict = { kind: 'accept' } | { kind: 'drop' } | { kind: 'reject'; with: string };

/** What rules may ask of the namespace that they stand in. */
export interface Surroundings {
  clock: Clock;
  isLocal(address: string): boolean;
  /** The address that MASQUERADE takes: the one that packets leave a device with. */
  sourceFor(device: NetDevice, destination: string): string | undefined;
  randomPort(): number;
}

/** The built-in chains of each table, in the order in which `iptables -L` lists them. */
const BUILT_IN: Record<IptablesTable, readonly Hook[]> = {
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  raw: ['PREROUTING', 'OUTPUT'],
};

/** In which tables a target may stand (iptables-extensions(8)); undefined: in all. */
const TARGETS: Record<string, readonly IptablesTable[] | undefined> = {
  ACCEPT: undefined,
  DROP: ['filter', 'mangle', 'raw'],
  RETURN: undefined,
  REJECT: ['filter'],
  DNAT: ['nat'],
  SNAT: ['nat'],
  MASQUERADE: ['nat'],
  REDIRECT: ['nat'],
};

type Rule = IptablesRule & { packets: number; bytes: number };

interface Chain {
  name: string;
  policy?: 'ACCEPT' | 'DROP';
  packets: number;
  bytes: number;
  rules: Rule[];
}

/** What a packet meets on its way through the tables: a rule that matches it, or at the end of a built-in chain with rules its policy. */
export interface Meeting {
  table: IptablesTable;
  chain: string;
  /** Undefined: the policy. */
  rule?: IptablesRule & { packets: number; bytes: number };
  target: string;
}

interface Passage extends Position {
  table: IptablesTable;
  hook: Hook;
  watch: ((meeting: Meeting) => void) | undefined;
}

/**
 * Netfilter in one namespace: its connections, its tables (iptables(8)) and the packets' way through them. A module of the kernel:
 * until something asks for a table, packets pass unseen.
 */
export class Netfilter {
  readonly conntrack: Conntrack;
  readonly #around: Surroundings;
  readonly #tables: Record<IptablesTable, Map<string, Chain>>;

  constructor(around: Surroundings) {
    this.#around = around;
    this.conntrack = new Conntrack(around.clock);
    const table = (name: IptablesTable) =>
      new Map<string, Chain>(
        BUILT_IN[name].map((hook) => [
          hook,
          { name: hook, policy: 'ACCEPT', packets: 0, bytes: 0, rules: [] },
        ]),
      );
    this.#tables = { filter: table('filter'), nat: table('nat'), mangle: table('mangle'), raw: table('raw') };
  }

  /**
   * Passes a packet through the tables of one hook in the kernel's order; nat is asked once for a connection.
   * @param watch told of what the packet meets: then it is a thought only, which nothing counts and no random number is drawn for
   */
  pass(
    hook: Hook,
    packet: Packet,
    inDevice?: NetDevice,
    outDevice?: NetDevice,
    watch?: (meeting: Meeting) => void,
  ): Verdict {
    const order: readonly IptablesTable[] =
      hook === 'INPUT' || hook === 'FORWARD' || hook === 'OUTPUT'
        ? ['raw', 'mangle', 'nat', 'filter']
        : ['raw', 'mangle', 'nat'];
    const steps = hook === 'INPUT' ? (['mangle', 'filter', 'nat'] as const) : order;
    for (const table of steps) {
      const chain = this.#tables[table].get(hook);
      if (chain === undefined) continue;
      const passage = { table, hook, packet, inDevice, outDevice, watch };
      if (table === 'nat') {
        this.#translate(chain, passage);
        continue;
      }
      if (chain.rules.length === 0 && chain.policy === 'ACCEPT') {
        if (!watch) count(chain, packet);
        continue;
      }
      const verdict = this.#walk(chain, passage);
      if (verdict.kind !== 'accept') return verdict;
    }
    return ACCEPT;
  }

  // Configuration, as the iptables command asks for it ---------------------------------------------------

  configure(request: IptablesRequest): unknown {
    switch (request.type) {
      case 'IPT_GET':
        return this.list(request.table);
      case 'IPT_NEWCHAIN':
        return this.newChain(request.table, request.chain);
      case 'IPT_DELCHAIN':
        return this.deleteChain(request.table, request.chain);
      case 'IPT_APPEND':
        return this.append(request.table, request.chain, request.rule);
      case 'IPT_INSERT':
        return this.insert(request.table, request.chain, request.rule, request.position);
      case 'IPT_DELETE':
        return this.delete(request.table, request.chain, request.rule);
      case 'IPT_DELETE_AT':
        return this.deleteAt(request.table, request.chain, request.position);
      case 'IPT_POLICY':
        return this.policy(request.table, request.chain, request.policy);
      case 'IPT_FLUSH':
        return this.flush(request.table, request.chain);
      case 'IPT_ZERO':
        return this.zero(request.table, request.chain);
    }
  }

  list(table: IptablesTable): IptablesChain[] {
    return [...this.#tables[table].values()].map((chain) => ({
      ...chain,
      rules: chain.rules.map((rule) => ({ ...rule })),
    }));
  }

  newChain(table: IptablesTable, name: string): void {
    if (this.#tables[table].has(name)) throw new Errno('EEXIST');
    this.#tables[table].set(name, { name, packets: 0, bytes: 0, rules: [] });
  }

  /** Only an empty chain that no rule jumps to may go. */
  deleteChain(table: IptablesTable, name: string): void {
    const chain = this.#chain(table, name);
    if (chain.policy !== undefined) throw new Errno('EINVAL');
    if (chain.rules.length > 0) throw new Errno('ENOTEMPTY');
    for (const other of this.#tables[table].values())
      if (other.rules.some((rule) => rule.target === name)) throw new Errno('EBUSY');
    this.#tables[table].delete(name);
  }

  append(table: IptablesTable, chain: string, rule: IptablesRule): void {
    this.#check(table, rule);
    this.#chain(table, chain).rules.push({ ...rule, packets: 0, bytes: 0 });
  }

  /** `position` counts from 1. */
  insert(table: IptablesTable, chain: string, rule: IptablesRule, position = 1): void {
    this.#check(table, rule);
    const { rules } = this.#chain(table, chain);
    if (position > rules.length + 1) throw new Errno('E2BIG');
    rules.splice(position - 1, 0, { ...rule, packets: 0, bytes: 0 });
  }

  /** Deletes the first rule that is the same but for its counters. ENOENT if there is none. */
  delete(table: IptablesTable, chain: string, rule: IptablesRule): void {
    const { rules } = this.#chain(table, chain);
    const wanted = canonical(rule);
    const at = rules.findIndex((candidate) => canonical(candidate) === wanted);
    if (at < 0) throw new Errno('ENOENT');
    rules.splice(at, 1);
  }

  deleteAt(table: IptablesTable, chain: string, position: number): void {
    const { rules } = this.#chain(table, chain);
    if (position < 1 || position > rules.length) throw new Errno('E2BIG');
    rules.splice(position - 1, 1);
  }

  policy(table: IptablesTable, name: string, policy: 'ACCEPT' | 'DROP'): void {
    const chain = this.#chain(table, name);
    if (chain.policy === undefined) throw new Errno('EINVAL');
    chain.policy = policy;
  }

  flush(table: IptablesTable, name?: string): void {
    const chains = name === undefined ? this.#tables[table].values() : [this.#chain(table, name)];
    for (const chain of chains) chain.rules.length = 0;
  }

  zero(table: IptablesTable, name?: string): void {
    const chains = name === undefined ? this.#tables[table].values() : [this.#chain(table, name)];
    for (const chain of chains) {
      chain.packets = chain.bytes = 0;
      for (const rule of chain.rules) rule.packets = rule.bytes = 0;
    }
  }

  #chain(table: IptablesTable, name: string): Chain {
    const chain = this.#tables[table]?.get(name);
    if (chain === undefined) throw new Errno('ENOENT');
    return chain;
  }

  /** What is not modelled must not look as if it were: an unknown target is refused. */
  #check(table: IptablesTable, rule: IptablesRule): void {
    if (rule.target === '' || this.#tables[table].has(rule.target)) return;
    if (!(rule.target in TARGETS)) throw new Errno('ENOENT');
    if (TARGETS[rule.target]?.includes(table) === false) throw new Errno('EINVAL');
    if (rule.target === 'DNAT' && parseTarget(rule.targetOptions?.['to-destination']) === undefined)
      throw new Errno('EINVAL');
    if (rule.target === 'SNAT' && parseTarget(rule.targetOptions?.['to-source']) === undefined)
      throw new Errno('EINVAL');
    for (const field of ['source', 'destination'] as const)
      if (rule[field] !== undefined && parsePrefix(rule[field].replace(/^! ?/, '')) === undefined)
        throw new Errno('EINVAL');
  }

  // Walking ----------------------------------------------------------------------------------------------

  #walk(chain: Chain, passage: Passage): Verdict {
    const verdict = this.#rules(chain, passage, 0);
    if (verdict !== undefined) return verdict;
    const { table, packet, watch } = passage;
    if (!watch) count(chain, packet);
    else if (chain.policy !== undefined && (chain.rules.length > 0 || chain.policy === 'DROP'))
      watch({ table, chain: chain.name, target: chain.policy });
    return chain.policy === 'DROP' ? DROP : ACCEPT;
  }

  /** The verdict of a chain's rules; undefined when they end or RETURN. */
  #rules(chain: Chain, passage: Passage, depth: number): Verdict | undefined {
    if (depth > 64) return DROP;
    for (const rule of chain.rules) {
      if (!matches(rule, passage, this.#around.isLocal)) continue;
      if (passage.watch)
        passage.watch({ table: passage.table, chain: chain.name, rule: { ...rule }, target: rule.target });
      else count(rule, passage.packet);
      switch (rule.target) {
        case '':
          continue;
        case 'ACCEPT':
          return ACCEPT;
        case 'DROP':
          return DROP;
        case 'RETURN':
          return undefined;
        case 'REJECT':
          return { kind: 'reject', with: rule.targetOptions?.['reject-with'] ?? 'icmp-port-unreachable' };
        case 'DNAT':
        case 'SNAT':
        case 'MASQUERADE':
        case 'REDIRECT':
          this.#rewrite(rule, passage);
          return ACCEPT;
        default: {
          const next = this.#tables[passage.table].get(rule.target);
          const verdict = next === undefined ? undefined : this.#rules(next, passage, depth + 1);
          if (verdict !== undefined) return verdict;
        }
      }
    }
    return undefined;
  }

  // Network address translation --------------------------------------------------------------------------

  /** Asks the nat rules about a connection's first packet; later packets follow what was decided. */
  #translate(chain: Chain, passage: Passage): void {
    const { tracked } = passage.packet;
    if (tracked === undefined || tracked.related || tracked.direction === 'reply') return;
    const { connection } = tracked;
    const side = passage.hook === 'PREROUTING' || passage.hook === 'OUTPUT' ? 'destination' : 'source';
    if (connection.confirmed || connection.decided[side]) return;
    this.#walk(chain, passage);
    connection.decided[side] = true;
    if (side === 'source' && !passage.watch) this.#resolveClash(connection);
  }

  #rewrite(rule: IptablesRule, { packet, outDevice, inDevice }: Passage): void {
    const { connection } = packet.tracked!;
    const { reply } = connection;
    if (rule.target === 'DNAT') {
      const to = parseTarget(rule.targetOptions?.['to-destination'])!;
      reply.source = to.address ?? reply.source;
      if (to.port !== undefined) reply.sourcePort = to.port;
    } else if (rule.target === 'REDIRECT') {
      const port = rule.targetOptions?.['to-ports'];
      reply.source = (inDevice && this.#around.sourceFor(inDevice, packet.source)) ?? '127.0.0.1';
      if (port !== undefined) reply.sourcePort = Number.parseInt(port, 10);
    } else {
      const to =
        rule.target === 'SNAT'
          ? parseTarget(rule.targetOptions?.['to-source'])
          : { address: outDevice && this.#around.sourceFor(outDevice, packet.destination), port: undefined };
      reply.destination = to?.address ?? reply.destination;
      if (to?.port !== undefined) reply.destinationPort = to.port;
    }
  }

  /** Two connections whose replies look alike cannot be told apart: the younger gets another port. */
  #resolveClash({ reply }: Connection): void {
    for (let tries = 0; tries < 128 && this.conntrack.taken(reply); tries++)
      reply.destinationPort = this.#around.randomPort();
  }
}

const ACCEPT: Verdict = { kind: 'accept' };
const DROP: Verdict = { kind: 'drop' };

function count(counted: { packets: number; bytes: number }, packet: Packet): void {
  counted.packets++;
  counted.bytes += packetLength(packet);
}

/** `10.0.0.1`, `10.0.0.1:80`, `:80`. */
function parseTarget(
  text: string | undefined,
): { address: string | undefined; port: number | undefined } | undefined {
  const [, address, port] = /^([0-9.]*)(?::(\d+)(?:-\d+)?)?$/.exec(text ?? '') ?? [];
  if ((!address && port === undefined) || (address && parseIp(address) === undefined)) return undefined;
  return { address: address || undefined, port: port === undefined ? undefined : Number(port) };
}

/** A rule in one spelling, so that `-D` finds what `-A` put there. */
function canonical(rule: IptablesRule): string {
  const prefix = (text: string | undefined) => {
    if (text === undefined) return undefined;
    const range = parsePrefix(text.replace(/^! ?/, ''));
    if (range === undefined || range.length === 0) return range === undefined ? text : undefined;
    return `${text.startsWith('!') ? '! ' : ''}${formatIp(network(range))}/${range.length}`;
  };
  return JSON.stringify([
    rule.protocol === 'all' ? undefined : rule.protocol,
    prefix(rule.source),
    prefix(rule.destination),
    rule.inInterface,
    rule.outInterface,
    rule.destinationPort,
    rule.sourcePort,
    rule.destinationType,
    rule.conntrack === undefined ? undefined : [...rule.conntrack].sort(),
    rule.comment,
    rule.target,
    Object.entries(rule.targetOptions ?? {}).sort(),
  ]);
}
