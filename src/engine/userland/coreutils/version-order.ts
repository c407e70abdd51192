/** Version order (GNU `sort -V`, `ls -v`; Debian policy 5.6.12): digits count as numbers, `~` sorts before everything. */
export function compareVersions(a: string, b: string): number {
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    while ((i < a.length && !digit(a[i])) || (j < b.length && !digit(b[j]))) {
      const order = rank(a[i]) - rank(b[j]);
      if (order !== 0) return order;
      i++;
      j++;
    }
    const x = /^\d*/.exec(a.slice(i))![0];
    const y = /^\d*/.exec(b.slice(j))![0];
    i += x.length;
    j += y.length;
    const [m, n] = [x.replace(/^0+/, ''), y.replace(/^0+/, '')];
    if (m.length !== n.length) return m.length - n.length;
    if (m !== n) return m < n ? -1 : 1;
  }
  return 0;
}

const digit = (char: string | undefined): boolean => char !== undefined && char >= '0' && char <= '9';

function rank(char: string | undefined): number {
  if (char === '~') return -1;
  if (char === undefined || digit(char)) return 0;
  return /[A-Za-z]/.test(char) ? char.charCodeAt(0) : char.charCodeAt(0) + 256;
}
