/**
 * What Python 2 wrote otherwise, line by line in today's form: the interpreter knows only that. Lines keep their places. What means
 * something else is not changed: `/` divides without rest, text is Unicode.
 */
export function fromPython2(source: string): string {
  let quote: string | undefined;
  return source
    .split('\n')
    .map((line) => {
      const inside = quote !== undefined;
      quote = openQuote(line, quote);
      return inside ? line : modern(line, quote === undefined);
    })
    .join('\n');
}

/** The long quote that is open behind a line. */
function openQuote(line: string, before: string | undefined): string | undefined {
  let open = before;
  for (const [found] of line.matchAll(/"""|'''/g)) {
    if (open === undefined) open = found;
    else if (open === found) open = undefined;
  }
  return open;
}

function modern(line: string, whole: boolean): string {
  const [, indent = '', start = '', rest = ''] = /^(\s*)((?:[^'"#]*:\s+)?)(.*)$/.exec(line) ?? [];
  const print =
    /^print(?:\s+(?!\()|\s*$)(.*?)\s*$/.exec(rest) ??
    (/^print\s+\(.*\)\s*[%,]/.test(rest) ? /^print\s+(.*?)\s*$/.exec(rest) : null);
  if (print && whole) {
    const what = print[1] ?? '';
    const to = /^>>\s*([^,]+),?\s*(.*)$/.exec(what);
    const values = to ? (to[2] ?? '') : what;
    const more = values.endsWith(',');
    const given = more ? values.slice(0, -1) : values;
    const options = [...(more ? ['end=" "'] : []), ...(to ? [`file=${to[1]}`] : [])];
    return `${indent}${start}print(${[given, ...options].filter((part) => part !== '').join(', ')})`;
  }
  return line
    .replace(/^(\s*except\s+[\w.]+|\s*except\s+\([\w.,\s]+\)),\s*(\w+)\s*:/, '$1 as $2:')
    .replace(/^(\s*)raise\s+([\w.]+),\s*(.+)$/, '$1raise $2($3)')
    .replace(/\b(0)([0-7]+)\b(?=[,)\s]|$)/, '0o$2')
    .replace(/\bur?(?=["'])/g, '');
}
