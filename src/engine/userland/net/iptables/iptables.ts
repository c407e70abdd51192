import { isErrno } from '../../../base/errno.ts';
import type { IptablesChain, NetlinkRequest } from '../../../net/netlink.ts';
import type { Stdio } from '../../lib/stdio.ts';
import { netProgram } from '../tool.ts';
import { type Command, CommandLine, Misuse } from './command-line.ts';
import { Listing } from './listing.ts';
import { ruleWords } from './rule-words.ts';

const VERSION = 'iptables v1.8.9 (nf_tables)';

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
  readonly #asked: CommandLine;

  constructor(io: Stdio) {
    this.#io = io;
    this.#asked = new CommandLine(io.args);
  }

  async run(): Promise<number> {
    const { command, version } = this.#asked;
    if (version) {
      this.#io.stdout.write(`${VERSION}\n`);
      return 0;
    }
    if (command === undefined) throw new Misuse('no command specified');
    if (this.#io.sys.geteuid() !== 0) {
      await this.#io.stderr.write(
        `${VERSION}: Could not fetch rule set generation id: Permission denied (you must be root)\n`,
      );
      return 4;
    }
    try {
      return await this.#execute(command);
    } catch (error) {
      if (!isErrno(error)) throw error;
      return this.#explain(error, command);
    }
  }

  async #execute(command: Command): Promise<number> {
    const { sys, stdout } = this.#io;
    const { table, rule } = this.#asked;
    const send = (request: NetlinkRequest) => sys.netlink(request);
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
            ? chains.map((chain) => new Listing(this.#asked).chain(chain, all)).join('\n')
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
    if (error.code === 'ENOENT' && !(await this.#knows(this.#asked.rule.target)))
      throw new Misuse(`Chain '${this.#asked.rule.target}' does not exist`);
    if (error.code === 'ENOENT') return this.#say('iptables: No chain/target/match by that name.', 1);
    return this.#say(`iptables: ${error.message}.`, 1);
  }

  /** Whether a target is built in, or a chain of the table. */
  async #knows(target: string): Promise<boolean> {
    if (['', 'ACCEPT', 'DROP', 'RETURN', 'REJECT', 'DNAT', 'SNAT', 'MASQUERADE', 'REDIRECT'].includes(target))
      return true;
    const chains = await this.#io.sys.netlink({ type: 'IPT_GET', table: this.#asked.table });
    return chains.some((chain) => chain.name === target);
  }

  async #say(text: string, status: number): Promise<number> {
    await this.#io.stdout.flush();
    await this.#io.stderr.write(`${text}\n`);
    return status;
  }
}

/** `-S`: the commands that would build the chains. */
function saved(chains: readonly IptablesChain[]): string {
  let out = '';
  for (const { name, policy } of chains)
    out += policy === undefined ? `-N ${name}\n` : `-P ${name} ${policy}\n`;
  for (const { name, rules } of chains) for (const rule of rules) out += `-A ${name}${ruleWords(rule)}\n`;
  return out;
}
