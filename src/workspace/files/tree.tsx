import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Session } from '../session.ts';
import { fill } from '../words/index.ts';
import { afterKey, folderOf, isWithin, type Listing, type Row, rowKey, rowsOf } from './tree-rows.ts';
import type { FilesWords } from './words.ts';

export interface TreeState {
  /** The folders at the top level. */
  readonly roots: readonly string[];
  /** Keys of rows that are unfolded. */
  readonly unfolded: Signal<ReadonlySet<string>>;
  /** The key of the row that the keys act on. */
  readonly active: Signal<string>;
}

interface Props {
  session: Session;
  words: FilesWords;
  /** Another number when the machine may have changed; undefined while the tree is not shown. */
  changes: number | undefined;
  state: TreeState;
  /** The path of the file that the editor shows. */
  shown: string | undefined;
  /** Receives the row that the keys act on. */
  chosen: Signal<Row | undefined>;
  /** The folder that what is being dragged would be dropped into. */
  dropping: string | undefined;
  onOpen: (path: string) => void;
  onRename: () => void;
  onRemove: () => void;
}

/** The files of the machine as a tree (ARIA's pattern): one stop for Tab, arrows within. Listed again when the machine may have changed them. */
export function Tree(props: Props) {
  const { session, words, changes, state, shown, chosen, dropping, onOpen, onRename, onRemove } = props;
  const listings = useSignal<ReadonlyMap<string, Listing>>(new Map());
  const tree = useRef<HTMLDivElement>(null);
  const { roots, unfolded, active } = state;
  const stage = session.stage.value;
  const machine = stage.is === 'ready' ? stage.info.machine : '';
  const rows = rowsOf(roots, unfolded.value, listings.value);
  const at = Math.max(
    0,
    rows.findIndex(({ key }) => key === active.value),
  );
  const row = rows[at];

  useEffect(() => {
    if (changes === undefined) return;
    let isOver = false;
    const paths = new Set([...unfolded.value].map((key) => key.slice(key.indexOf('\n') + 1)));
    const listed = [...paths].map(async (path): Promise<[string, Listing]> => {
      try {
        return [path, await session.call('files.list', { path })];
      } catch (error) {
        return [path, { problem: (error as Error).message }];
      }
    });
    void Promise.all(listed).then((all) => {
      if (!isOver) listings.value = new Map(all);
    });
    return () => {
      isOver = true;
    };
  }, [unfolded.value, changes]);
  useEffect(() => {
    chosen.value = row;
  }, [row?.key, row?.type, row?.path]);
  useEffect(() => {
    tree.current?.querySelector('[tabindex="0"]')?.scrollIntoView({ block: 'nearest' });
  }, [row?.key]);

  const toggle = (key: string) => {
    const next = new Set(unfolded.value);
    if (!next.delete(key)) next.add(key);
    unfolded.value = next;
  };
  const act = ({ key, path, unfolds }: Row) => {
    active.value = key;
    if (unfolds) toggle(key);
    else onOpen(path);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing || !row) return;
    const own: Record<string, () => void> = {
      Enter: () => act(row),
      ' ': () => act(row),
      F2: onRename,
      Delete: onRemove,
    };
    const what = afterKey(rows, at, event.key);
    if (own[event.key]) own[event.key]?.();
    else if (what.to !== undefined) {
      active.value = what.to;
      focusRow(tree.current, what.to);
    } else if (what.toggle !== undefined) toggle(what.toggle);
    else return;
    event.preventDefault();
  };

  return (
    <div
      class="ws-tree"
      role="tree"
      ref={tree}
      aria-label={fill(words.tree, { machine })}
      onKeyDown={onKeyDown}
    >
      {rows.map((one) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the tree takes the keys of its items.
        <div
          key={one.key}
          data-key={one.key}
          data-folder={one.unfolds ? one.path : folderOf(one.path)}
          role="treeitem"
          class={`ws-item ${one.type} ${one.unfolds && one.path === dropping ? 'dropping' : ''}`}
          style={{ '--level': one.level }}
          aria-level={one.level}
          aria-posinset={one.place}
          aria-setsize={one.of}
          aria-selected={one === row}
          {...(one.unfolds ? { 'aria-expanded': one.isOpen } : { 'aria-current': one.path === shown })}
          tabIndex={one === row ? 0 : -1}
          onClick={(event) => {
            event.currentTarget.focus();
            act(one);
          }}
        >
          <span class="ws-name">{one.name}</span>
          <Note row={one} words={words} />
        </div>
      ))}
    </div>
  );
}

function Note({ row: { listing }, words }: { row: Row; words: FilesWords }) {
  if (listing === undefined) return null;
  if ('problem' in listing) return <small title={listing.problem}> {words.unread}</small>;
  return listing.length === 0 ? <small> {words.empty}</small> : null;
}

/** Unfolds what leads to a path, and makes it the row that the keys act on. */
export function reveal(
  { roots, unfolded, active }: TreeState,
  path: string,
  options: { open?: boolean } = {},
): void {
  const root = roots.find((one) => isWithin(one, path)) ?? '/';
  const next = new Set(unfolded.peek());
  let folder = root;
  for (const name of path
    .slice(root === '/' ? 1 : root.length + 1)
    .split('/')
    .filter(Boolean)) {
    next.add(rowKey(root, folder));
    folder = folder === '/' ? `/${name}` : `${folder}/${name}`;
  }
  if (options.open) next.add(rowKey(root, path));
  unfolded.value = next;
  active.value = rowKey(root, path);
}

function focusRow(tree: HTMLElement | null, key: string): void {
  const rows = tree?.querySelectorAll<HTMLElement>('[role="treeitem"]') ?? [];
  for (const row of rows) if (row.dataset['key'] === key) row.focus();
}
