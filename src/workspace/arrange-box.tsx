import './arrange-box.css';
import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { ArrangementText } from '../lab/arrangement.ts';
import type { PaneProps } from './controls.ts';
import { fill } from './words/index.ts';

interface ArrangeProps extends ArrangementText, Pick<PaneProps, 'session' | 'words'> {
  /** Puts a command into the terminal. */
  onTry: (command: string) => void;
}

/** The lines of a file, to be chosen and put in order with buttons; the file is written to the machine and tried there. */
export function ArrangeBox({ file, lines, tryIt, session, words, onTry }: ArrangeProps) {
  const chosen = useSignal<readonly string[]>([]);
  const status = useSignal<{ text: string; written: boolean } | undefined>(undefined);
  const list = useRef<HTMLDivElement>(null);
  // A line that moves keeps the focus on the button that moved it, or on one that can go on.
  const pressed = useRef<[line: string, button: string] | undefined>(undefined);
  useLayoutEffect(() => {
    if (!pressed.current) return;
    const [line, button] = pressed.current;
    pressed.current = undefined;
    const row = [...(list.current?.querySelectorAll<HTMLElement>('li') ?? [])].find(
      (one) => one.dataset['line'] === line,
    );
    const same = row?.querySelector<HTMLButtonElement>(`[data-act="${button}"]:not(:disabled)`);
    (same ?? row?.querySelector<HTMLButtonElement>('button:not(:disabled)'))?.focus();
  });

  const set = (order: readonly string[], line: string, button: string) => {
    chosen.value = order;
    status.value = undefined;
    pressed.current = [line, button];
  };
  const move = (at: number, by: -1 | 1) => {
    const order = [...chosen.value];
    const [line] = order.splice(at, 1) as [string];
    order.splice(at + by, 0, line);
    set(order, line, by < 0 ? 'up' : 'down');
  };
  const write = async () => {
    const content = new TextEncoder().encode(chosen.value.map((line) => `${line}\n`).join(''));
    try {
      await session.call('files.write', { path: file, content });
      status.value = { text: words.arrangeWritten, written: true };
    } catch (error) {
      status.value = {
        text: fill(words.arrangeFailed, { problem: (error as Error).message }),
        written: false,
      };
    }
  };
  const name = file.slice(file.lastIndexOf('/') + 1);
  const left = lines.filter((line) => !chosen.value.includes(line));

  return (
    <div class="ws-arrange" ref={list}>
      <h4>{fill(words.arrangeIn, { file: name })}</h4>
      {chosen.value.length === 0 && <p class="ws-arrange-none">{words.arrangeNone}</p>}
      <ol>
        {chosen.value.map((line, at) => (
          <li key={line} data-line={line}>
            <code>{line}</code>
            <Act
              act="up"
              line={line}
              label={words.arrangeUp}
              sign="↑"
              off={at === 0}
              on={() => move(at, -1)}
            />
            <Act
              act="down"
              line={line}
              label={words.arrangeDown}
              sign="↓"
              off={at === chosen.value.length - 1}
              on={() => move(at, 1)}
            />
            <Act
              act="remove"
              line={line}
              label={words.arrangeRemove}
              sign="−"
              on={() => set(chosen.value.toSpliced(at, 1), line, 'add')}
            />
          </li>
        ))}
      </ol>
      <h4>{words.arrangeOut}</h4>
      <ul>
        {left.map((line) => (
          <li key={line} data-line={line}>
            <code>{line}</code>
            <Act
              act="add"
              line={line}
              label={words.arrangeAdd}
              sign="+"
              on={() => set([...chosen.value, line], line, 'remove')}
            />
          </li>
        ))}
      </ul>
      <button type="button" class="button" onClick={() => void write()}>
        {words.arrangeWrite}
      </button>
      <p role="status">{status.value?.text}</p>
      {status.value?.written && (
        <p class="ws-look">
          <code>{tryIt}</code>
          <button type="button" class="ws-tool" onClick={() => onTry(tryIt)}>
            {words.lookRun}
          </button>
        </p>
      )}
    </div>
  );
}

interface ActProps {
  act: string;
  line: string;
  label: string;
  sign: string;
  off?: boolean;
  on: () => void;
}

function Act({ act, line, label, sign, off = false, on }: ActProps) {
  return (
    <button
      type="button"
      class="ws-tool"
      data-act={act}
      disabled={off}
      aria-label={`${label}: ${line}`}
      title={label}
      onClick={on}
    >
      {sign}
    </button>
  );
}
