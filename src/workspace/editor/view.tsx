import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { OpenFile } from '../files/open-files.ts';
import type { FilesWords } from '../files/words.ts';
import type { Locale } from '../words/index.ts';
import type { Surface } from './monaco.ts';

/** Asks the editor to take the focus, at a place where one is given. A new object each time. */
export interface FocusRequest {
  at?: [line: number, column: number];
}

interface Props {
  file: OpenFile;
  all: readonly OpenFile[];
  locale: Locale;
  words: FilesWords;
  /** Where the editor shall put the cursor, or only take the focus. */
  focus: FocusRequest | undefined;
  /** Its code could not be fetched. */
  onFailure: () => void;
}

/** Fetches the editor, once. */
export async function loadMonaco(locale: Locale): Promise<typeof import('./monaco.ts')> {
  // Monaco takes its words when its first module runs.
  if (locale === 'zh-cn') await import('monaco-editor/nls/lang/zh-cn.js');
  return import('./monaco.ts');
}

/** The open file in Monaco, which is fetched when this is first shown, if it is not there yet. */
export function EditorView({ file, all, locale, words, focus, onFailure }: Props) {
  const holder = useRef<HTMLDivElement>(null);
  /** What had the focus when the editor was first asked for. */
  const before = useRef<Element | null | undefined>(undefined);
  const surface = useSignal<Surface | undefined>(undefined);

  useEffect(() => {
    let isOver = false;
    const bring = async () => {
      const { openMonaco } = await loadMonaco(locale);
      if (!isOver) surface.value = openMonaco(holder.current as HTMLElement, words, locale);
    };
    bring().catch(onFailure);
    return () => {
      isOver = true;
      surface.peek()?.close();
    };
  }, []);
  useEffect(() => surface.value?.show(file, all), [surface.value, file, all]);
  useEffect(() => {
    const { activeElement } = document;
    if (!surface.value) {
      before.current = activeElement;
      return;
    }
    // Who has gone elsewhere while the editor was on its way stays there.
    const isElsewhere = before.current !== undefined && before.current !== activeElement;
    before.current = undefined;
    if (isElsewhere && activeElement !== document.body) return;
    if (focus?.at) surface.value.goTo(...focus.at);
    else if (focus) surface.value.focus();
  }, [surface.value, focus]);

  return (
    <div class="ws-monaco" ref={holder}>
      {!surface.value && <p class="ws-note">{words.loading}</p>}
    </div>
  );
}
