import { concat, encode } from '../../src/engine/base/bytes.ts';
import { Catalogue } from '../../src/engine/images/build.ts';
import { hubRecipes } from '../../src/engine/images/hub/recipes.ts';
import { oracleRecipes } from '../../src/engine/images/oracle.ts';
import { lateLoader } from '../../src/engine/world/late/code.ts';
import { findScenario } from '../../src/engine/world/simulation.ts';
import { FileProblem } from '../../src/lab/file-access.ts';
import { listFiles, readFile } from '../../src/lab/files.ts';
import { inspect } from '../../src/lab/inspect.ts';
import type { Journal } from '../../src/lab/journal.ts';
import type { RealTime } from '../../src/lab/live-driver.ts';
import { newJournal, Session } from '../../src/lab/session.ts';
import { traceView } from '../../src/lab/xray/trace/trace.ts';
import { wireCall, wireView } from '../../src/lab/xray/wire/wire.ts';
import { hostParts } from '../../src/node/host-parts.ts';
import { describeWorld } from './digest.ts';
import { erraticTime, frozenTime, numbers } from './fake-time.ts';

/** What a learner may do, and how long the learner waits before (turns of the platform's event loop). */
export type Act = { wait: number } & (
  | { type: string }
  | { resize: [columns: number, rows: number] }
  | { save: string; content: string }
  | { mkdir: string }
  | { rename: string; to: string }
  | { remove: string }
  | { fetch: string }
  | { look: string }
);

const START = Date.UTC(2026, 10, 21, 8, 0, 0);
const RECIPES = { hub: hubRecipes, oracle: oracleRecipes };
const catalogues = new Map<keyof typeof RECIPES, Catalogue>();

function catalogue(scenario: string): Catalogue {
  const name = findScenario(scenario).hub.catalogue;
  const known = catalogues.get(name) ?? new Catalogue(RECIPES[name]);
  catalogues.set(name, known);
  return known;
}

/** What a lab begins with. In the bare one the first inputs come while the machine is still starting its services. */
const SETUPS: Record<string, string[]> = {
  bare: [],
  busy: ['docker pull -q busybox', 'docker run -d --name old busybox sleep 5'],
};

const OFFLINE = 'offline';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

interface Opened {
  session: Session;
  terminal: Uint8Array[];
  problems: string[];
}

/** Opens a lab on a journal. Its blobs come after as many turns as `random` says, or not at all when `offline` says so. */
export async function openLab(
  journal: Journal,
  time: RealTime,
  random: () => number,
  offline: () => boolean = () => false,
): Promise<Opened> {
  const images = catalogue(journal.scenario);
  const terminal: Uint8Array[] = [];
  const problems: string[] = [];
  const session = await Session.open({
    host: {
      macrotask: turn,
      async fetch(key) {
        for (let turns = random() * 20; turns > 0; turns--) await turn();
        if (offline()) throw new Error(OFFLINE);
        return images.fetch(key);
      },
      async load(part) {
        for (let turns = random() * 20; turns > 0; turns--) await turn();
        return lateLoader(hostParts)(part);
      },
    },
    journal,
    setup: SETUPS[journal.lab]!,
    time,
    onOutput: (bytes) => terminal.push(bytes.slice()),
    onEntry: () => undefined,
    onProblem: (message) => {
      // A replay asks nobody.
      if (!message.endsWith(OFFLINE)) problems.push(message);
    },
  });
  return { session, terminal, problems };
}

/**
 * Does `acts` in a new lab at erratic real time; gives the journal that this left, and the world, run on to an instant after.
 *
 * @param lost the share of what is asked for that does not come
 */
export async function live(
  seed: number,
  acts: readonly Act[],
  lost = 0.1,
  scenario = 'oracle',
): Promise<{ journal: Journal; until: number; world: string[] }> {
  const random = numbers(seed);
  const journal = newJournal(seed % 2 === 0 ? 'busy' : 'bare', scenario, `seed ${seed}`, START);
  let open = false;
  const lab = await openLab(journal, erraticTime(random), random, () => open && random() < lost);
  open = true;
  const { session } = lab;
  const answers: Promise<unknown>[] = [
    session.enter({ kind: 'terminal.open', terminal: 0, columns: 80, rows: 24 }),
  ];
  const change = (input: Parameters<Session['change']>[0]) =>
    answers.push(session.change(input).catch(() => undefined));
  for (const act of acts) {
    for (let turns = act.wait; turns > 0; turns--) await turn();
    if ('type' in act) answers.push(session.type(act.type));
    else if ('resize' in act)
      answers.push(
        session.enter({ kind: 'terminal.resize', terminal: 0, columns: act.resize[0], rows: act.resize[1] }),
      );
    else if ('save' in act) answers.push(session.save(act.save, encode(act.content)).catch(() => undefined));
    else if ('mkdir' in act) change({ kind: 'file.mkdir', path: act.mkdir });
    else if ('rename' in act) change({ kind: 'file.rename', path: act.rename, to: act.to });
    else if ('remove' in act) change({ kind: 'file.remove', path: act.remove });
    // An answer may never come (a server that hangs), so nobody waits for it.
    else if ('fetch' in act) session.fetch('GET', act.fetch).catch(() => undefined);
    else look(session, act.look);
  }
  await Promise.allSettled(answers);
  const until = session.simulation.world.clock.now() + 3000;
  return { journal, until, world: await settle(lab, until) };
}

/** The journal again, in a new lab. */
export async function replayed(seed: number, journal: Journal, until: number): Promise<string[]> {
  return settle(await openLab(structuredClone(journal), frozenTime, numbers(seed + 1)), until);
}

/** Ends real time, runs the world on to an instant, and tells all of it. */
async function settle({ session, terminal, problems }: Opened, until: number): Promise<string[]> {
  await session.close();
  for (let turns = 0; turns < 50; turns++) await turn();
  await session.simulation.world.run(() => false, until);
  return [...problems.map((problem) => `problem ${problem}`), ...describeWorld(session, concat(terminal))];
}

/** What the windows beside the terminal do: it is no input, so it must leave no trace. */
function look({ simulation }: Session, path: string): void {
  try {
    if (path.endsWith('/')) listFiles(simulation, path);
    else readFile(simulation, path);
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
  }
  const world = inspect(simulation);
  world.containers();
  world.cgroups();
  for (const { pid } of world.processes()) {
    world.mounts(pid);
    world.network(pid);
  }
  world.network(path);
  world.file(path);
  for (const { calls } of wireView(simulation)) for (const { id } of calls) wireCall(simulation, id);
  traceView(simulation);
}
