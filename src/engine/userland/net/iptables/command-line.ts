import { formatIp, network, parsePrefix } from '../../../net/ip.ts';
import type { IptablesRule, IptablesTable } from '../../../net/netlink.ts';

const TABLES: readonly string[] = ['filter', 'nat', 'mangle', 'raw'];

/** A misuse; printed after the version. */
export class Misuse extends Error {
  readonly status: number;

  constructor(message: string, status = 2) {
    super(message);
    this.status = status;
  }
}

export type Command =
  | { kind: 'list' | 'rules' | 'flush' | 'delete-chain' | 'zero'; chain?: string }
  | { kind: 'new-chain'; chain: string }
  | { kind: 'policy'; chain: string; policy: string }
  | { kind: 'append' | 'insert' | 'delete' | 'check'; chain: string; position?: number };

/** What a command line asks for. */
export class CommandLine {
  table: IptablesTable = 'filter';
  command: Command | undefined;
  /** The rule that it describes. */
  rule: IptablesRule = { target: '' };
  numeric = false;
  verbose = false;
  numbers = false;
  exact = false;
  /** Asked for the version alone. */
  version = false;

  constructor(args: readonly string[]) {
    this.#parse(separated(args));
  }

  #parse(args: string[]): void {
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
          this.table = table as IptablesTable;
          break;
        }
        case '-n':
        case '--numeric':
          this.numeric = true;
          break;
        case '-v':
        case '--verbose':
          this.verbose = true;
          break;
        case '-x':
        case '--exact':
          this.exact = true;
          break;
        case '--line-numbers':
          this.numbers = true;
          break;
        case '-w':
        case '--wait':
          if (/^\d+$/.test(args[0] ?? '')) args.shift();
          break;
        case '-V':
        case '--version':
          this.version = true;
          return;
        case '-L':
        case '--list':
          this.command = { kind: 'list', chain: optional() };
          break;
        case '-S':
        case '--list-rules':
          this.command = { kind: 'rules', chain: optional() };
          break;
        case '-F':
        case '--flush':
          this.command = { kind: 'flush', chain: optional() };
          break;
        case '-Z':
        case '--zero':
          this.command = { kind: 'zero', chain: optional() };
          break;
        case '-X':
        case '--delete-chain':
          this.command = { kind: 'delete-chain', chain: optional() };
          break;
        case '-N':
        case '--new-chain':
          this.command = { kind: 'new-chain', chain: value(arg) };
          break;
        case '-P':
        case '--policy':
          this.command = { kind: 'policy', chain: value(arg), policy: value(arg) };
          break;
        case '-A':
        case '--append':
          this.command = { kind: 'append', chain: value(arg) };
          break;
        case '-C':
        case '--check':
          this.command = { kind: 'check', chain: value(arg) };
          break;
        case '-I':
        case '--insert':
        case '-D':
        case '--delete': {
          const chain = value(arg);
          const position = /^\d+$/.test(args[0] ?? '') ? Number(args.shift()) : undefined;
          this.command = {
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
  }

  #match(arg: string, signed: (option: string) => string, value: (option: string) => string): void {
    const rule = this.rule;
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
}

/** An address as a prefix with its host bits cleared; `/32` is kept for -S. */
function prefixed(text: string): string | undefined {
  const negation = text.startsWith('! ') ? '! ' : '';
  const prefix = parsePrefix(text.slice(negation.length));
  if (prefix === undefined) throw new Misuse(`host/network \`${text.slice(negation.length)}' not found`);
  if (prefix.length === 0) return undefined;
  return `${negation}${formatIp(network(prefix))}/${prefix.length}`;
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
