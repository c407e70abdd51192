import { isErrno } from '../../base/errno.ts';
import { formatIp, network, parsePrefix } from '../../net/ip.ts';
import type { IptablesChain, IptablesRule, IptablesTable, NetlinkRequest } from '../../net/netlink.ts';
import type { Stdio } from '../lib/stdio.ts';
import { ruleWords } from './rule-words.ts';
import { netProgram } from './tool.ts';

const VERSION = 'iptables v1.8.9 (nf_tables)';
const TABLES: readonly string[] = ['filter', 'nat', 'mangle', 'raw'];

/** A misuse; printed after the version. */
class Misuse extends Error {
  readonly status: number;

  constructor(message: string, status = 2) {
    super(message);
    this.status = status;
  }
}

type Command =
  | { kind: 'list' | 'rules' | 'flush' | 'delete-chain' | 'zero'; chain?: string }
  | { kind: 'new-chain'; chain: string }
  | { kind: 'policy'; chain: string; policy: string }
  | { kind: 'append' | 'insert' | 'delete' | 'check'; chain: string; position?: number };

/** iptables(8): listing, chains, policies and rules of the matches and targets that netlink.ts describes. */
export const iptables = netProgram(async (io) => {
  try {
    return await new Iptables(io).run();
  } catch (error) {
    if (!(error instanceof Misuse)) throw error;
    await io.stdout.flush();
    const hint = error.status === 2 ? "\nTry `iptables -h' or 'iptables --help' for more information." : '';
    await io.stderr.write(`${VERSION}: ${error.message}${hint}\n`);
    return error.status;
  }
});

class Iptables {
  readonly #io: Stdio;
  #table: IptablesTable = 'filter';
  #command: Command | undefined;
  #rule: IptablesRule = { target: '' };
  #numeric = false;
  #verbose = false;
  #numbers = false;
  #exact = false;

  constructor(io: Stdio) {
    this.#io = io;
  }

