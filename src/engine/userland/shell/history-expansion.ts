/** History expansion (bash): `!!`, `!n`, `!-n`, `!text`, `!?text?`, `!$`, `!*`, `^old^new`. */
export type HistoryExpansion = { text: string; changed: boolean } | { missing: string };

export function expandHistory(line: string, history: readonly string[]): HistoryExpansion {
  if (!line.includes('!') && !line.startsWith('^')) return { text: line, changed: false };
  const quick = /^\^([^^]+)\^([^^]*)\^?$/.exec(line);
  if (quick) {
    const last = history.at(-1);
    if (last === undefined || !last.includes(quick[1]!)) return { missing: `:s${line}` };
    return { text: last.replace(quick[1]!, () => quick[2]!), changed: true };
  }
  let out = '';
  let changed = false;
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const char = line[i]!;
    if (char === '\\' && i + 1 < line.length) {
      out += char + line[++i]!;
      continue;
    }
    if (char === "'" && !quoted) {
      const close = line.indexOf("'", i + 1);
      const end = close === -1 ? line.length : close + 1;
      out += line.slice(i, end);
      i = end - 1;
      continue;
    }
    if (char === '"') quoted = !quoted;
    const next = line[i + 1];
    if (
      char !== '!' ||
      next === undefined ||
      /[\s=(]/.test(next) ||
      (quoted && next === '"') ||
      out.endsWith('${') ||
      out.endsWith('$')
    ) {
      out += char;
      continue;
    }
    const event = /^!(!|\$|\*|-?\d+|\?[^?\n]+\??|[^\s!$*;&|<>()"']+)(:[$^*]|:\d+)?/.exec(line.slice(i));
    if (event === null) {
      out += char;
      continue;
    }
    const designator = event[1]!;
    const found = find(designator, history);
    if (found === undefined) return { missing: `!${designator}` };
    const words = found.split(/\s+/);
    const word = event[2]?.slice(1) ?? (designator === '$' || designator === '*' ? designator : undefined);
    out +=
      word === undefined
        ? found
        : word === '$'
          ? words.at(-1)!
          : word === '*'
            ? words.slice(1).join(' ')
            : (words[word === '^' ? 1 : Number(word)] ?? '');
    changed = true;
    i += event[0].length - 1;
  }
  return { text: out, changed };
}

function find(designator: string, history: readonly string[]): string | undefined {
  if (designator === '!' || designator === '$' || designator === '*') return history.at(-1);
  if (/^\d+$/.test(designator)) return history[Number(designator) - 1];
  if (/^-\d+$/.test(designator)) return history.at(Number(designator));
  if (designator.startsWith('?')) {
    const text = designator.replace(/^\?|\?$/g, '');
    return history.findLast((line) => line.includes(text));
  }
  return history.findLast((line) => line.startsWith(designator));
}
