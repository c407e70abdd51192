import { useRef } from 'preact/hooks';
import type { Session } from './session.ts';
import { TranscriptLog } from './transcript-log.tsx';
import type { WorkspaceWords } from './words/index.ts';

interface Props {
  session: Session;
  words: WorkspaceWords;
  pasteText: (text: string) => void;
}

/** The terminal without its screen: a field to write commands in, plain text to read. Input methods work as anywhere. */
export function PlainTerminal({ session, words, pasteText }: Props) {
  const field = useRef<HTMLInputElement>(null);
  const past = useRef<{ lines: string[]; at: number }>({ lines: [], at: 0 }).current;

  const onSubmit = (event: Event) => {
    event.preventDefault();
    const input = field.current as HTMLInputElement;
    if (input.value.length > 4096) pasteText(`${input.value}\n`);
    else void session.type(`${input.value}\r`);
    if (input.value) past.lines.push(input.value);
    past.at = past.lines.length;
    input.value = '';
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    const input = field.current as HTMLInputElement;
    const back = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (back !== undefined) {
      event.preventDefault();
      past.at = Math.max(0, Math.min(past.lines.length, past.at + back));
      input.value = past.lines[past.at] ?? '';
    } else if (event.ctrlKey && event.key === 'c' && input.selectionStart === input.selectionEnd) {
      event.preventDefault();
      void session.type('\x03');
    } else if (event.ctrlKey && event.key === 'd') {
      event.preventDefault();
      void session.type('\x04');
    }
  };
  return (
    <div class="ws-plain">
      <TranscriptLog session={session} words={words} scrolls />
      <form class="ws-row" onSubmit={onSubmit}>
        <label for="plain-command">{words.command}</label>
        <input
          id="plain-command"
          ref={field}
          type="text"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          onKeyDown={onKeyDown}
        />
        <button type="submit" class="button primary">
          {words.send}
        </button>
        <button type="button" class="button" onClick={() => void session.type('\x03')}>
          {words.interrupt}
        </button>
        <button type="button" class="button" onClick={() => void session.type('\x04')}>
          {words.endInput}
        </button>
      </form>
    </div>
  );
}
