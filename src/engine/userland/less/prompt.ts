/** The line at the foot of the screen (less(1), "PROMPTS"): its short, medium and long form, and what `=` says. */
export type PromptKind = 'short' | 'medium' | 'long' | 'state';

/** Which of the files this is. */
export interface Place {
  index: number;
  names: readonly string[];
  /** Of a regular file, known ahead. */
  size: number | undefined;
}

/** Where in it the screen is. */
export interface Where extends Place {
  name: string;
  isFirst: boolean;
  atEnd: boolean;
  filtered: boolean;
  lines: { top: number; bottom: number; total: number | undefined };
  bytes: { bottom: number; total: number | undefined };
}

export function prompt(kind: PromptKind, where: Where): string {
  const { index, names, isFirst, atEnd, filtered, lines, bytes } = where;
  const name = where.name === '-' ? '' : where.name;
  const several = names.length > 1 ? ` (file ${index + 1} of ${names.length})` : '';
  const next = atEnd && index + 1 < names.length ? ` - Next: ${names[index + 1]}` : '';
  const end = atEnd ? ` (END)${next}` : '';
  const share = bytes.total ? `${Math.round((bytes.bottom / bytes.total) * 100)}%` : '';
  const range = `lines ${lines.top}-${lines.bottom}${lines.total === undefined ? '' : `/${lines.total}`}`;
  let text = '';
  if (kind === 'short') text = `${isFirst ? name + several : ''}${end}`;
  else if (kind === 'medium') text = `${isFirst ? name + several : ''}${end || (share ? ` ${share}` : '')}`;
  else if (kind === 'long')
    text = `${name}${isFirst ? several : ''} ${range}${end || (share ? ` ${share}` : '')}`;
  else {
    const all = bytes.total === undefined ? '' : `/${bytes.total}`;
    const tail = atEnd ? ` (END)${next}` : share ? ` ${share}` : '';
    return `${name}${several} ${range} byte ${bytes.bottom}${all}${tail}`.trim();
  }
  const shown = text.trim();
  const filter = filtered ? '& ' : '';
  return shown === '' ? `${filter}:` : `${filter}\x1b[7m${shown}\x1b[27m`;
}
