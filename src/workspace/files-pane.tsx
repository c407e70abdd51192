import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { FileEntry } from '../lab/protocol.ts';
import type { PaneProps } from './controls.ts';
import type { Editor } from './editor.ts';
import { fill } from './words/index.ts';

const mostBytes = 2_000_000;

/** The files of the machine: a tree, and an editor for the one that is open. */
export function FilesPane({ session, words }: PaneProps) {
  const path = useSignal<string | undefined>(undefined);
  const status = useSignal('');
  const changed = useSignal(false);
  const holder = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor>(null);
  const stage = session.stage.value;
  const machine = stage.is === 'ready' ? stage.info.machine : '';

  const open = async (file: string) => {
    status.value = '';
    try {
      const bytes = await session.call('files.read', { path: file });
      if (bytes.length > mostBytes) {
        status.value = fill(words.fileTooLarge, { n: (bytes.length / 1e6).toFixed(1) });
        return;
      }
      const text = textOf(bytes);
      if (text === undefined) {
        status.value = words.fileBinary;
        return;
      }
      path.value = file;
      if (!editor.current) status.value = words.editorLoading;
      const { openEditor } = await import('./editor.ts');
      editor.current ??= openEditor(holder.current as HTMLElement, {
        onChange: () => {
          changed.value = editor.current?.isChanged() ?? false;
        },
        onSave: () => void save(),
      });
      editor.current.show(file, text);
      changed.value = false;
      status.value = '';
    } catch (error) {
      status.value = fill(words.filesFailed, { problem: (error as Error).message });
    }
  };
  const save = async () => {
    if (!path.value || !editor.current) return;
    try {
      const content = new TextEncoder().encode(editor.current.text());
      await session.call('files.write', { path: path.value, content });
      editor.current.markSaved();
      changed.value = false;
      status.value = fill(words.saved, { path: path.value });
    } catch (error) {
      status.value = fill(words.saveFailed, { problem: (error as Error).message });
    }
  };
  useEffect(() => () => editor.current?.close(), []);

  return (
    <div class="ws-files">
      <nav class="ws-tree" aria-label={fill(words.filesLabel, { machine })}>
        {stage.is === 'ready' && (
          <Directory
            path="/"
            shown={stage.info.home}
            session={session}
            words={words}
            open={open}
            current={path.value}
          />
        )}
      </nav>
      <section class="ws-editor" aria-label={path.value ?? words.files}>
        <div class="ws-tools">
          <span class="ws-machine">
            {path.value ?? words.filesPick}
            {changed.value && <em> {words.unsaved}</em>}
          </span>
          {path.value && (
            <button type="button" class="ws-tool" onClick={() => void save()}>
              {words.save}
            </button>
          )}
        </div>
        <p class="ws-status" role="status">
          {status.value || (path.value && words.editorHint)}
        </p>
        <div class="ws-monaco" ref={holder} hidden={!path.value} />
      </section>
    </div>
  );
}

interface DirectoryProps extends Pick<PaneProps, 'session' | 'words'> {
  path: string;
  /** A folder that is unfolded from the start, with those that lead to it. */
  shown: string;
  open: (path: string) => Promise<void>;
  current: string | undefined;
}

/** One folder's entries; a folder among them unfolds. Listed again when the machine may have changed them. */
function Directory({ path, shown, session, words, open, current }: DirectoryProps) {
  const entries = useSignal<FileEntry[] | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  const unfolded = useSignal<ReadonlySet<string>>(new Set(nextOnTheWay(path, shown)));
  const changes = session.changes.value;

  useEffect(() => {
    session.call('files.list', { path }).then(
      (list) => {
        entries.value = list.toSorted(
          (a, b) =>
            Number(b.type === 'directory') - Number(a.type === 'directory') || (a.name < b.name ? -1 : 1),
        );
        problem.value = undefined;
      },
      (error: Error) => {
        problem.value = fill(words.filesFailed, { problem: error.message });
      },
    );
  }, [path, changes]);

  if (problem.value) return <p class="ws-note">{problem.value}</p>;
  if (entries.value?.length === 0) return <p class="ws-note">{words.filesEmpty}</p>;
  return (
    <ul>
      {entries.value?.map(({ name, type }) => {
        const full = `${path === '/' ? '' : path}/${name}`;
        const isOpen = unfolded.value.has(name);
        const toggle = () => {
          const next = new Set(unfolded.value);
          if (!next.delete(name)) next.add(name);
          unfolded.value = next;
        };
        return (
          <li key={name}>
            {type === 'directory' ? (
              <button type="button" class="folder" aria-expanded={isOpen} onClick={toggle}>
                {name}
              </button>
            ) : (
              <button
                type="button"
                class={type}
                aria-current={current === full}
                onClick={() => void open(full)}
              >
                {name}
              </button>
            )}
            {isOpen && (
              <Directory
                path={full}
                shown={shown}
                session={session}
                words={words}
                open={open}
                current={current}
              />
            )}
          </li>
        );
      })}
    </ul>
  );
}

/** The name in `folder` that leads to `target`, if one does. */
function nextOnTheWay(folder: string, target: string): string[] {
  const base = folder === '/' ? '/' : `${folder}/`;
  return target.startsWith(base) ? target.slice(base.length).split('/', 1).filter(Boolean) : [];
}

/** The text of a file, or nothing where the bytes are none. */
function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.subarray(0, 8192).includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
