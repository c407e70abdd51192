import type { OpenFile } from './open-files.ts';

/** What was written and not saved, so that it is there again when the page is. */
export interface Draft {
  path: string;
  text: string;
  base: string | null;
  isRoot: boolean;
}

export interface Drafts {
  read(): Draft[];
  /** Keeps those of the files that have changes; soon, for it is told at each key. */
  keep(files: readonly OpenFile[]): void;
  /** Keeps at once what was told: the page may be gone soon. */
  flush(): void;
  clear(): void;
}

const SOON = 300;

/** The drafts of a lab, in this browser. Where it keeps nothing, they are gone with the page. */
export function draftsOf(lab: string, storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>): Drafts {
  const key = `drydock.drafts.${lab}`;
  let latest: readonly OpenFile[] = [];
  let isDue = false;

  const write = () => {
    isDue = false;
    const drafts = latest
      .filter(({ isDirty }) => isDirty.peek())
      .map(
        ({ path, text, base, isRoot }): Draft => ({
          path: path.peek(),
          text: text.peek(),
          base: base.peek(),
          isRoot,
        }),
      );
    try {
      if (drafts.length === 0) storage.removeItem(key);
      else storage.setItem(key, JSON.stringify(drafts));
    } catch {
      // There is no room for them, or no storage.
    }
  };
  const flush = () => {
    if (isDue) write();
  };
  return {
    read() {
      try {
        const kept: unknown = JSON.parse(storage.getItem(key) ?? '[]');
        return Array.isArray(kept) ? kept.filter(isDraft) : [];
      } catch {
        return [];
      }
    },
    keep(files) {
      latest = files;
      if (!isDue) setTimeout(flush, SOON);
      isDue = true;
    },
    flush,
    clear() {
      latest = [];
      write();
    },
  };
}

function isDraft(value: unknown): value is Draft {
  const { path, text, base, isRoot } = (value ?? {}) as Partial<Draft>;
  const isText = typeof path === 'string' && typeof text === 'string';
  return isText && (base === null || typeof base === 'string') && typeof isRoot === 'boolean';
}
