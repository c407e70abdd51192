import { signal, useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { PaneProps } from '../controls.ts';
import type { FocusRequest } from '../editor/view.tsx';
import { fill } from '../words/index.ts';
import { useAsk } from './ask.tsx';
import { type Drafts, draftsOf } from './drafts.ts';
import { droppedItems } from './dropped.ts';
import { EditorPart } from './editor-part.tsx';
import { createOpenFiles, NotEditable, type OpenFile, type Opening } from './open-files.ts';
import { reveal, Tree, type TreeState } from './tree.tsx';
import { type Row, rowKey } from './tree-rows.ts';
import { type Naming, removeRow, TreeTools } from './tree-tools.tsx';
import { upload } from './upload.ts';
import { filesWords } from './words.ts';
import './files.css';

/** The files of the machine: a tree, and tabs of those that are open. */
export function FilesPane(props: PaneProps) {
  const { session } = props;
  const stage = session.stage.value;
  const wasReady = useSignal(false);
  useEffect(() => {
    // A machine that is started afresh has nothing that was written for the old one.
    if (stage.is === 'starting' && wasReady.value) drafts(session.lab).clear();
    if (stage.is === 'ready') wasReady.value = true;
  }, [stage.is]);
  return stage.is === 'ready' ? <Files {...props} home={stage.info.home} /> : null;
}

const drafts = (lab: string) => draftsOf(lab, localStorage);

/** Keeps what was written when the page is left, or this part of it. */
function useFlush(kept: Drafts): void {
  useEffect(() => {
    addEventListener('pagehide', kept.flush);
    return () => {
      removeEventListener('pagehide', kept.flush);
      kept.flush();
    };
  }, []);
}

function Files({ session, controls, locale, home }: PaneProps & { home: string }) {
  const words = filesWords(locale);
  const kept = useMemo(() => drafts(session.lab), []);
  const files = useMemo(() => createOpenFiles(session, kept), []);
  useFlush(kept);
  const tree = useMemo(() => treeOf(home), []);
  const chosen = useSignal<Row | undefined>(undefined);
  const naming = useSignal<Naming | undefined>(undefined);
  const status = useSignal('');
  const focus = useSignal<FocusRequest | undefined>(undefined);
  const [dialog, ask] = useAsk();
  // Nobody looks at files that are not shown.
  const changes = controls.tab.value === 'files' ? session.changes.value : undefined;

  const say = (text: string) => {
    status.value = text;
  };
  const open = async (path: string, options: Opening = {}, line = 0) => {
    say('');
    try {
      await files.open(path, options);
      if (options.isFromTerminal) reveal(tree, path);
      focus.value = line > 0 ? { at: [line, 1] } : {};
    } catch (error) {
      if (!(error instanceof NotEditable))
        return say(fill(words.failed, { problem: (error as Error).message }));
      if (error.why !== 'folder') return say(error.why === 'large' ? words.tooLarge : words.binary);
      reveal(tree, path, { open: true });
      requestAnimationFrame(() => document.querySelector<HTMLElement>('.ws-tree [tabindex="0"]')?.focus());
    }
  };
  const close = async (file: OpenFile) => {
    if (file.isDirty.peek()) {
      const text = fill(words.closeAsk, { path: file.path.peek() });
      const answers = { save: words.closeSave, drop: words.closeDrop, not: words.closeNot };
      const answer = await ask({ text, answers });
      if (answer === 'not' || (answer === 'save' && !(await save(file)))) return;
    }
    files.close(file);
    if (file.isFromTerminal) controls.toTerminal();
  };
  const save = async (file: OpenFile, options?: { anyway?: boolean }) => {
    const path = file.path.peek();
    try {
      const isSaved = await files.save(file, options);
      say(isSaved ? fill(words.saved, { path }) : '');
      return isSaved;
    } catch (error) {
      say(fill(words.notSaved, { problem: (error as Error).message }));
      return false;
    }
  };
  const show = (path: string, isFolder = false) => reveal(tree, path, { open: isFolder });

  useEffect(() => {
    if (changes !== undefined) void files.refresh();
  }, [changes]);
  const asked = controls.toEdit.value;
  useEffect(() => {
    if (asked.length === 0) return;
    controls.toEdit.value = [];
    void (async () => {
      for (const { path, line, isRoot } of asked)
        await open(path, { isFromTerminal: true, isRoot, orNew: true }, line);
    })();
  }, [asked]);

  const dropping = useSignal<string | undefined>(undefined);
  const drop = async (event: DragEvent) => {
    const folder = dropping.value;
    dropping.value = undefined;
    if (!hasFiles(event)) return;
    // Else the browser would leave the page for the file.
    event.preventDefault();
    if (folder === undefined || event.dataTransfer === null) return;
    try {
      const given = await droppedItems(event.dataTransfer);
      say(await upload({ session, words, ask, show }, folder, given));
    } catch (error) {
      say(fill(words.failed, { problem: (error as Error).message }));
    }
  };

  const tools = { session, words, files, ask, say, show };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what is dropped can be uploaded with a button too.
    <div
      class="ws-files"
      onDragOver={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        const at = event.target instanceof Element ? event.target : undefined;
        const row = at?.closest<HTMLElement>('[data-folder]');
        dropping.value = row?.dataset['folder'] ?? (at?.closest('.ws-tree-part') ? home : undefined);
        if (event.dataTransfer)
          event.dataTransfer.dropEffect = dropping.value === undefined ? 'none' : 'copy';
      }}
      onDragLeave={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget as Node | null)) dropping.value = undefined;
      }}
      onDrop={(event) => void drop(event)}
    >
      <div class="ws-tree-part">
        <TreeTools {...tools} chosen={chosen} naming={naming} onOpen={(path) => void open(path)} />
        <Tree
          session={session}
          words={words}
          changes={changes}
          state={tree}
          shown={files.current.value?.path.value}
          chosen={chosen}
          dropping={dropping.value}
          onOpen={(path) => void open(path)}
          onRename={() => {
            const row = chosen.value;
            if (row && row.level > 1) naming.value = { what: 'name', path: row.path };
          }}
          onRemove={() => chosen.value && void removeRow(chosen.value, tools)}
        />
      </div>
      <EditorPart
        session={session}
        files={files}
        words={words}
        locale={locale}
        status={status}
        focus={focus}
        onClose={(file) => void close(file)}
        onSave={(file, options) => void save(file, options)}
        onTerminal={controls.toTerminal}
      />
      {dialog}
    </div>
  );
}

/** Whether what is being dragged comes from the reader's disk. */
const hasFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes('Files') ?? false;

/** The learner's own files, and all of the machine's. */
function treeOf(home: string): TreeState {
  return {
    roots: [home, '/'],
    unfolded: signal<ReadonlySet<string>>(new Set([rowKey(home, home)])),
    active: signal(rowKey(home, home)),
  };
}
