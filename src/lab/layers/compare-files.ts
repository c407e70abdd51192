import { edits } from '../../engine/userland/diff/edits.ts';
import { plain, unified } from '../../engine/userland/diff/formats.ts';
import { isBinary, sideOf, textFile } from '../../engine/userland/diff/text-file.ts';
import type { LayerFile } from './layer-change.ts';

/** What is shown of a file's content: its text, or how it differs from the copy below (as `diff -u` prints it). */
export type Contents =
  | { is: 'text'; text: string }
  | { is: 'difference'; text: string }
  /** No text, or more than is shown. */
  | { is: 'binary' | 'large' | 'unread' };

/** The most of a content that is compared: a page is to be read. */
const MOST = 512 << 10;
const CONTEXT = 3;

/** The content of a file, beside an earlier copy of it where there is one. */
export async function contentsOf(file: LayerFile, before: LayerFile | undefined): Promise<Contents> {
  const files = before?.type === 'file' ? [before, file] : [file];
  if (files.some(({ size }) => size > MOST)) return { is: 'large' };
  const contents: Uint8Array[] = [];
  for (const { read } of files) {
    if (!read) return { is: 'unread' };
    contents.push(await read());
  }
  if (contents.some(isBinary)) return { is: 'binary' };
  const [old, now] = contents.map(textFile);
  if (!old) return { is: 'unread' };
  if (!now) return { is: 'text', text: new TextDecoder().decode(contents[0]) };
  const exactly = { ignoreCase: false, space: 'exact', stripCarriageReturn: false } as const;
  const changes = await edits(sideOf(old, exactly), sideOf(now, exactly), CONTEXT, () => {});
  const comparison = { files: [old, now] as const, headers: ['', ''] as const, changes };
  return { is: 'difference', text: unified(comparison, CONTEXT, plain).split('\n').slice(2).join('\n') };
}
