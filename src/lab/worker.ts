/// <reference lib="webworker" />
import { lateLoader } from '../engine/world/late/code.ts';
import type { Simulation } from '../engine/world/simulation.ts';
import type { Host } from '../engine/world/world.ts';
import { answerCalls } from './client.ts';
import type { Exercise } from './exercise.ts';
import { reportOn, textOf } from './exercise-report.ts';
import { loadExercise } from './exercises.ts';
import { hostParts } from './host-parts.ts';
import type { Inspection } from './inspection.ts';
import type { Journal } from './journal.ts';
import type { Explorer } from './layers/explorer.ts';
import type { LabEvents, LabInfo, LabMethods } from './protocol.ts';
import { publishedPorts } from './published-ports.ts';
import { SavedLabs, UnreadableLab } from './saved-labs.ts';
import { JournalMismatch, newJournal, Session } from './session.ts';
import type { XrayMethod } from './xray/index.ts';

/** The worker in which a page's lab runs: it answers calls (protocol.ts) and lets the world run between them. */

declare const self: DedicatedWorkerGlobalScope;

const emit = <E extends keyof LabEvents>(event: E, data: LabEvents[E]) => self.postMessage({ event, data });

/** A new task for each call, faster than a timer of 0 ms. */
const macrotask = (() => {
  const { port1, port2 } = new MessageChannel();
  const waiting: (() => void)[] = [];
  port1.onmessage = () => waiting.shift()?.();
  return () =>
    new Promise<void>((resolve) => {
      waiting.push(resolve);
      port2.postMessage(null);
    });
})();

/** Where the site keeps what a world fetches by key (hub-assets.ts). */
const pathOf = (key: string): string => {
  const [kind, name = ''] = key.split(/:(.*)/);
  return kind === 'catalogue' ? `${name}.json` : `hub/blobs/${name.replace(':', '-')}.bin`;
};

const loadLate = lateLoader(hostParts);

