import { DockerfileError } from './ast.ts';

/** `--name=value` before an instruction's arguments: their values by name. Models BuildKit instructions/bflag.go. */
export function parseFlags(flags: readonly string[], known: readonly string[]): ReadonlyMap<string, string> {
  const given = new Map<string, string>();
  for (const flag of flags) {
    const equals = flag.indexOf('=');
    const name = equals === -1 ? flag : flag.slice(0, equals);
    const bare = name.slice(2);
    if (!known.includes(bare)) throw new DockerfileError(`unknown flag: ${name}${suggestion(bare, known)}`);
    if (given.has(bare)) throw new DockerfileError(`duplicate flag specified: ${name}`);
    if (equals === -1) throw new DockerfileError(`missing a value on flag: ${name}`);
    given.set(bare, flag.slice(equals + 1));
  }
  return given;
}

/** What may have been meant: at most two letters away. */
function suggestion(name: string, known: readonly string[]): string {
  let best = '';
  let least = 3;
  for (const candidate of known) {
    const distance = levenshtein(name, candidate);
    if (distance < least) {
      best = candidate;
      least = distance;
    }
  }
  return best === '' ? '' : ` (did you mean ${best}?)`;
}

function levenshtein(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, char] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++)
      next.push(Math.min(row[j]! + (char === b[j] ? 0 : 1), row[j + 1]! + 1, next[j]! + 1));
    row = next;
  }
  return row.at(-1)!;
}
