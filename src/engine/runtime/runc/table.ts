/** A table as Go's text/tabwriter lays it out for runc: columns of 12 at least, three blanks after the longest cell. */
export function table(rows: readonly (readonly string[])[]): string {
  const last = rows[0]!.length - 1;
  const widths = rows[0]!.map((_, column) => Math.max(12, ...rows.map((row) => row[column]!.length + 3)));
  return rows
    .map((row) => `${row.map((cell, i) => (i === last ? cell : cell.padEnd(widths[i]!))).join('')}\n`)
    .join('');
}
