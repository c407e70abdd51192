import { type Command, forEachChild, type SyntaxNode } from 'unbash';
import { parseScript } from './parse.ts';

/** A stretch of text; of one that came from an alias, which. */
interface Use {
  from: number;
  to: number;
  name: string;
}

/**
 * Alias substitution (POSIX XCU 2.3.1) on the text of complete lines: command names that are aliases are replaced and the
 * result parsed again, until none is left. Text that came from an alias is not replaced by the same alias again.
 */
export function substituteAliases(text: string, aliases: ReadonlyMap<string, string>): string {
  let current = text;
  let replaced: Use[] = [];
  // It comes to an end: aliases within aliases are each another one.
  for (;;) {
    const uses = findUses(current, aliases, replaced);
    if (uses.length === 0) return current;
    // What begins or ends a construct changes what comes after it, so that must be read anew.
    const first = uses.findIndex(({ name }) => parseScript(aliases.get(name)!).errors !== undefined);
    const now = first === -1 ? uses : uses.slice(0, first + 1);
    const fresh: Use[] = [];
    let text = '';
    let at = 0;
    for (const { from, to, name } of now) {
      text += current.slice(at, from);
      const value = aliases.get(name)!;
      fresh.push({ from: text.length, to: text.length + value.length, name });
      text += value;
      at = to;
    }
    current = text + current.slice(at);
    const shift = (isBefore: (use: Use) => boolean) => {
      const last = now.findLastIndex(isBefore);
      return last === -1 ? 0 : fresh[last]!.to - now[last]!.to;
    };
    const moved = replaced.map(({ from, to, name }) => ({
      from: from + shift((use) => use.from < from),
      to: to + shift((use) => use.to <= to),
      name,
    }));
    replaced = [...moved, ...fresh];
  }
}

/** The words that are aliases here, in the order of the text. */
function findUses(text: string, aliases: ReadonlyMap<string, string>, replaced: readonly Use[]): Use[] {
  const found: Use[] = [];
  const applies = (name: string, pos: number) =>
    aliases.has(name) && !replaced.some((use) => use.name === name && pos >= use.from && pos < use.to);
  const consider = (command: Command): void => {
    const { name } = command;
    if (name === undefined) return;
    if (applies(name.text, name.pos)) {
      found.push({ from: name.pos, to: name.end, name: name.text });
      return;
    }
    // An alias that ends with a blank lets the next word be one too.
    let previousEnd = name.end;
    for (const word of command.args) {
      const before = replaced.find(
        (use) => use.to >= previousEnd && use.to <= word.pos && /[ \t]$/.test(text.slice(use.from, use.to)),
      );
      if (before && applies(word.text, word.pos)) {
        found.push({ from: word.pos, to: word.end, name: word.text });
        return;
      }
      previousEnd = word.end;
      if (!before) break;
    }
  };
  const visit = (node: SyntaxNode): void => {
    if (node.type === 'Script' && node.source !== undefined) return;
    if (node.type === 'Command') consider(node);
    forEachChild(node, visit);
  };
  visit(parseScript(text));
  return found.sort((a, b) => a.from - b.from);
}
