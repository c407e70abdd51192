/** What ip does not take: said on standard error, and its status. */
export class Refused extends Error {
  readonly status: number;

  constructor(message: string, status = 255) {
    super(message);
    this.status = status;
  }
}

/** Whether a word abbreviates one of the commands. */
export const is = (word: string, ...commands: string[]) =>
  word !== '' && commands.some((command) => command.startsWith(word));

/** Keywords of the real ip that have no meaning here, without a value and with one. */
const FLAGS = words(
  'dynamic home mngtmpaddr nodad noprefixroute onlink permanent primary secondary temporary tentative',
);
const WITH_VALUE = words(
  'address alias anycast dsfield encap from group index iif label match metric mtu nexthop nhid nomaster numrxqueues numtxqueues ' +
    'oif peer preferred_lft preference proto protocol realms root scope table to tos txqlen txqueuelen type valid_lft vf vrf window',
);

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(' '));
}

/**
 * Words in pairs, `dev eth0 via 10.0.0.1`; one that is no keyword is the value of `bare`. What the real ip knows and this one does
 * not is refused by its name, anything else as garbage; nothing is passed over.
 */
export function keywords<K extends string>(
  args: readonly string[],
  names: readonly K[],
  bare?: K,
): Partial<Record<K, string>> {
  const out: Partial<Record<K, string>> = {};
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!;
    if ((names as readonly string[]).includes(word)) {
      const value = args[++i];
      if (value === undefined) throw new Refused('Command line is not complete. Try option "help"');
      out[word as K] = value;
    } else if (FLAGS.has(word) || WITH_VALUE.has(word))
      throw new Refused(`ip: ${word} is not simulated in Drydock`, 1);
    else if (bare !== undefined && out[bare] === undefined) out[bare] = word;
    else throw new Refused(`Error: either "${bare ?? ''}" is duplicate, or "${word}" is a garbage.`);
  }
  return out;
}

/** A keyword whose one value goes without saying here; with another it is refused. */
export function only(name: string, value: string | undefined, ...meant: readonly string[]): void {
  if (value !== undefined && !meant.includes(value))
    throw new Refused(`ip: ${name} ${value} is not simulated in Drydock`, 1);
}
