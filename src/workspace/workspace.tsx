import { effect, type Signal, signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useRef } from 'preact/hooks';
import { useLater } from './later.ts';
import type { WorkspaceHandle, WorkspaceOptions } from './mount.tsx';
import type { Session } from './session.ts';
import { TerminalPane } from './terminal-pane.tsx';
import { fill, type Locale, type WorkspaceWords } from './words/index.ts';

const tabs = ['terminal', 'files', 'browser', 'tasks'] as const;
export type Tab = (typeof tabs)[number];

/** The workspace's own state, and what the page may ask of it. */
export interface Controls extends WorkspaceHandle {
  readonly tab: Signal<Tab>;
  readonly exercise: Signal<string | undefined>;
  /** Puts a text into the terminal's command line, without Enter. */
  put(text: string): void;
  /** Counts the times that the terminal was asked to take the focus. */
  readonly focusTerminal: Signal<number>;
}

export function createControls(session: Session, options: WorkspaceOptions): Controls {
  const tab = signal<Tab>('terminal');
  const exercise = signal<string | undefined>(options.exercises[0]);
  const focusTerminal = signal(0);

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
  const type = (text: string, enter: boolean) => {
    tab.value = 'terminal';
    whenReady(() => void session.type(`\x15${text.replaceAll('\n', '\r')}${enter ? '\r' : ''}`));
  };
  return {
    tab,
    exercise,
    focusTerminal,
    run: (command) => type(command, true),
    put: (text) => {
      type(text, false);
      focusTerminal.value++;
    },
    openExercise: (id) => {
      exercise.value = id;
      tab.value = 'tasks';
      requestAnimationFrame(() => document.getElementById('tab-tasks')?.focus());
    },
  };
}

interface Props {
  session: Session;
  controls: Controls;
  options: WorkspaceOptions;
  words: WorkspaceWords;
}

/** What every pane is given. */
export interface PaneProps {
  session: Session;
  controls: Controls;
  words: WorkspaceWords;
  locale: Locale;
}

export function Workspace({ session, controls, options, words }: Props) {
  const { tab } = controls;
  const seen = useRef(new Set<Tab>(['terminal'])).current;
  seen.add(tab.value);
  const shown = tabs.filter(
    (name) => name !== 'tasks' || options.exercises.length > 0 || controls.exercise.value,
  );
  const pane = { session, controls, words, locale: options.locale };

  const onKeyDown = (event: KeyboardEvent) => {
    const at = shown.indexOf(tab.value);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: shown.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    tab.value = shown[(to + shown.length) % shown.length] as Tab;
    document.getElementById(`tab-${tab.value}`)?.focus();
  };
  // F6, or Ctrl+Shift+M where the browser keeps F6: out of whatever keeps the keys, to the tabs.
  const onLeave = (event: KeyboardEvent) => {
    const leaves = event.key === 'F6' || (event.ctrlKey && event.shiftKey && event.code === 'KeyM');
    if (!leaves) return;
    event.preventDefault();
    event.stopPropagation();
    document.getElementById(`tab-${tab.value}`)?.focus();
  };

  return (
    <div class="ws" onKeyDownCapture={onLeave}>
      <div class="ws-bar">
        <div class="ws-tabs" role="tablist" aria-label={words.tabs} onKeyDown={onKeyDown}>
          {shown.map((name) => (
            <button
              key={name}
              type="button"
              role="tab"
              id={`tab-${name}`}
              aria-selected={tab.value === name}
              aria-controls={`pane-${name}`}
              tabIndex={tab.value === name ? 0 : -1}
              onClick={() => {
                tab.value = name;
                if (name === 'terminal') controls.focusTerminal.value++;
              }}
            >
              {words[name]}
            </button>
          ))}
        </div>
        <Restart session={session} words={words} />
      </div>
      <Problem session={session} words={words} />
      {shown.map((name) => (
        <div
          key={name}
          class="ws-pane"
          role="tabpanel"
          id={`pane-${name}`}
          aria-labelledby={`tab-${name}`}
          hidden={tab.value !== name}
        >
          {name === 'terminal' ? (
            <TerminalPane {...pane} typed={options.typed} />
          ) : (
            seen.has(name) && <LaterPane name={name} pane={pane} />
          )}
        </div>
      ))}
    </div>
  );
}

const laterPanes: Record<Exclude<Tab, 'terminal'>, () => Promise<ComponentType<PaneProps>>> = {
  files: () => import('./files-pane.tsx').then((module) => module.FilesPane),
  browser: () => import('./browser-pane.tsx').then((module) => module.BrowserPane),
  tasks: () => import('./tasks-pane.tsx').then((module) => module.TasksPane),
};

function LaterPane({ name, pane }: { name: Exclude<Tab, 'terminal'>; pane: PaneProps }) {
  const { component: Pane, problem } = useLater(true, laterPanes[name]);
  if (problem) return <p class="ws-note">{problem}</p>;
  return Pane ? <Pane {...pane} /> : null;
}

function Restart({ session, words }: Pick<Props, 'session' | 'words'>) {
  const dialog = useRef<HTMLDialogElement>(null);
  return (
    <>
      <button type="button" class="ws-tool" onClick={() => dialog.current?.showModal()}>
        {words.restart}
      </button>
      <dialog ref={dialog} class="ws-dialog" aria-label={words.restart}>
        <form method="dialog">
          <p>{words.restartAsk}</p>
          <div class="ws-row">
            <button type="submit" class="button" onClick={() => void session.restart()}>
              {words.restartYes}
            </button>
            <button type="submit" class="button primary">
              {words.restartNo}
            </button>
          </div>
        </form>
      </dialog>
    </>
  );
}

/** The simulator's own troubles, told apart from what the simulated machine prints. */
function Problem({ session, words }: Pick<Props, 'session' | 'words'>) {
  const stage = session.stage.value;
  if (stage.is === 'failed') {
    return (
      <div class="ws-problem" role="alert">
        <p>
          <strong>{words.startFailed}</strong> <code>{stage.problem}</code>
        </p>
        <button type="button" class="button" onClick={() => void session.open()}>
          {words.retry}
        </button>
      </div>
    );
  }
  if (!session.problem.value) return null;
  const notRestored = stage.is === 'ready' && stage.info.problem === session.problem.value;
  return (
    <div class="ws-problem" role="alert">
      <p>
        {notRestored ? (
          fill(words.notRestored, { problem: session.problem.value })
        ) : (
          <>
            <strong>{words.problem}</strong> <code>{session.problem.value}</code>
          </>
        )}
      </p>
      <button
        type="button"
        class="button"
        onClick={() => {
          session.problem.value = undefined;
        }}
      >
        {words.dismiss}
      </button>
    </div>
  );
}
