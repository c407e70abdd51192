import type { Stdio } from '../lib/stdio.ts';
import { textWidth } from '../lib/width.ts';
import type { ProcessInfo } from './processes.ts';
import { COLUMNS, type Context } from './ps-columns.ts';
import type { Chosen, Request } from './ps-options.ts';

/** Orders children under their parents and draws the branches. */
export function drawForest(infos: ProcessInfo[], context: Context): ProcessInfo[] {
  const branches = new Map<number, string>();
  const out: ProcessInfo[] = [];
  const present = new Set(infos.map(({ pid }) => pid));
  const visit = (info: ProcessInfo, indent: string, last: boolean, depth: number) => {
    branches.set(info.pid, depth === 0 ? '' : `${indent} \\_ `);
    out.push(info);
    const children = infos.filter(({ ppid, pid }) => ppid === info.pid && pid !== info.pid);
    for (const [i, child] of children.entries())
      visit(
        child,
        depth === 0 ? '' : `${indent} ${last ? ' ' : '|'}  `,
        i === children.length - 1,
        depth + 1,
      );
  };
  for (const info of infos) if (!present.has(info.ppid) || info.ppid === info.pid) visit(info, '', true, 0);
  context.branches = branches;
  return out;
}

/** Writes the table, cut to the width of the terminal. */
export async function print(
  io: Stdio,
  infos: readonly ProcessInfo[],
  chosen: readonly Chosen[],
  context: Context,
  { headers, wide: unlimited }: Pick<Request, 'headers' | 'wide'>,
): Promise<void> {
  const terminal = await io.sys.isatty(1);
  const size = terminal
    ? ((await io.sys.ioctl(1, { request: 'TIOCGWINSZ' })) as { columns: number }).columns
    : 0;
  const width = unlimited || !terminal ? Number.POSITIVE_INFINITY : size || 80;
  const columns = chosen.map(({ name, header }) => ({
    ...COLUMNS[name]!,
    header: header ?? COLUMNS[name]!.header,
  }));
  const line = (cells: string[]) => {
    let out = '';
    for (const [i, cell] of cells.entries()) {
      const { right, width: wide } = columns[i]!;
      const cellWidth = Math.max(wide, columns[i]!.header.length);
      const last = i === cells.length - 1;
      if (i > 0) out += ' ';
      // What is too wide takes its room from the spaces that follow.
      out += right
        ? cell.padStart(cellWidth)
        : last
          ? cell
          : cell + ' '.repeat(Math.max(0, cellWidth - textWidth(cell)));
    }
    return out.slice(0, width);
  };
  if (headers && columns.some(({ header }) => header !== ''))
    io.stdout.write(`${line(columns.map(({ header }) => header))}\n`);
  for (const info of infos) {
    const written = io.stdout.write(`${line(columns.map(({ text }) => text(info, context)))}\n`);
    if (written) await written;
  }
}
