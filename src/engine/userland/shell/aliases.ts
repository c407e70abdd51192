import { type Command, forEachChild, type SyntaxNode } from 'unbash';
import { parseScript } from './parse.ts';

/**
 * Alias substitution (POSIX XCU 2.3.1) on the text of complete lines: command names that are aliases are replaced and the
 * result parsed again, until none is left. Text that came from an alias is not replaced by the same alias again.
 */
export function substituteAliases(text: string, aliases: ReadonlyMap<string, string>): string {
  let current = text;
  let ranges: { from: number; to: number; name: string }[] = [];
  for (let round = 0; round < 100; round++) {
    const found = findAlias(current, aliases, ranges);
    if (found === undefined) return current;
    const { from, to, name } = found;
    const value = aliases.get(name)!;
    const shift = value.length - (to - from);
    ranges = ranges.map((range) => ({
      name: range.name,
      from: range.from > from ? range.from + shift : range.from,
      to: range.to >= to ? range.to + shift : range.to,
    }));
    ranges.push({ from, to: from + value.length, name });
    current = current.slice(0, from) + value + current.slice(to);
  }
  return current;
}

function findAlias(
  text: string,
  aliases: ReadonlyMap<string, string>,
  ranges: readonly { from: number; to: number; name: string }[],
): { from: number; to: number; name: string } | undefined {
  let found: { from: number; to: number; name: string } | undefined;
  const applies = (name: string, pos: number) =>
    aliases.has(name) && !ranges.some((range) => range.name === name && pos >= range.from && pos < range.to);
  const consider = (command: Command): void => {
    const { name } = command;
    if (name === undefined) return;
    if (applies(name.text, name.pos)) {
      found = { from: name.pos, to: name.end, name: name.text };
      return;
    }
    // An alias that ends with a blank lets the next word be one too.
    let previousEnd = name.end;
    for (const word of command.args) {
      const before = ranges.find(
        (range) =>
          range.to >= previousEnd && range.to <= word.pos && /[ \t]$/.test(text.slice(range.from, range.to)),
      );
      if (before && applies(word.text, word.pos)) {
        found = { from: word.pos, to: word.end, name: word.text };
        return;
      }
      previousEnd = word.end;
      if (!before) break;
    }
  };
  const visit = (node: SyntaxNode): void => {
    if (found) return;
    if (node.type === 'Script' && node.source !== undefined) return;
    if (node.type === 'Command') consider(node);
    if (!found) forEachChild(node, visit);
  };
  visit(parseScript(text));
  return found;
}
