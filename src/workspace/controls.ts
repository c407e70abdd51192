import { effect, type Signal, signal } from '@preact/signals';
import { keystrokes } from '../lab/keystrokes.ts';
import type { Session } from './session.ts';
import type { Locale, WorkspaceWords } from './words/index.ts';
import type { XrayView } from './xray/views.ts';

export const tabs = ['terminal', 'files', 'browser', 'tasks'] as const;
export type Tab = (typeof tabs)[number];

/** A file that a program of the machine wants edited. */
export interface EditRequest {
  path: string;
  /** From 1; 0 where none is asked for. */
  line: number;
  isRoot: boolean;
}

/** The state of the workspace on one machine, and what the page and its panes may ask of it. */
export interface Controls {
  readonly tab: Signal<Tab>;
  /** The view that the X-ray shows, where it is open. */
  readonly xray: Signal<XrayView | undefined>;
  /** The layer of an image that the X-ray is to show next. */
  readonly layer: Signal<{ image: string; digest: string } | undefined>;
  /** The exercise whose tasks are shown, if there is one. */
  readonly exercise: string | undefined;
  /** The exercise whose own machine this is; on the lesson's machine there is none. */
  readonly onMachine: string | undefined;
  /** Counts the times that the terminal was asked to take the focus. */
  readonly focusTerminal: Signal<number>;
  /** Files that are to be opened in the editor and are not yet. */
  readonly toEdit: Signal<readonly EditRequest[]>;
  /** Types a command and presses Enter; keys in caret notation are pressed as they are. */
  run(command: string): void;
  /** Puts a text into the terminal's command line, without Enter. */
  put(text: string): void;
  /** Back to the terminal, with the focus. */
  toTerminal(): void;
  showTasks(): void;
  showXray(view: XrayView): void;
  /** Goes to an exercise's machine, or back to the lesson's. */
  go(exercise: string | undefined): void;
}

export function createControls(
  session: Session,
  { exercise, onMachine }: Pick<Controls, 'exercise' | 'onMachine'>,
  go: (exercise: string | undefined) => Controls,
): Controls {
  const tab = signal<Tab>(onMachine === undefined ? 'terminal' : 'tasks');
  const xray = signal<XrayView | undefined>(undefined);
  const focusTerminal = signal(0);
  const toEdit = signal<readonly EditRequest[]>([]);

  const whenReady = (act: () => void) => {
    const stop = effect(() => {
      if (session.stage.value.is !== 'ready') return;
      queueMicrotask(() => {
        stop();
        act();
      });
    });
  };
  // Ctrl-U first: what stands on the line already must not run into the command.
  const type = (keys: string) => {
    tab.value = 'terminal';
    whenReady(() => void session.type(`\x15${keys.replaceAll('\n', '\r')}`));
  };
  const toTerminal = () => {
    tab.value = 'terminal';
    focusTerminal.value++;
  };
  return {
    tab,
    xray,
    layer: signal(undefined),
    exercise,
    onMachine,
    focusTerminal,
    toEdit,
    run: (command) => type(keystrokes(command)),
    put: (text) => {
      type(text);
      toTerminal();
    },
    toTerminal,
    showTasks: () => {
      tab.value = 'tasks';
      requestAnimationFrame(() => document.getElementById('tab-tasks')?.focus());
    },
    showXray: (view) => {
      xray.value = view;
      requestAnimationFrame(() => document.getElementById('xray')?.focus());
    },
    go: (to) => {
      const there = go(to);
      if (to !== undefined) there.showTasks();
    },
  };
}

/** What every pane of the workspace is given. */
export interface PaneProps {
  session: Session;
  controls: Controls;
  words: WorkspaceWords;
  locale: Locale;
}
