import { MODE, type TreeFile } from '../../git/tree.ts';
import { edits } from '../diff/edits.ts';
import { isBinary, sideOf, type TextFile, textFile } from '../diff/text-file.ts';
import type { Change } from './changes.ts';
import type { Paint } from './paint.ts';
import type { Repository } from './repository.ts';
import { short } from './revision.ts';
import { fileAt } from './work-tree.ts';

const CONTEXT = 3;
const EXACT = { ignoreCase: false, space: 'exact', stripCarriageReturn: false } as const;
const NO_ID = '0'.repeat(40);

/** A change with the bytes of both sides. */
interface Compared extends Change {
  old: Uint8Array;
  new: Uint8Array;
}

async function contentOf(repository: Repository, file: TreeFile | undefined): Promise<Uint8Array> {
  if (file === undefined) return new Uint8Array();
  const object = await repository.objects.find(file.id);
  return object?.body ?? (await (await fileAt(repository, file.path))?.read()) ?? new Uint8Array();
}

async function compared(repository: Repository, change: Change): Promise<Compared> {
  const [old, now] = [await contentOf(repository, change.before), await contentOf(repository, change.now)];
  return { ...change, old, new: now };
}

const lineChanges = (old: TextFile, now: TextFile) =>
  edits(sideOf(old, EXACT), sideOf(now, EXACT), CONTEXT, () => undefined);

/** Changes as `git diff` shows them. Renamed files are one that is gone and one that is new. */
export async function patchOf(
  repository: Repository,
  changes: readonly Change[],
  paint: Paint,
): Promise<string> {
  let out = '';
  for (const change of changes) out += await filePatch(await compared(repository, change), paint);
  return out;
}

async function filePatch(change: Compared, paint: Paint): Promise<string> {
  const { path, before, now } = change;
  const head = [`diff --git a/${path} b/${path}`];
  const octal = (mode: number) => mode.toString(8).padStart(6, '0');
  if (before === undefined) head.push(`new file mode ${octal(now!.mode)}`);
  else if (now === undefined) head.push(`deleted file mode ${octal(before.mode)}`);
  else if (before.mode !== now.mode)
    head.push(`old mode ${octal(before.mode)}`, `new mode ${octal(now.mode)}`);
  if (before?.id !== now?.id) {
    const same = before !== undefined && before.mode === now?.mode ? ` ${octal(before.mode)}` : '';
    head.push(`index ${short(before?.id ?? NO_ID)}..${short(now?.id ?? NO_ID)}${same}`);
  }
  const names = [
    before === undefined ? '/dev/null' : `a/${path}`,
    now === undefined ? '/dev/null' : `b/${path}`,
  ];
  const lines = (all: readonly string[]) => all.map((line) => `${paint('bold', line)}\n`).join('');
  if (isBinary(change.old) || isBinary(change.new))
    return `${lines(head)}Binary files ${names.join(' and ')} differ\n`;
  const body = await hunks(textFile(change.old), textFile(change.new), paint);
  return body === '' ? lines(head) : lines([...head, `--- ${names[0]}`, `+++ ${names[1]}`]) + body;
}

