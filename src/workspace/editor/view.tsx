import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { OpenFile } from '../files/open-files.ts';
import type { Locale } from '../words/index.ts';
import type { Surface } from './monaco.ts';

interface Props {
  file: OpenFile;
  all: readonly OpenFile[];
  locale: Locale;
  /** Counts the times that the editor was asked to take the focus. */
  focus: number;
  loading: string;
  /** Its code could not be fetched. */
  onFailure: () => void;
}

/** The open file in Monaco, which is fetched when this is first shown. */
export function EditorView({ file, all, locale, focus, loading, onFailure }: Props) {
  const holder = useRef<HTMLDivElement>(null);
  const surface = useSignal<Surface | undefined>(undefined);

  useEffect(() => {
    let isOver = false;
    const bring = async () => {
      // Monaco takes its words when its first module runs.
      if (locale === 'zh-cn') await import('monaco-editor/nls/lang/zh-cn.js');
      const { openMonaco } = await import('./monaco.ts');
      if (!isOver) surface.value = openMonaco(holder.current as HTMLElement);
    };
    bring().catch(onFailure);
    return () => {
      isOver = true;
      surface.peek()?.close();
    };
  }, []);
  useEffect(() => surface.value?.show(file, all), [surface.value, file, all]);
  useEffect(() => {
    if (focus > 0) surface.value?.focus();
  }, [surface.value, focus]);

  return (
    <div class="ws-monaco" ref={holder}>
      {!surface.value && <p class="ws-note">{loading}</p>}
    </div>
  );
}
