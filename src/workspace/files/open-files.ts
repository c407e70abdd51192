import { batch, computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Problem } from '../editor/problems.ts';
import type { Session } from '../session.ts';
import type { Drafts } from './drafts.ts';
import { isWithin } from './tree-rows.ts';

/** How a file that is open stands to the one on the machine. */
export type Standing = 'same' | 'changed' | 'gone';

/** A file that is being read or edited. */
export interface OpenFile {
  readonly path: Signal<string>;
  readonly text: Signal<string>;
  /** What the machine held when it was last read or saved; null: there is no such file yet. */
  readonly base: Signal<string | null>;
  /** What the machine holds now, where that is neither what was read nor what stands here. */
  readonly theirs: Signal<string | undefined>;
  /** It was removed on the machine. */
  readonly isGone: Signal<boolean>;
  readonly isDirty: ReadonlySignal<boolean>;
  /** What is wrong with a text that it had, which may be the one that it has. */
  readonly checked: Signal<Checked>;
  /** It was opened by a command, and whoever closes it goes back to the terminal. */
  isFromTerminal: boolean;
  /** It is read and saved with root's rights: it was opened with `sudo`. */
  isRoot: boolean;
}

export interface Opening {
  isFromTerminal?: boolean;
  isRoot?: boolean;
  /** Where there is no such file, one is begun. */
  orNew?: boolean;
}

export interface Checked {
  text: string;
  problems: readonly Problem[];
}

/** A file that is none that can be edited here. */
export class NotEditable extends Error {
  readonly why: 'binary' | 'large' | 'folder';

  constructor(why: NotEditable['why']) {
    super(why);
    this.why = why;
  }
}

export interface OpenFiles {
  readonly list: ReadonlySignal<readonly OpenFile[]>;
  readonly current: Signal<OpenFile | undefined>;
  /** Opens a file, or goes to it where it is open. Rejects with `NotEditable` or what the machine says. */
  open(path: string, options?: Opening): Promise<void>;
  /** Saves; false: it has changed on the machine meanwhile, which is shown. */
  save(file: OpenFile, options?: { anyway?: boolean }): Promise<boolean>;
  /** Takes what the machine holds, and lets go of what was written here. */
  takeTheirs(file: OpenFile): void;
  close(file: OpenFile): void;
  /** Looks again at the files that are open. */
  refresh(): Promise<void>;
  /** What was at a path is at another now, or nowhere. */
  moved(from: string, to: string): void;
  removed(path: string): void;
}

/** The most that is edited here. */
const LARGEST = 2_000_000;
const ABSENT = /No such file or directory$/;

export function createOpenFiles(session: Session, drafts: Drafts): OpenFiles {
  const list = signal<readonly OpenFile[]>([]);
  const current = signal<OpenFile | undefined>(undefined);

  const read = async (path: string, isRoot: boolean): Promise<string> => {
    const bytes = await session.call('files.read', { path, isRoot });
    if (bytes.length > LARGEST) throw new NotEditable('large');
    const text = textOf(bytes);
    if (text === undefined) throw new NotEditable('binary');
    return text;
  };
  const add = (path: string, text: string, base: string | null, isRoot: boolean): OpenFile => {
    const file = openFile(path, text, base, isRoot);
    list.value = [...list.value, file];
    file.isDirty.subscribe(() => drafts.keep(list.peek()));
    file.text.subscribe(() => drafts.keep(list.peek()));
    return file;
  };
  for (const { path, text, base, isRoot } of drafts.read()) add(path, text, base, isRoot);
  const at = (path: string) => list.peek().find((file) => file.path.peek() === path);

  /** Notes what the machine holds of a file now. */
  const meet = (file: OpenFile, now: string | undefined) =>
    batch(() => {
      file.isGone.value = now === undefined && file.base.value !== null;
      const isKept = now === undefined || now === file.base.value;
      file.theirs.value = undefined;
      if (isKept) return;
      if (!file.isDirty.value || now === file.text.value) {
        file.base.value = now;
        file.text.value = now;
      } else file.theirs.value = now;
    });
  const look = async (file: OpenFile) => {
    try {
      meet(file, await read(file.path.peek(), file.isRoot));
    } catch (error) {
      // What cannot be read at this moment is not gone.
      if (ABSENT.test((error as Error).message)) meet(file, undefined);
    }
  };
  const close = (file: OpenFile) => {
    const index = list.value.indexOf(file);
    list.value = list.value.filter((one) => one !== file);
    if (current.value === file) current.value = list.value[Math.max(0, index - 1)];
    drafts.keep(list.value);
  };

  return {
    list,
    current,
    async open(path, { isFromTerminal = false, isRoot = false, orNew = false } = {}) {
      let file = at(path);
      if (file === undefined) {
        let text: string | null = null;
        try {
          text = await read(path, isRoot);
        } catch (error) {
          const { message } = error as Error;
          if (/Is a directory$/.test(message)) throw new NotEditable('folder');
          if (!orNew || !ABSENT.test(message)) throw error;
        }
        file = at(path) ?? add(path, text ?? '', text, isRoot);
      }
      file.isFromTerminal = isFromTerminal;
      file.isRoot ||= isRoot;
      current.value = file;
    },
    async save(file, { anyway = false } = {}) {
      const text = file.text.peek();
      const base = file.base.peek();
      const encode = (content: string) => new TextEncoder().encode(content);
      const written = await session.call('files.write', {
        path: file.path.peek(),
        content: encode(text),
        isRoot: file.isRoot,
        ...(anyway ? {} : { over: base === null ? null : encode(base) }),
      });
      if (!written) {
        await look(file);
        return false;
      }
      batch(() => {
        file.base.value = text;
        file.theirs.value = undefined;
        file.isGone.value = false;
      });
      return true;
    },
    takeTheirs(file) {
      const now = file.theirs.peek();
      if (now === undefined) return;
      batch(() => {
        file.base.value = now;
        file.text.value = now;
        file.theirs.value = undefined;
      });
    },
    close,
    async refresh() {
      await Promise.all(list.peek().map(look));
    },
    moved(from, to) {
      for (const { path } of list.peek())
        if (isWithin(from, path.peek())) path.value = to + path.peek().slice(from.length);
    },
    removed(path) {
      for (const file of list.peek())
        if (isWithin(path, file.path.peek()) && !file.isDirty.peek()) close(file);
    },
  };
}

function openFile(path: string, text: string, base: string | null, isRoot: boolean): OpenFile {
  const file = {
    path: signal(path),
    text: signal(text),
    base: signal(base),
    theirs: signal<string | undefined>(undefined),
    isGone: signal(false),
    checked: signal<Checked>({ text: '', problems: [] }),
    isFromTerminal: false,
    isRoot,
  };
  return { ...file, isDirty: computed(() => file.text.value !== (file.base.value ?? '')) };
}

/** How it stands to the machine's. */
export const standing = ({ theirs, isGone }: OpenFile): Standing =>
  theirs.value !== undefined ? 'changed' : isGone.value ? 'gone' : 'same';

/** The text of a file, or nothing where the bytes are none. What it begins with stays, a byte order mark too. */
function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.subarray(0, 8192).includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
