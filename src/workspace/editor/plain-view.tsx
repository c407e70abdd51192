import { useEffect, useRef } from 'preact/hooks';
import type { OpenFile } from '../files/open-files.ts';

/** The open file in a text field: what every phone and screen reader knows. Tab leaves it. */
export function PlainView({ file, focus }: { file: OpenFile; focus: number }) {
  const field = useRef<HTMLTextAreaElement>(null);
  const text = file.text.value;
  useEffect(() => {
    if (focus > 0) field.current?.focus();
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
