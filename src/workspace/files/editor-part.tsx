import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { PlainView } from '../editor/plain-view.tsx';
import { ProblemList } from '../editor/problem-list.tsx';
import { watchProblems } from '../editor/problems.ts';
import { EditorView, type FocusRequest, loadMonaco } from '../editor/view.tsx';
import { whenIdle } from '../idle.ts';
import type { Session } from '../session.ts';
import type { Locale } from '../words/index.ts';
import { type OpenFile, type OpenFiles, standing } from './open-files.ts';
import { FileTabs, tabId } from './tabs.tsx';
import type { FilesWords } from './words.ts';

interface Props {
  session: Session;
  files: OpenFiles;
  words: FilesWords;
  locale: Locale;
  status: Signal<string>;
  focus: Signal<FocusRequest | undefined>;
  onClose: (file: OpenFile) => void;
  onSave: (file: OpenFile, options?: { anyway: boolean }) => void;
  onTerminal: () => void;
}

/** The open files: their tabs, what can be done with the one that is shown, and its text. */
export function EditorPart(props: Props) {
  const { session, files, words, locale, status, focus, onClose, onSave, onTerminal } = props;
  const plain = useSignal(isPlainWanted());
  const file = files.current.value;
  const all = files.list.value;
  useEffect(() => file && watchProblems(file, session, words), [file]);
  // While the reader looks at the tree.
  useEffect(() => (plain.peek() ? undefined : whenIdle(() => void loadMonaco(locale).catch(() => {}))), []);
  const onShow = (one: OpenFile) => {
    files.current.value = one;
    status.value = '';
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (file === undefined || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 's') return;
    event.preventDefault();
    onSave(file);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Ctrl+S stands for the button.
    <div class="ws-editor" onKeyDown={onKeyDown}>
      <FileTabs files={files} words={words} onShow={onShow} onClose={onClose} />
      <div class="ws-tools">
        <span class="ws-machine">{file ? file.path.value : words.pick}</span>
        {file && (
          <>
            {file.isFromTerminal && (
              <button type="button" class="ws-tool" onClick={onTerminal}>
                {words.toTerminal}
              </button>
            )}
            <button
              type="button"
              class="ws-tool"
              aria-pressed={plain.value}
              title={words.plainTitle}
              onClick={() => {
                plain.value = !plain.value;
                keepPlain(plain.value);
              }}
            >
              {words.plain}
            </button>
            <button type="button" class="ws-tool" onClick={() => onSave(file)}>
              {words.save}
            </button>
            <button type="button" class="ws-tool" onClick={() => onClose(file)}>
              {words.close}
            </button>
          </>
        )}
      </div>
      <p class="ws-status" role="status">
        {file && (file.isDirty.value || file.base.value === null) && (
          <em>{file.base.value === null ? words.newHere : words.unsaved} · </em>
        )}
        {status.value || (file && (plain.value ? words.plainHint : words.hint))}
      </p>
      {file && (
        <div class="ws-file" role="tabpanel" id="file-panel" aria-labelledby={tabId(all, file)}>
          <Meanwhile file={file} files={files} words={words} onSave={onSave} />
          {plain.value ? (
            <PlainView key={all.indexOf(file)} file={file} focus={focus.value} />
          ) : (
            <EditorView
              file={file}
              all={all}
              locale={locale}
              focus={focus.value}
              words={words}
              onFailure={() => {
                plain.value = true;
                status.value = words.editorFailed;
              }}
            />
          )}
          <ProblemList
            file={file}
            words={words}
            onGo={(...at) => {
              focus.value = { at };
            }}
          />
        </div>
      )}
    </div>
  );
}

/** What became of the file on the machine since it was opened, and what to do about it. */
function Meanwhile({
  file,
  files,
  words,
  onSave,
}: Pick<Props, 'files' | 'words' | 'onSave'> & { file: OpenFile }) {
  const now = standing(file);
  if (now === 'same') return null;
  return (
    <div class="ws-meanwhile" role="alert">
      <span>{now === 'gone' ? words.gone : words.theirs}</span>
      {now === 'changed' && (
        <>
          <button type="button" class="ws-tool" onClick={() => files.takeTheirs(file)}>
            {words.takeTheirs}
          </button>
          <button type="button" class="ws-tool" onClick={() => onSave(file, { anyway: true })}>
            {words.keepMine}
          </button>
        </>
      )}
    </div>
  );
}

/** As the reader has chosen; else where the terminal is plain too, and on a phone. */
function isPlainWanted(): boolean {
  try {
    const chosen = localStorage.getItem('drydock.plain-editor') ?? localStorage.getItem('drydock.text-mode');
    if (chosen !== null) return chosen === 'yes';
  } catch {
    // Nothing is kept here.
  }
  return matchMedia('(pointer: coarse) and (max-width: 48rem)').matches;
}

function keepPlain(on: boolean): void {
  try {
    localStorage.setItem('drydock.plain-editor', on ? 'yes' : 'no');
  } catch {
    // It is then asked for again next time.
  }
}
