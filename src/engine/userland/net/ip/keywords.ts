import { Exit } from '../../lib/stdio.ts';

/** Whether a word abbreviates one of the commands. */
export const is = (word: string, ...commands: string[]) =>
  word !== '' && commands.some((command) => command.startsWith(word));

/** Words in pairs, `dev eth0 via 10.0.0.1`; one that is no keyword is the value of `bare`. */
export function keywords<K extends string>(
  args: readonly string[],
  names: readonly K[],
  bare?: K,
): Partial<Record<K, string>> {
  const out: Partial<Record<K, string>> = {};
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!;
    if ((names as readonly string[]).includes(word)) out[word as K] = args[++i] ?? '';
    else if (bare !== undefined && out[bare] === undefined) out[bare] = word;
    else throw new Exit(255);
  }
  return out;
}
