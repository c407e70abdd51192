import type { ComponentType } from 'preact';
import { useRef } from 'preact/hooks';
import { type PaneProps, type Tab, tabs } from './controls.ts';
import { useLater } from './later.ts';
import { TerminalPane } from './terminal-pane.tsx';
import { fill } from './words/index.ts';
import type { XrayView } from './xray/views.ts';

type Props = PaneProps & { typed: string | undefined };

export function Workspace({ session, controls, typed, words, locale }: Props) {
  const { tab, xray } = controls;
  const seen = useRef(new Set<Tab>(['terminal'])).current;
  seen.add(tab.value);
  const shown = tabs.filter((name) => name !== 'tasks' || controls.exercise !== undefined);
  const pane = { session, controls, words, locale };

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
        <div class="ws-row">
          <button
            type="button"
            class="ws-tool"
            aria-expanded={xray.value !== undefined}
            aria-controls="xray"
            onClick={() => {
              if (xray.value === undefined) controls.showXray('processes');
              else xray.value = undefined;
            }}
          >
            {words.xray}
          </button>
          <Restart session={session} words={words} />
        </div>
      </div>
      <Problem session={session} words={words} />
      {controls.onMachine !== undefined && (
        <div class="ws-place">
          <span>{words.exerciseMachine}</span>
          <button type="button" class="ws-tool" onClick={() => controls.go(undefined)}>
            {words.toLesson}
          </button>
        </div>
      )}
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
            <TerminalPane {...pane} typed={typed} />
          ) : (
            seen.has(name) && <LaterPane name={name} pane={pane} />
          )}
        </div>
      ))}
      {xray.value !== undefined && <LaterXray view={xray.value} pane={pane} />}
    </div>
  );
}

function LaterXray({ view, pane }: { view: XrayView; pane: PaneProps }) {
  const { component: Xray, problem } = useLater(true, () =>
    import('./xray/xray.tsx').then((module) => module.Xray),
  );
  if (problem) return <p class="ws-note">{problem}</p>;
  return Xray ? <Xray view={view} {...pane} /> : null;
}

const laterPanes: Record<Exclude<Tab, 'terminal'>, () => Promise<ComponentType<PaneProps>>> = {
  files: () => import('./files/pane.tsx').then((module) => module.FilesPane),
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