const host: Host = {
  macrotask,
  async fetch(key) {
    const path = pathOf(key);
    const response = await fetch(`/${path}`);
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  },
  /** Without its code the machine cannot go on: it stands still until the code is there. */
  async load(part) {
    for (let wait = 1000; ; wait = Math.min(2 * wait, 16_000)) {
      try {
        return await loadLate(part);
      } catch (error) {
        emit('problem', { message: `${(error as Error).message}; it is tried again in ${wait / 1000} s` });
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  },
};

const time = {
  now: () => performance.now(),
  after(ms: number, call: () => void) {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};

interface OpenLab {
  session: Session;
  options: LabMethods['open'][0];
  exercise: Exercise | undefined;
}

const saved = SavedLabs.open().catch(() => undefined);
const notSaved = ({ message }: Error) => emit('problem', { message: `not saved: ${message}` });
let lab: OpenLab | undefined;

/** Several changes are told as one, a few times a second. */
let told = false;
function changed(): void {
  if (told) return;
  told = true;
  setTimeout(() => {
    told = false;
    emit('changed', {});
  }, 250);
}

interface Booted {
  session: Session;
  exercise: Exercise | undefined;
  restored: boolean;
  problems: string[];
  /** Lets out what the terminal showed so far, and from now on all. */
  show(): void;
}

/** Boots a lab, replaying what was saved of it unless it shall be a fresh one. */
async function boot(options: LabMethods['prepare'][0], afresh: boolean): Promise<Booted> {
  const store = await saved;
  const exercise = await loadExercise(options.lab);
  const scenario = options.scenario ?? exercise?.scenario ?? 'learner';
  const problems: string[] = [];
  let journal: Journal | undefined;
  try {
    journal = afresh ? undefined : await store?.load(options.lab);
    // A page that was left before its lab had opened has saved nothing worth bringing back.
    if (!journal?.entries.some(({ input }) => input.kind === 'terminal.open')) journal = undefined;
  } catch (error) {
    // Whatever else kept it from being read may pass: a fresh lab must not take its place.
    if (!(error instanceof UnreadableLab)) throw error;
    problems.push(`the saved lab could not be read: ${error.message}`);
  }
  let held: Uint8Array[] | undefined = [];
  const run = async (from: Journal) => {
    let entries = from.entries.length;
    return Session.open({
      host,
      journal: from,
      setup: exercise?.setup ?? [],
      time,
      onOutput: (bytes) => {
        if (held) held.push(bytes.slice());
        else emit('terminal.output', { data: bytes.slice() });
        changed();
      },
      onEntry: (entry) => {
        store?.append(from.lab, entries++, entry).catch(notSaved);
      },
      onOrder: (order) => emit('javascript.order', order),
      onProblem: (message) => emit('problem', { message }),
    });
  };
  let session: Session | undefined;
  if (journal !== undefined) {
    try {
      session = await run(journal);
    } catch (error) {
      if (!(error instanceof JournalMismatch)) throw error;
      problems.push(error.message);
      journal = undefined;
    }
  }
  if (session === undefined) {
    const fresh = newJournal(options.lab, scenario, `lab:${options.lab}`, Date.now());
    // What is appended later comes after it.
    store?.begin(fresh).catch(notSaved);
    session = await run(fresh);
  }
  return {
    session,
    exercise,
    restored: journal !== undefined,
    problems,
    show() {
      for (const data of held ?? []) emit('terminal.output', { data });
      held = undefined;
    },
  };
}

let prepared: { lab: string; booted: Promise<Booted> } | undefined;

async function start(options: LabMethods['open'][0], afresh: boolean): Promise<LabInfo> {
  void lab?.session.close();
  const ahead = !afresh && prepared?.lab === options.lab ? prepared.booted : undefined;
  prepared = undefined;
  const { session, exercise, restored, problems, show } = await (ahead ?? boot(options, afresh));
  show();
  const { columns, rows } = options;
  const kind = restored ? 'terminal.resize' : 'terminal.open';
  await session.enter({ kind, terminal: 0, columns, rows });
  lab = { session, options, exercise };
  // Once the prompt is drawn there is time for what the first command will want, and for what boots after it.
  setTimeout(async () => {
    for (const part of ['utilities', 'docker'] as const) await loadLate(part).catch(() => undefined);
  }, 300);
  return {
    machine: session.simulation.scenario.host.hostname,
    home: session.simulation.scenario.host.user.home,
    restored,
    ...(problems.length > 0 ? { problem: problems.join('; ') } : {}),
  };
}

function opened(): OpenLab {
  if (!lab) throw new Error('no lab is open');
  return lab;
}

async function exerciseOf(id: string): Promise<Exercise> {
  const exercise = await loadExercise(id);
  if (!exercise) throw new Error(`unknown exercise ${id}`);
  return exercise;
}

function prepare(options: LabMethods['prepare'][0]): undefined {
  const booted = boot(options, false);
  // `open` will tell of a failure.
  booted.catch(() => undefined);
  prepared = { lab: options.lab, booted };
}

// The page's head says which lab by the worker's name (site/workspace-ahead.ts): a message would come when the page is laid out.
if (self.name !== '') prepare(JSON.parse(self.name));

answerCalls<LabMethods>(self, {
  prepare,
  open: (options) => start(options, false),
  reset: () => start(opened().options, true),
  async 'terminal.input'({ data }) {
    await opened().session.type(data);
    return undefined;
  },
  async 'terminal.resize'({ columns, rows }) {
    await opened().session.enter({ kind: 'terminal.resize', terminal: 0, columns, rows });
    return undefined;
  },
  'files.list': async ({ path }) => (await looked()).listFiles(opened().session.simulation, path),
  'files.read': async ({ path, isRoot }) =>
    (await looked()).readFile(opened().session.simulation, path, isRoot),
  'files.write': ({ path, content, over, isRoot }) =>
    opened().session.save(path, content, over, isRoot).finally(changed),
  'files.mkdir': ({ path }) => changeFile({ kind: 'file.mkdir', path }),
  'files.rename': ({ path, to }) => changeFile({ kind: 'file.rename', path, to }),
  'files.remove': ({ path }) => changeFile({ kind: 'file.remove', path }),
  'files.zip': async ({ path }) =>
    (await import('./project-archive.ts')).zipOf(opened().session.simulation, path),
  'browser.ports': async () => publishedPorts(await inspected()),
  'browser.fetch': ({ method, url }) => opened().session.fetch(method, url),
  'javascript.host': async ({ host }) => void (await opened().session.useJavaScript(host)),
  'javascript.report': async (report) => void (await opened().session.report(report)),
  'exercise.text': async ({ exercise }) => textOf(await exerciseOf(exercise)),
  'exercise.check': async ({ exercise, task }) =>
    reportOn(await exerciseOf(exercise), await inspected(), task),
  'xray.processes': () => xrayed('xray.processes'),
  'xray.cgroups': () => xrayed('xray.cgroups'),
  'xray.states': () => xrayed('xray.states'),
  'xray.network': (ends) => xrayed('xray.network', ends),
  'xray.images': () => xrayed('xray.images'),
  'xray.registries': () => xrayed('xray.registries'),
  'xray.builds': () => xrayed('xray.builds'),
  'xray.wire': () => xrayed('xray.wire'),
  'wire.call': async ({ id }) =>
    (await import('./xray/wire/wire.ts')).wireCall(opened().session.simulation, id),
  'trace.runs': async () => (await import('./xray/trace/trace.ts')).traceView(opened().session.simulation),
  'trace.stop': async () => (await import('./xray/trace/trace.ts')).stopTrace(opened().session.simulation),
  'layers.list': async () => (await explored()).list(),
  'layers.open': async ({ key }) => (await explored()).open(key),
  'layers.directory': async ({ key, layer, path }) => (await explored()).directory(key, layer, path),
  'layers.file': async ({ key, layer, path }) => (await explored()).file(key, layer, path),
});

const looked = () => import('./files.ts');

async function changeFile(input: Parameters<Session['change']>[0]): Promise<undefined> {
  await opened().session.change(input).finally(changed);
}

/** The machine as it is now. What looks at it comes with the first look. */
async function inspected(): Promise<Inspection> {
  const { inspect } = await import('./inspect.ts');
  return inspect(opened().session.simulation);
}

/** The views likewise. */
async function xrayed<M extends XrayMethod>(view: M, params?: LabMethods[M][0]): Promise<LabMethods[M][1]> {
  const { xray } = await import('./xray/index.ts');
  return xray[view](opened().session.simulation, params);
}

/** Likewise the layers, of the lab that is open now. */
async function explored(): Promise<Explorer> {
  const { simulation } = opened().session;
  if (explorer?.simulation !== simulation) {
    const { explorerOf } = await import('./layers/machine-layers.ts');
    explorer = { simulation, explorer: explorerOf(simulation) };
  }
  return explorer.explorer;
}
let explorer: { simulation: Simulation; explorer: Explorer } | undefined;