async function hunks(old: TextFile, now: TextFile, paint: Paint): Promise<string> {
  const changes = await lineChanges(old, now);
  let out = '';
  for (let i = 0; i < changes.length; ) {
    let last = i;
    const endOf = (at: number) => changes[at]!.from + changes[at]!.deleted;
    while (last + 1 < changes.length && changes[last + 1]!.from - endOf(last) <= 2 * CONTEXT) last++;
    const from = Math.max(0, changes[i]!.from - CONTEXT);
    const to = Math.max(0, changes[i]!.to - (changes[i]!.from - from));
    const end = Math.min(old.lines.length, endOf(last) + CONTEXT);
    const toEnd = end - endOf(last) + changes[last]!.to + changes[last]!.inserted;
    const range = (start: number, count: number) =>
      `${count === 0 ? start : start + 1}${count === 1 ? '' : `,${count}`}`;
    const heading = old.lines.slice(0, from).findLast((line) => /^[A-Za-z_$]/.test(line));
    const title = `@@ -${range(from, end - from)} +${range(to, toEnd - to)} @@`;
    out += `${paint('cyan', title)}${heading === undefined ? '' : ` ${heading.trimEnd()}`}\n`;
    const write = (file: TextFile, at: number, sign: string, shown: (text: string) => string) => {
      const missing = !file.ended && at === file.lines.length - 1 ? '\n\\ No newline at end of file' : '';
      out += `${shown(sign + file.lines[at])}${missing}\n`;
    };
    let at = from;
    for (; i <= last; i++) {
      const change = changes[i]!;
      for (; at < change.from; at++) write(old, at, ' ', (text) => text);
      for (; at < change.from + change.deleted; at++) write(old, at, '-', (text) => paint('red', text));
      for (let n = 0; n < change.inserted; n++)
        write(now, change.to + n, '+', (text) => paint('green', text));
    }
    for (; at < end; at++) write(old, at, ' ', (text) => text);
  }
  return out;
}

/** How many lines of each file came and went, and the sum (`--stat`); `summary` also tells what is new and gone. */
export async function statOf(
  repository: Repository,
  changes: readonly Change[],
  paint: Paint,
  { files, summary }: { files: boolean; summary: boolean },
): Promise<string> {
  let inserted = 0;
  let deleted = 0;
  const rows: { path: string; added: number; gone: number; binary: string | undefined }[] = [];
  for (const change of changes) {
    const sides = await compared(repository, change);
    const isBytes = isBinary(sides.old) || isBinary(sides.new);
    const found = isBytes ? [] : await lineChanges(textFile(sides.old), textFile(sides.new));
    const added = found.reduce((sum, one) => sum + one.inserted, 0);
    const gone = found.reduce((sum, one) => sum + one.deleted, 0);
    inserted += added;
    deleted += gone;
    const binary = isBytes ? `Bin ${sides.old.length} -> ${sides.new.length} bytes` : undefined;
    rows.push({ path: change.path, added, gone, binary });
  }
  let out = '';
  const width = Math.max(0, ...rows.map(({ path }) => path.length));
  const digits = Math.max(
    0,
    ...rows.map(({ added, gone, binary }) => (binary ? 3 : `${added + gone}`.length)),
  );
  const most = Math.max(1, ...rows.map(({ added, gone }) => added + gone));
  const room = 80 - width - digits - 5;
  const scaled = (count: number) =>
    most <= room ? count : count === 0 ? 0 : 1 + Math.floor((count * (room - 1)) / most);
  if (files)
    for (const { path, added, gone, binary } of rows) {
      const graph = paint('green', '+'.repeat(scaled(added))) + paint('red', '-'.repeat(scaled(gone)));
      const count = binary ?? `${`${added + gone}`.padStart(digits)} ${graph}`.trimEnd();
      out += ` ${path.padEnd(width)} | ${count}\n`;
    }
  const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`;
  const parts = [` ${plural(rows.length, 'file')} changed`];
  if (inserted > 0 || deleted === 0) parts.push(`${plural(inserted, 'insertion')}(+)`);
  if (deleted > 0 || inserted === 0) parts.push(`${plural(deleted, 'deletion')}(-)`);
  out += `${parts.join(', ')}\n`;
  if (summary) for (const change of changes) out += summaryOf(change);
  return rows.length === 0 ? '' : out;
}

function summaryOf({ path, before, now }: Change): string {
  const octal = (mode: number) => mode.toString(8).padStart(6, '0');
  if (before === undefined) return ` create mode ${octal(now?.mode ?? MODE.file)} ${path}\n`;
  if (now === undefined) return ` delete mode ${octal(before.mode)} ${path}\n`;
  return before.mode === now.mode ? '' : ` mode change ${octal(before.mode)} => ${octal(now.mode)} ${path}\n`;
}
