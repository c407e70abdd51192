import type { Session } from '../session.ts';
import { fill } from '../words/index.ts';
import type { Ask } from './ask.tsx';
import type { Given } from './dropped.ts';
import { joined } from './tree-rows.ts';
import type { FilesWords } from './words.ts';

interface Uploading {
  session: Session;
  words: FilesWords;
  ask: Ask;
  /** Shows a path in the tree. */
  show: (path: string) => void;
}

/** An upload is part of the journal; this is what it takes of one file, and of all at once. */
const LARGEST = 4 << 20;
const MOST = { files: 2000, bytes: 32 << 20 };
const FOLDER_IS_THERE = /File exists$/;

/**
 * Brings files and folders from the reader's disk into a folder of the machine. What is too large is left out and named; nothing is
 * replaced without asking. Gives what is to be said of it.
 */
export async function upload(
  { session, words, ask, show }: Uploading,
  folder: string,
  given: readonly Given[],
): Promise<string> {
  const bytes = given.reduce((sum, { file }) => sum + (file?.size ?? 0), 0);
  const tooLarge = given.filter(({ file }) => file !== undefined && file.size > LARGEST);
  const fitting = given.filter((one) => !tooLarge.includes(one));
  const rest = bytes - tooLarge.reduce((sum, { file }) => sum + (file?.size ?? 0), 0);
  if (fitting.length > MOST.files || rest > MOST.bytes)
    return fill(words.uploadTooMuch, { files: MOST.files, n: MOST.bytes >> 20 });
  let n = 0;
  for (const { path: name, file } of fitting) {
    const path = joined(folder, name);
    if (file === undefined) await makeFolder(session, path);
    else if (await write(file, path)) n++;
    if (!name.includes('/')) show(path);
  }
  const left = tooLarge.map(({ path }) => fill(words.uploadTooLarge, { name: path, n: LARGEST >> 20 }));
  return [fill(words.uploaded, { n, folder }), ...left].join(' · ');

  async function write(file: File, path: string): Promise<boolean> {
    const content = new Uint8Array(await file.arrayBuffer());
    if (await session.call('files.write', { path, content, over: null })) return true;
    const answers = { yes: words.replaceYes, no: words.removeNo };
    if ((await ask({ text: fill(words.replaceAsk, { path }), answers })) === 'no') return false;
    return session.call('files.write', { path, content });
  }
}

async function makeFolder(session: Session, path: string): Promise<void> {
  try {
    await session.call('files.mkdir', { path });
  } catch (error) {
    if (!FOLDER_IS_THERE.test((error as Error).message)) throw error;
  }
}
