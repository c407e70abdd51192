import { connect } from '../lab/client.ts';
import type { LabClient } from '../lab/protocol.ts';
import LabWorker from '../lab/worker.ts?worker';
import { BESIDE } from './beside.ts';
import type { WorkspaceHandle } from './mount.tsx';
import { labAtFirst, type WorkspaceOptions } from './place.ts';
import type { CommandRequest, ExerciseRequest, XrayRequest } from './requests.ts';

/**
 * Brings the workspace when it is wanted: at once where it stands beside the text, when it is asked for where it is
 * a sheet. This file is all that a reading page pays for it.
 */
export function wireWorkspace(pane: HTMLElement): void {
  const body = pane.querySelector<HTMLElement>('.workspace-body');
  const toggle = pane.querySelector<HTMLButtonElement>('.sheet-bar button');
  const wide = matchMedia(BESIDE);
  const isBeside = () => wide.matches || pane.closest('.home') !== null;
  if (!body) return;

  // The lab boots in its worker while the page is still being painted and the terminal is on its way.
  const options = optionsOf(pane);
  const start = () => {
    const ahead = window.drydockWorker;
    delete window.drydockWorker;
    if (ahead) return connect(ahead);
    const client: LabClient = connect(new LabWorker());
    client.call('prepare', labAtFirst(options)).catch(() => {});
    return client;
  };
  let early = isBeside() ? start() : undefined;
  let loading: Promise<WorkspaceHandle> | undefined;
  const load = () => {
    if (loading) return loading;
    const client = early ?? start();
    early = undefined;
    loading = bring(body, options, client).catch((error) => {
      loading = undefined;
      client.close();
      showFailure(body, () => void load());
      throw error;
    });
    return loading;
  };
  const isOpen = () => document.documentElement.classList.contains('sheet-open');
  const open = (yes: boolean) => {
    document.documentElement.classList.toggle('sheet-open', yes);
    toggle?.setAttribute('aria-expanded', String(yes));
    if (toggle) toggle.textContent = (yes ? toggle.dataset['close'] : toggle.dataset['open']) ?? '';
    // On a phone the sheet covers the text: what cannot be seen must not be reached.
    const covered = yes && matchMedia('(max-width: 30rem)').matches;
    for (const part of document.querySelectorAll('.lesson-text, .site-header'))
      part.toggleAttribute('inert', covered);
  };
  const serve = (act: (workspace: WorkspaceHandle) => void) => {
    if (!isBeside()) open(true);
    load().then(act, () => {});
  };

  toggle?.addEventListener('click', () => {
    open(!isOpen());
    if (isOpen()) load().catch(() => {});
  });
  document.addEventListener('drydock:command', ({ detail }: CustomEvent<CommandRequest>) =>
    serve((workspace) => workspace.run(detail.command)),
  );
  document.addEventListener('drydock:exercise', ({ detail }: CustomEvent<ExerciseRequest>) =>
    serve((workspace) => workspace.openExercise(detail.exercise)),
  );
  document.addEventListener('drydock:xray', ({ detail }: CustomEvent<XrayRequest>) =>
    serve((workspace) => workspace.openXray(detail.view)),
  );

  const loadBeside = () => {
    if (!isBeside()) return;
    open(false);
    load().catch(() => {});
  };
  wide.addEventListener('change', loadBeside);
  // The text is painted first; the workspace comes in the next frame.
  requestAnimationFrame(() => setTimeout(loadBeside));
}

function optionsOf(pane: HTMLElement): WorkspaceOptions {
  const { lab = '', scenario, exercises = '', typed } = pane.dataset;
  return {
    lab,
    scenario,
    exercises: exercises.split(' ').filter(Boolean),
    typed,
    locale: document.documentElement.dataset['locale'] === 'zh-cn' ? 'zh-cn' : 'en',
  };
}

async function bring(
  body: HTMLElement,
  options: WorkspaceOptions,
  client: LabClient,
): Promise<WorkspaceHandle> {
  const { mountWorkspace } = await import('./mount.tsx');
  // Once the prompt is drawn there is time for the rest of the text (lesson.css).
  setTimeout(layOutWhole, 500);
  return mountWorkspace(body, options, client);
}

/** Lays out what was far down (lesson.css). A reader who has gone there meanwhile keeps the place: the browser does not see to it here. */
function layOutWhole(): void {
  const inSight = [...document.querySelectorAll('.prose > *')].find(
    (block) => block.getBoundingClientRect().bottom > 0,
  );
  const before = inSight?.getBoundingClientRect().top ?? 0;
  delete document.documentElement.dataset['fromTop'];
  if (scrollY === 0 || inSight === undefined) return;
  scrollBy({ top: inSight.getBoundingClientRect().top - before, behavior: 'instant' });
}

function showFailure(body: HTMLElement, retry: () => void): void {
  const wait = body.querySelector<HTMLElement>('.workspace-wait');
  const screen = wait?.querySelector('.screen-ghost');
  if (!wait || !screen) return;
  const button = document.createElement('button');
  button.className = 'button';
  button.textContent = wait.dataset['retry'] ?? '';
  button.addEventListener('click', () => {
    screen.textContent = '';
    retry();
  });
  screen.replaceChildren(`${wait.dataset['failed'] ?? ''} `, button);
}
