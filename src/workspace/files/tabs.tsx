import { fill } from '../words/index.ts';
import type { OpenFile, OpenFiles } from './open-files.ts';
import type { FilesWords } from './words.ts';

interface Props {
  files: OpenFiles;
  words: FilesWords;
  onShow: (file: OpenFile) => void;
  onClose: (file: OpenFile) => void;
}

/** The open files as tabs: one stop for Tab, arrows within, Delete closes. */
export function FileTabs({ files, words, onShow, onClose }: Props) {
  const list = files.list.value;
  const current = files.current.value;
  const reachable = current ?? list[0];
  if (list.length === 0) return null;

  const onKeyDown = (event: KeyboardEvent) => {
    const at = current === undefined ? 0 : list.indexOf(current);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: list.length - 1 }[event.key];
    const file = to === undefined ? undefined : list[(to + list.length) % list.length];
    if (file !== undefined) {
      onShow(file);
      document.getElementById(tabId(list, file))?.focus();
    } else if (event.key === 'Delete' && current !== undefined) onClose(current);
    else return;
    event.preventDefault();
  };
  return (
    <div class="ws-file-tabs" role="tablist" aria-label={words.openFiles} onKeyDown={onKeyDown}>
      {list.map((file) => {
        const path = file.path.value;
        const name = path.slice(path.lastIndexOf('/') + 1);
        const mark =
          file.base.value === null ? words.newHere : file.isDirty.value ? words.unsaved : undefined;
        return (
          <button
            key={path}
            type="button"
            role="tab"
            id={tabId(list, file)}
            title={path}
            {...(mark ? { 'aria-label': `${name}, ${mark}` } : {})}
            aria-selected={file === current}
            aria-controls="file-panel"
            tabIndex={file === reachable ? 0 : -1}
            onClick={() => onShow(file)}
            onAuxClick={(event) => event.button === 1 && onClose(file)}
          >
            {name}
            {mark && <span class="ws-dot" />}
            {/* For the mouse alone: keys have Delete, and the button beside the tabs. */}
            <span
              class="ws-x"
              aria-hidden="true"
              title={fill(words.closeTab, { name })}
              onClick={(event) => {
                event.stopPropagation();
                onClose(file);
              }}
            />
          </button>
        );
      })}
    </div>
  );
}

export const tabId = (list: readonly OpenFile[], file: OpenFile): string => `file-tab-${list.indexOf(file)}`;
