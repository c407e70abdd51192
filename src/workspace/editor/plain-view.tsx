import { useEffect, useRef } from 'preact/hooks';
import type { OpenFile } from '../files/open-files.ts';
import type { FocusRequest } from './view.tsx';

/** The open file in a text field: what every phone and screen reader knows. Tab leaves it. */
export function PlainView({ file, focus }: { file: OpenFile; focus: FocusRequest | undefined }) {
  const field = useRef<HTMLTextAreaElement>(null);
  const text = file.text.value;
  useEffect(() => {
    if (!focus || !field.current) return;
    field.current.focus();
    if (!focus.at) return;
    const [line, column] = focus.at;
    const before = field.current.value.split('\n').slice(0, line - 1);
    const start = before.reduce((sum, one) => sum + one.length + 1, 0) + column - 1;
    field.current.setSelectionRange(start, start);
  }, [focus]);
  return (
    <textarea
      ref={field}
      class="ws-plain-editor"
      aria-label={file.path.value}
      spellcheck={false}
      autocapitalize="off"
      autocomplete="off"
      wrap="off"
      value={text}
      onInput={({ currentTarget }) => {
        // The field knows one end of a line only.
        const lines = currentTarget.value;
        file.text.value = text.includes('\r\n') ? lines.replaceAll('\n', '\r\n') : lines;
      }}
    />
  );
}
