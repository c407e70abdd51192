import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Session } from '../session.ts';
import { fill } from '../words/index.ts';
import type { Ask } from './ask.tsx';
import { giveFile } from './download.ts';
import type { OpenFiles } from './open-files.ts';
import { folderOf, joined, type Row } from './tree-rows.ts';
import { upload } from './upload.ts';
import type { FilesWords } from './words.ts';

/** What is being named: a new file or folder in a folder, or a new name for what is there. */
export type Naming = { what: 'file' | 'folder'; folder: string } | { what: 'name'; path: string };

interface Props {
  session: Session;
  words: FilesWords;
  files: OpenFiles;
  chosen: Signal<Row | undefined>;
  naming: Signal<Naming | undefined>;
  ask: Ask;
  /** Tells the reader how it went. */
  say: (text: string) => void;
  /** Shows a path in the tree; of a folder what is in it too. */
  show: (path: string, isFolder?: boolean) => void;
  onOpen: (path: string) => void;
}

/** What can be done with the files of the tree, on the row that is chosen. */
export function TreeTools({ session, words, files, chosen, naming, ask, say, show, onOpen }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const row = chosen.value;
  const folder = row === undefined ? '/' : row.unfolds ? row.path : folderOf(row.path);
  const isRoot = row === undefined || row.level === 1;

  const tried = async (act: () => Promise<string | undefined>) => {
    try {
      say((await act()) ?? '');
    } catch (error) {
      say(fill(words.failed, { problem: (error as Error).message }));
    }
  };
  const name = (given: string) =>
    tried(async () => {
      const now = naming.value;
      if (now === undefined) return '';
      const base = now.what === 'name' ? folderOf(now.path) : now.folder;
      const path = given.startsWith('/') ? given : joined(base, given);
      if (now.what === 'name') {
        if (path !== now.path) await session.call('files.rename', { path: now.path, to: path });
        files.moved(now.path, path);
      } else if (now.what === 'folder') await session.call('files.mkdir', { path });
      else if (!(await session.call('files.write', { path, content: new Uint8Array(), over: null })))
        return fill(words.isThere, { path });
      naming.value = undefined;
      show(path, now.what === 'folder');
      if (now.what === 'file') onOpen(path);
      return fill(now.what === 'name' ? words.renamed : words.made, { path });
    });
  const download = () =>
    tried(async () => {
      if (row === undefined) return '';
      const last = row.path.slice(row.path.lastIndexOf('/') + 1) || 'machine';
      const given = row.unfolds ? `${last}.zip` : last;
      const method = row.unfolds ? 'files.zip' : 'files.read';
      giveFile(given, await session.call(method, { path: row.path }));
      return fill(words.downloaded, { name: given });
    });

  const begin = (what: Naming | undefined) => {
    naming.value = what;
  };

  return (
    <>
      <div class="ws-tree-tools" role="toolbar" aria-label={words.tools}>
        <Tool onClick={() => begin({ what: 'file', folder })}>{words.newFile}</Tool>
        <Tool onClick={() => begin({ what: 'folder', folder })}>{words.newFolder}</Tool>
        <Tool onClick={() => input.current?.click()}>{words.upload}</Tool>
        <Tool disabled={row === undefined} onClick={() => void download()}>
          {words.download}
        </Tool>
        <Tool disabled={isRoot} onClick={() => row && begin({ what: 'name', path: row.path })}>
          {words.rename}
        </Tool>
        <Tool
          disabled={isRoot}
          onClick={() => row && void removeRow(row, { session, words, files, ask, say, show })}
        >
          {words.remove}
        </Tool>
        <input
          ref={input}
          type="file"
          multiple
          class="visually-hidden"
          tabIndex={-1}
          aria-label={words.upload}
          onChange={({ currentTarget }) => {
            const given = [...(currentTarget.files ?? [])];
            currentTarget.value = '';
            void tried(() =>
              upload(
                { session, words, ask, show },
                folder,
                given.map((file) => ({ path: file.name, file })),
              ),
            );
          }}
        />
      </div>
      {naming.value && (
        <NameForm
          key={JSON.stringify(naming.value)}
          naming={naming.value}
          words={words}
          onName={name}
          onCancel={() => begin(undefined)}
        />
      )}
    </>
  );
}

/** Asks, and removes what a row shows. */
export async function removeRow(
  { path, type, level }: Row,
  {
    session,
    words,
    files,
    ask,
    say,
    show,
  }: Pick<Props, 'session' | 'words' | 'files' | 'ask' | 'say' | 'show'>,
): Promise<void> {
  if (level === 1) return;
  const text = fill(type === 'directory' ? words.removeFolderAsk : words.removeAsk, { path });
  if ((await ask({ text, answers: { yes: words.removeYes, no: words.removeNo } })) === 'no') return;
  try {
    await session.call('files.remove', { path });
    show(folderOf(path));
    say(fill(words.removed, { path }));
  } catch (error) {
    say(fill(words.failed, { problem: (error as Error).message }));
  }
  await files.refresh();
  files.removed(path);
}

function Tool(props: { disabled?: boolean; onClick: () => void; children: string }) {
  return <button type="button" class="ws-tool" {...props} />;
}

interface NameFormProps {
  naming: Naming;
  words: FilesWords;
  onName: (name: string) => void;
  onCancel: () => void;
}

function NameForm({ naming, words, onName, onCancel }: NameFormProps) {
  const field = useRef<HTMLInputElement>(null);
  const old = naming.what === 'name' ? naming.path.slice(naming.path.lastIndexOf('/') + 1) : '';
  const value = useSignal(old);
  useEffect(() => {
    field.current?.focus();
    // The part before the extension is what one mostly changes.
    field.current?.setSelectionRange(0, old.lastIndexOf('.') > 0 ? old.lastIndexOf('.') : old.length);
  }, []);
  const label =
    naming.what === 'name'
      ? fill(words.newName, { name: old })
      : fill(naming.what === 'file' ? words.nameOfFile : words.nameOfFolder, { folder: naming.folder });
  return (
    <form
      class="ws-naming"
      onSubmit={(event) => {
        event.preventDefault();
        if (value.value.trim()) onName(value.value.trim());
      }}
      onKeyDown={(event) => event.key === 'Escape' && onCancel()}
    >
      <label for="file-name">{label}</label>
      <input
        id="file-name"
        ref={field}
        type="text"
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        value={value.value}
        onInput={({ currentTarget }) => {
          value.value = currentTarget.value;
        }}
      />
      <div class="ws-row">
        <button type="submit" class="button primary">
          {naming.what === 'name' ? words.rename : words.create}
        </button>
        <button type="button" class="button" onClick={onCancel}>
          {words.cancel}
        </button>
      </div>
    </form>
  );
}
