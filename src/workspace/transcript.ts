/** One command with what followed it; the first entry of a transcript has no command. */
export interface TranscriptEntry {
  id: number;
  command: string | undefined;
  lines: string[];
}

/** As shells print them: `ann@host:~$ `, `/ # `, `root@3f2a:/# `. */
const prompted = /^(?:[\w.-]+@[\w.-]+:\S*?|[~/]\S* ?)[$#] (.*)$/;

const keptEntries = 100;
const keptLines = 1000;

/**
 * A terminal's output as text that can be read in order: commands as headings, lines under them.
 *
 * It follows the cursor just enough for line editing and progress bars (carriage return, backspace, erase, up and
 * down within the current command); a program that takes the whole screen, as an editor does, is left out.
 */
export interface Transcript {
  readonly entries: readonly TranscriptEntry[];
  write(text: string): void;
  clear(): void;
}

export function createTranscript(): Transcript {
  let ids = 0;
  let entries: TranscriptEntry[] = [];
  let row = 0;
  let column = 0;
  let wholeScreen = false;
  let held = '';

  const begin = (command: string | undefined) => {
    entries.push({ id: ++ids, command, lines: [''] });
    if (entries.length > keptEntries) entries = entries.slice(-keptEntries);
    row = 0;
    column = 0;
  };
  const current = () => entries.at(-1) as TranscriptEntry;
  const put = (text: string) => {
    const { lines } = current();
    const line = (lines[row] ?? '').padEnd(column);
    lines[row] = line.slice(0, column) + text + line.slice(column + text.length);
    column += text.length;
  };
  const newline = () => {
    const entry = current();
    const command = row === entry.lines.length - 1 ? prompted.exec(entry.lines[row] ?? '')?.[1] : undefined;
    if (command !== undefined && command.trim() !== '') {
      entry.lines.pop();
      begin(command.trim());
      return;
    }
    row++;
    column = 0;
    if (row >= entry.lines.length) entry.lines.push('');
    if (entry.lines.length > keptLines) {
      entry.lines.splice(0, entry.lines.length - keptLines);
      row = entry.lines.length - 1;
    }
  };
  const erase = (mode: number) => {
    const { lines } = current();
    const line = lines[row] ?? '';
    if (mode === 0) lines[row] = line.slice(0, column);
    else if (mode === 1) lines[row] = ' '.repeat(column) + line.slice(column);
    else lines[row] = '';
  };
  const control = (parameters: string, final: string) => {
    if (final === 'h' || final === 'l') {
      if (/^\?(47|1047|1049)$/.test(parameters)) wholeScreen = final === 'h';
      return;
    }
    if (wholeScreen) return;
    const n = Number.parseInt(parameters, 10) || 0;
    const { lines } = current();
    if (final === 'A') row = Math.max(0, row - Math.max(1, n));
    else if (final === 'B') row = Math.min(lines.length - 1, row + Math.max(1, n));
    else if (final === 'C') column += Math.max(1, n);
    else if (final === 'D') column = Math.max(0, column - Math.max(1, n));
    else if (final === 'G') column = Math.max(0, n - 1);
    else if (final === 'K') erase(n);
    else if (final === 'J' && n === 0) {
      erase(0);
      lines.length = row + 1;
    } else if (final === 'P') {
      const line = lines[row] ?? '';
      lines[row] = line.slice(0, column) + line.slice(column + Math.max(1, n));
    } else if (final === '@') {
      const line = lines[row] ?? '';
      lines[row] = line.slice(0, column) + ' '.repeat(Math.max(1, n)) + line.slice(column);
    }
  };

  begin(undefined);
  return {
    get entries() {
      return entries;
    },
    write(text) {
      const all = held + text;
      held = '';
      const piece =
        /\x1b\[([0-9;?>=!]*)([@-~])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()][A-Z0-9]|\x1b[^[\]()]|\r|\n|\x08|[\x00-\x1f\x7f]|[^\x00-\x1f\x7f]+/g;
      for (let found = piece.exec(all); found; found = piece.exec(all)) {
        const token = found[0];
        if (found[2] !== undefined) control(found[1] ?? '', found[2]);
        else if (token === '\x1b' || (token.startsWith('\x1b') && token.length < 2)) {
          // The rest of this sequence comes with the next write.
          held = all.slice(found.index);
          break;
        } else if (wholeScreen) continue;
        else if (token === '\n') newline();
        else if (token === '\r') column = 0;
        else if (token === '\x08') column = Math.max(0, column - 1);
        else if (token === '\t') put(' '.repeat(8 - (column % 8)));
        else if (token.charCodeAt(0) >= 32 && token !== '\x7f') put(token);
      }
    },
    clear() {
      entries = [];
      held = '';
      begin(undefined);
    },
  };
}
