import type { Signal } from '@preact/signals';
import type { WorkspaceWords } from './words/index.ts';

const keys: readonly (readonly [label: string, name: string, data: string])[] = [
  ['Esc', 'Escape', '\x1b'],
  ['Tab', 'Tab', '\t'],
  ['Ctrl', 'Control', ''],
  ['↑', 'Up', '\x1b[A'],
  ['↓', 'Down', '\x1b[B'],
  ['←', 'Left', '\x1b[D'],
  ['→', 'Right', '\x1b[C'],
  ['⏎', 'Enter', '\r'],
];

interface Props {
  words: WorkspaceWords;
  /** Whether the next key is taken with Ctrl. */
  ctrl: Signal<boolean>;
  send: (data: string) => void;
  focus: () => void;
}

/** The keys that an on-screen keyboard lacks. Shown where the pointer is a finger. */
export function TouchKeys({ words, ctrl, send, focus }: Props) {
  return (
    <fieldset class="ws-touch" aria-label={words.touchKeys}>
      {keys.map(([label, name, data]) => (
        <button
          key={name}
          type="button"
          aria-label={name}
          aria-pressed={data === '' ? ctrl.value : undefined}
          // Keeps the on-screen keyboard up: the terminal does not lose the focus.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => {
            if (data === '') ctrl.value = !ctrl.value;
            else send(data);
            focus();
          }}
        >
          {label}
        </button>
      ))}
    </fieldset>
  );
}