  async run(): Promise<number> {
    const done = this.#parse(separated([...this.#io.args]));
    if (done !== undefined) {
      this.#io.stdout.write(done);
      return 0;
    }
    const command = this.#command;
    if (command === undefined) throw new Misuse('no command specified');
    if (this.#io.sys.geteuid() !== 0) {
      await this.#io.stderr.write(
        `${VERSION}: Could not fetch rule set generation id: Permission denied (you must be root)\n`,
      );
      return 4;
    }
    const table = this.#table;
    try {
      return await this.#execute(command, table);
    } catch (error) {
      if (!isErrno(error)) throw error;
      return this.#explain(error, command);
    }
  }

  async #execute(command: Command, table: IptablesTable): Promise<number> {
    const { sys, stdout } = this.#io;
    const send = (request: NetlinkRequest) => sys.netlink(request);
    const rule = this.#rule;
    switch (command.kind) {
      case 'list':
      case 'rules': {
        const all = await sys.netlink({ type: 'IPT_GET', table });
        const chains =
          command.chain === undefined ? all : all.filter((chain) => chain.name === command.chain);
        if (chains.length === 0)
          return this.#say(
            `${VERSION}: chain \`${command.chain}' in table \`${table}' is incompatible, use 'nft' tool.`,
            1,
          );
        stdout.write(
          command.kind === 'list'
            ? chains.map((chain) => this.#listed(chain, all)).join('\n')
            : saved(chains),
        );
        return 0;
      }
      case 'flush':
        await send({ type: 'IPT_FLUSH', table, chain: command.chain });
        return 0;
      case 'zero':
        await send({ type: 'IPT_ZERO', table, chain: command.chain });
        return 0;
      case 'new-chain':
        await send({ type: 'IPT_NEWCHAIN', table, chain: command.chain });
        return 0;
      case 'delete-chain': {
        const all = await sys.netlink({ type: 'IPT_GET', table });
        const names =
          command.chain === undefined
            ? all.filter((chain) => chain.policy === undefined).map((chain) => chain.name)
            : [command.chain];
        for (const chain of names) await send({ type: 'IPT_DELCHAIN', table, chain });
        return 0;
      }
      case 'policy':
        if (command.policy !== 'ACCEPT' && command.policy !== 'DROP')
          return this.#say("iptables: Bad policy name. Run `dmesg' for more information.", 1);
        await send({ type: 'IPT_POLICY', table, chain: command.chain, policy: command.policy });
        return 0;
      case 'append':
        await send({ type: 'IPT_APPEND', table, chain: command.chain, rule });
        return 0;
      case 'insert':
        await send({ type: 'IPT_INSERT', table, chain: command.chain, rule, position: command.position });
        return 0;
      case 'delete':
        if (command.position !== undefined)
          await send({ type: 'IPT_DELETE_AT', table, chain: command.chain, position: command.position });
        else await send({ type: 'IPT_DELETE', table, chain: command.chain, rule });
        return 0;
      case 'check': {
        const all = await sys.netlink({ type: 'IPT_GET', table });
        const chain = all.find(({ name }) => name === command.chain);
        const wanted = ruleWords(rule);
        if (chain?.rules.some((other) => ruleWords(other) === wanted)) return 0;
        return this.#say('iptables: Bad rule (does a matching rule exist in that chain?).', 1);
      }
    }
  }

  async #explain(error: Error & { code: string }, command: Command): Promise<number> {
    const { kind } = command;
    if (error.code === 'EPERM') {
      await this.#io.stderr.write(
        `${VERSION}: Could not fetch rule set generation id: Permission denied (you must be root)\n`,
      );
      return 4;
    }
    if (error.code === 'EEXIST') return this.#say('iptables: Chain already exists.', 1);
    if (error.code === 'ENOTEMPTY') return this.#say('iptables: Directory not empty.', 1);
    if (error.code === 'EBUSY' && 'chain' in command)
      return this.#say(`${VERSION}:  CHAIN_DEL failed (Device or resource busy): chain ${command.chain}`, 4);
    if (error.code === 'E2BIG')
      return this.#say(
        kind === 'delete' ? 'iptables: Index of deletion too big.' : 'iptables: Index of insertion too big.',
        1,
      );
    if (error.code === 'ENOENT' && kind === 'delete')
      return this.#say('iptables: Bad rule (does a matching rule exist in that chain?).', 1);
    if (error.code === 'ENOENT' && !(await this.#knows(this.#rule.target)))
      throw new Misuse(`Chain '${this.#rule.target}' does not exist`);
    if (error.code === 'ENOENT') return this.#say('iptables: No chain/target/match by that name.', 1);
    return this.#say(`iptables: ${error.message}.`, 1);
  }

  /** Whether a target is built in, or a chain of the table. */
  async #knows(target: string): Promise<boolean> {
    if (['', 'ACCEPT', 'DROP', 'RETURN', 'REJECT', 'DNAT', 'SNAT', 'MASQUERADE', 'REDIRECT'].includes(target))
      return true;
    const chains = await this.#io.sys.netlink({ type: 'IPT_GET', table: this.#table });
    return chains.some((chain) => chain.name === target);
  }

  async #say(text: string, status: number): Promise<number> {
    await this.#io.stdout.flush();
    await this.#io.stderr.write(`${text}\n`);
    return status;
  }

  // Reading the command line -----------------------------------------------------------------------------

  /** Fills the fields; a text is all there is to print. */
  #parse(args: string[]): string | undefined {
    let negated = false;
    const value = (option: string): string => {
      if (args[0] === '!') {
        args.shift();
        negated = true;
      }
      const next = args.shift();
      if (next === undefined) throw new Misuse(`option "${option}" requires an argument`);
      return next;
    };
    const signed = (option: string) => {
      const text = value(option);
      const out = negated ? `! ${text}` : text;
      negated = false;
      return out;
    };
    const optional = () =>
      args[0] !== undefined && !args[0].startsWith('-') && args[0] !== '!' ? args.shift() : undefined;
    while (args.length > 0) {
      const arg = args.shift()!;
      switch (arg) {
        case '!':
          negated = true;
          break;
        case '-t':
        case '--table': {
          const table = value(arg);
          if (!TABLES.includes(table))
            throw new Misuse(
              `table '${table}' does not exist\nPerhaps iptables or your kernel needs to be upgraded.`,
              3,
            );
          this.#table = table as IptablesTable;
          break;
        }
        case '-n':
        case '--numeric':
          this.#numeric = true;
          break;
        case '-v':
        case '--verbose':
          this.#verbose = true;
          break;
        case '-x':
        case '--exact':
          this.#exact = true;
          break;
        case '--line-numbers':
          this.#numbers = true;
          break;
        case '-w':
        case '--wait':
          if (/^\d+$/.test(args[0] ?? '')) args.shift();
          break;
        case '-V':
        case '--version':
          return `${VERSION}\n`;
        case '-L':
        case '--list':
          this.#command = { kind: 'list', chain: optional() };
          break;
        case '-S':
        case '--list-rules':
          this.#command = { kind: 'rules', chain: optional() };
          break;
        case '-F':
        case '--flush':
          this.#command = { kind: 'flush', chain: optional() };
          break;
        case '-Z':
        case '--zero':
          this.#command = { kind: 'zero', chain: optional() };
          break;
        case '-X':
        case '--delete-chain':
          this.#command = { kind: 'delete-chain', chain: optional() };
          break;
        case '-N':
        case '--new-chain':
          this.#command = { kind: 'new-chain', chain: value(arg) };
          break;
        case '-P':
        case '--policy':
          this.#command = { kind: 'policy', chain: value(arg), policy: value(arg) };
          break;
        case '-A':
        case '--append':
          this.#command = { kind: 'append', chain: value(arg) };
          break;
        case '-C':
        case '--check':
          this.#command = { kind: 'check', chain: value(arg) };
          break;
        case '-I':
        case '--insert':
        case '-D':
        case '--delete': {
          const chain = value(arg);
          const position = /^\d+$/.test(args[0] ?? '') ? Number(args.shift()) : undefined;
          this.#command = {
            kind: arg.includes('nsert') || arg === '-I' ? 'insert' : 'delete',
            chain,
            position,
          };
          break;
        }
        default:
          this.#match(arg, signed, value);
      }
    }
    return undefined;
  }

  #match(arg: string, signed: (option: string) => string, value: (option: string) => string): void {
    const rule = this.#rule;
    switch (arg) {
      case '-p':
      case '--protocol':
        rule.protocol = signed(arg).toLowerCase();
        return;
      case '-s':
      case '--source':
      case '--src':
        rule.source = prefixed(signed(arg));
        return;
      case '-d':
      case '--destination':
      case '--dst':
        rule.destination = prefixed(signed(arg));
        return;
      case '-i':
      case '--in-interface':
        rule.inInterface = signed(arg);
        return;
      case '-o':
      case '--out-interface':
        rule.outInterface = signed(arg);
        return;
      case '--dport':
      case '--destination-port':
      case '--dports':
        rule.destinationPort = signed(arg);
        return;
      case '--sport':
      case '--source-port':
      case '--sports':
        rule.sourcePort = signed(arg);
        return;
      case '--dst-type': {
        const type = signed(arg);
        if (type.replace('! ', '') !== 'LOCAL') throw new Misuse(`addrtype: only LOCAL is modelled`);
        rule.destinationType = type.startsWith('!') ? '!LOCAL' : 'LOCAL';
        return;
      }
      case '--ctstate':
      case '--state': {
        const states = value(arg).split(',');
        const known = ['NEW', 'ESTABLISHED', 'RELATED', 'DNAT'];
        for (const state of states)
          if (!known.includes(state)) throw new Misuse(`conntrack: Bad ctstate "${state}"`);
        rule.conntrack = states as NonNullable<IptablesRule['conntrack']>;
        return;
      }
      case '--comment':
        rule.comment = value(arg);
        return;
      case '-m':
      case '--match': {
        const module = value(arg);
        if (
          !['tcp', 'udp', 'icmp', 'addrtype', 'conntrack', 'state', 'comment', 'multiport'].includes(module)
        )
          throw new Misuse(`Couldn't load match \`${module}':No such file or directory\n`);
        return;
      }
      case '-j':
      case '--jump':
        rule.target = value(arg);
        return;
      case '--to-destination':
      case '--to-source':
      case '--to-ports':
      case '--reject-with':
        rule.targetOptions = { ...rule.targetOptions, [arg.slice(2)]: value(arg) };
        return;
      default:
        if (arg.startsWith('-')) throw new Misuse(`unknown option "${arg}"`);
        throw new Misuse(`Bad argument \`${arg}'`);
    }
  }

  // Printing ---------------------------------------------------------------------------------------------

  #listed(chain: IptablesChain, all: readonly IptablesChain[]): string {
    const references = all.reduce(
      (sum, other) => sum + other.rules.filter((rule) => rule.target === chain.name).length,
      0,
    );
    const counts = this.#verbose
      ? ` ${this.#count(chain.packets)} packets, ${this.#count(chain.bytes)} bytes`
      : '';
    const about = chain.policy === undefined ? `${references} references` : `policy ${chain.policy}${counts}`;
    const number = this.#numbers ? 'num  ' : '';
    let out = `Chain ${chain.name} (${about})\n`;
    out += this.#verbose
      ? `${number === '' ? '' : 'num  '} pkts bytes target     prot opt in     out     source               destination         \n`
      : `${number}target     prot opt source               destination         \n`;
    for (const [i, rule] of chain.rules.entries()) {
      if (this.#numbers) out += String(i + 1).padEnd(5);
      if (this.#verbose)
        out += `${this.#count(rule.packets).padStart(5)} ${this.#count(rule.bytes).padStart(5)} `;
      const between = this.#verbose ? `${iface(rule.inInterface)} ${iface(rule.outInterface)}  ` : '';
      out += `${rule.target.padEnd(9)}  ${this.#protocol(rule)} --  ${between}`;
      out += `${this.#shown(rule.source)} ${this.#shown(rule.destination)}${extras(rule)}\n`;
    }
    return out;
  }

  #protocol({ protocol = 'all' }: IptablesRule): string {
    const plain = protocol.replace('! ', '');
    const numbers: Record<string, string> = { all: '0', icmp: '1', tcp: '6', udp: '17' };
    const name = this.#numeric ? (numbers[plain] ?? plain) : plain;
    return `${protocol.startsWith('!') ? '!' : ''}${name}`.padEnd(4);
  }

  #shown(address: string | undefined): string {
    const all = this.#numeric ? '0.0.0.0/0' : 'anywhere';
    const text = address === undefined ? all : address.replace('! ', '!').replace(/\/32$/, '');
    return text.padEnd(20).slice(0, Math.max(20, text.length));
  }

  /** Large counters in thousands, as `-v` without `-x` shows them. */
  #count(value: number): string {
    if (this.#exact || value < 100_000) return String(value);
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

/** An address as a prefix with its host bits cleared; `/32` is kept for -S. */
function prefixed(text: string): string | undefined {
  const negation = text.startsWith('! ') ? '! ' : '';
  const prefix = parsePrefix(text.slice(negation.length));
  if (prefix === undefined) throw new Misuse(`host/network \`${text.slice(negation.length)}' not found`);
  if (prefix.length === 0) return undefined;
  return `${negation}${formatIp(network(prefix))}/${prefix.length}`;
}

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

/** `-S`: the commands that would build the chains. */
function saved(chains: readonly IptablesChain[]): string {
  let out = '';
  for (const { name, policy } of chains)
    out += policy === undefined ? `-N ${name}\n` : `-P ${name} ${policy}\n`;
  for (const { name, rules } of chains) for (const rule of rules) out += `-A ${name}${ruleWords(rule)}\n`;
  return out;
}

/** Short options that take nothing; all others may have their value, or a chain, right behind them. */
const BARE = 'vnxfhV';

/** `-vnL` as `-v -n -L`, `-tnat` as `-t nat` (getopt(3)). */
function separated(args: readonly string[]): string[] {
  return args.flatMap((arg) => {
    if (!/^-[A-Za-z]./.test(arg)) return [arg];
    const out: string[] = [];
    for (let at = 1; at < arg.length; at++) {
      out.push(`-${arg[at]}`);
      if (BARE.includes(arg[at]!)) continue;
      if (at + 1 < arg.length) out.push(arg.slice(at + 1));
      break;
    }
    return out;
  });
}
