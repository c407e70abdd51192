import type { ContainerModel } from '../../engine/daemon/model.ts';
import { parseSignal, signalNumber } from '../../engine/kernel/signals.ts';
import type { EventView } from '../inspection.ts';

/** What a container can be: what `docker ps` calls it; not made yet; and gone. */
export type LifeState = 'none' | ContainerModel['status'] | 'removed';

export interface Edge {
  from: LifeState;
  to: LifeState;
  /** The event that dockerd tells of when it is taken; none where it tells of nothing. */
  event?: string;
}

/** The ways between the states of a container, by name. */
export const EDGES = {
  create: { from: 'none', to: 'created', event: 'create' },
  start: { from: 'created', to: 'running', event: 'start' },
  die: { from: 'running', to: 'exited', event: 'die' },
  startAgain: { from: 'exited', to: 'running', event: 'start' },
  pause: { from: 'running', to: 'paused', event: 'pause' },
  unpause: { from: 'paused', to: 'running', event: 'unpause' },
  dieFrozen: { from: 'paused', to: 'exited', event: 'die' },
  dieToRestart: { from: 'running', to: 'restarting', event: 'die' },
  restart: { from: 'restarting', to: 'running', event: 'start' },
  stopRestarting: { from: 'restarting', to: 'exited', event: 'stop' },
  removeCreated: { from: 'created', to: 'removing' },
  remove: { from: 'exited', to: 'removing' },
  destroy: { from: 'removing', to: 'removed', event: 'destroy' },
  removalFailed: { from: 'removing', to: 'dead' },
  removeDead: { from: 'dead', to: 'removing' },
} as const satisfies Record<string, Edge>;
export type EdgeName = keyof typeof EDGES;

/** The events that tell of a container's states. */
const LIFE = [
  'create',
  'start',
  'die',
  'kill',
  'stop',
  'oom',
  'restart',
  'pause',
  'unpause',
  'destroy',
] as const;
export type LifeAction = (typeof LIFE)[number];

/** What brought the end of a container's process about, as far as events tell. */
export type Cause = 'itself' | 'kill' | 'stop' | 'oom';

/** Something that happened in a container's life. */
export interface LifeEvent {
  /** As dockerd tells of it; empty where the state has changed and it told nothing. */
  action: LifeAction | '';
  /** On the machine's clock, ms; undefined where nothing was told. */
  time?: number;
  /** The edges that it took, in their order: none where it leaves the container in its state (`kill` by itself ends nothing). */
  edges: EdgeName[];
  /** The state afterwards. */
  state: LifeState;
  signal?: number;
  exitCode?: number;
  /** Of an end. */
  cause?: Cause;
}

/** A container's way through its states. */
export interface LifeView {
  id: string;
  name: string;
  image: string;
  state: LifeState;
  /** Oldest first. The first is no `create` where the daemon has not kept what was before. */
  events: LifeEvent[];
}

type Told = EventView & { action: LifeAction };

/**
 * The lives of the containers that are there, oldest first, and then of those that are gone. dockerd's events are the source; they
 * do not say whether an ended container waits for its restart policy, so that is judged as the daemon judges it
 * (with the policy that it has now).
 */
export function livesView(
  containers: readonly ContainerModel[],
  removed: readonly ContainerModel[],
  events: readonly EventView[],
): LifeView[] {
  const told = Map.groupBy(
    events.filter((event): event is Told => LIFE.some((action) => action === event.action)),
    ({ container }) => container,
  );
  const life = (container: ContainerModel, state: LifeState): LifeView => {
    const { id, name, image } = container;
    return { id, name, image, state, events: lifeOf(container, state, told.get(id) ?? []) };
  };
  return [
    ...containers.map((container) => life(container, container.status)),
    ...removed.map((container) => life(container, 'removed')),
  ];
}

/** How often each edge was taken, in which places of the path, from 1. */
export function pathOf({ events }: LifeView): Map<EdgeName, number[]> {
  const path = new Map<EdgeName, number[]>();
  let place = 0;
  for (const name of events.flatMap(({ edges }) => edges)) {
    place++;
    const places = path.get(name);
    if (places) places.push(place);
    else path.set(name, [place]);
  }
  return path;
}

function lifeOf(container: ContainerModel, now: LifeState, told: readonly Told[]): LifeEvent[] {
  const life: LifeEvent[] = [];
  let state: LifeState | undefined = told[0]?.action === 'create' ? 'none' : undefined;
  let run: Run = { retries: 0, told: [] };
  told.forEach(({ action, attributes, time }, at) => {
    const signal = numberIn(attributes['signal']);
    const exitCode = numberIn(attributes['exitCode']);
    const event: LifeEvent = {
      action,
      time,
      edges: [],
      state: state ?? 'none',
      ...(signal === undefined ? {} : { signal }),
      ...(exitCode === undefined ? {} : { exitCode }),
    };
    if (action === 'start') run = { retries: state === 'restarting' ? run.retries + 1 : 0, told: [] };
    const last = at === told.length - 1;
    const to =
      action === 'die' &&
      (last ? now === 'restarting' : comesBack(container, run, exitCode ?? 0, told[at + 1]))
        ? 'restarting'
        : targetOf(action, state);
    if (action === 'die') event.cause = causeOf(run.told, exitCode ?? 0);
    if (to !== undefined) {
      event.edges = way(state, to, action);
      state = to;
      event.state = to;
    }
    run.told.push(event);
    life.push(event);
  });
  // A state that no event tells of: a removal under way, or what was before the daemon began to keep events.
  if (state !== now && now !== 'none') life.push({ action: '', edges: way(state, now, ''), state: now });
  return life;
}

/** What is known of a container since its process was started last. */
interface Run {
  /** How often its policy has started it since somebody did. */
  retries: number;
  told: LifeEvent[];
}

/** Where an event leads; undefined where it changes no state. */
function targetOf(action: string, state: LifeState | undefined): LifeState | undefined {
  if (action === 'stop') return state === 'restarting' ? 'exited' : undefined;
  return Object.values<Edge>(EDGES).find(({ event }) => event === action)?.to;
}

/** The edges from a state to another, in their order: at most two, the removal's. Unknown is where it was before the first event. */
function way(from: LifeState | undefined, to: LifeState, action: string): EdgeName[] {
  if (from === undefined) return [];
  const direct = (start: LifeState, end: LifeState) =>
    names.filter((name) => EDGES[name].from === start && EDGES[name].to === end);
  const whole = direct(from, to);
  if (whole.length > 0) return whole;
  if (action !== 'destroy') return [];
  const last = direct('removing', 'removed');
  // Removed by force while it waits for its restart.
  return from === 'restarting'
    ? [...direct(from, 'exited'), ...direct('exited', 'removing'), ...last]
    : [...direct(from, 'removing'), ...last];
}
const names = Object.keys(EDGES) as EdgeName[];

/** Whether a signal is taken for a wish that the container stays down (engine/daemon/containers/stop.ts). */
function meansEnd({ stopSignal }: ContainerModel, signal: number): boolean {
  const named = parseSignal(stopSignal);
  return signal === SIGKILL || named === undefined || signalNumber(named) === signal;
}
const SIGKILL = 9;

/** Whether a restart policy has an ended container run again (engine/daemon/containers/exit.ts). */
function comesBack(
  container: ContainerModel,
  { retries, told }: Run,
  exitCode: number,
  next: Told | undefined,
): boolean {
  if (next?.action !== 'start' && next?.action !== 'stop' && next?.action !== 'destroy') return false;
  const byUser = told.some(
    ({ action, signal = 0 }) => action === 'stop' || (action === 'kill' && meansEnd(container, signal)),
  );
  if (byUser) return false;
  const [policy, most = 0] = container.restartPolicy.split(':');
  if (policy === 'always' || policy === 'unless-stopped') return true;
  return policy === 'on-failure' && exitCode !== 0 && (Number(most) === 0 || retries < Number(most));
}

/** SIGINT, SIGQUIT, SIGKILL, SIGTERM: programs heed them with an exit code of their own. */
const causes = [2, 3, SIGKILL, 15];

function causeOf(told: readonly LifeEvent[], exitCode: number): Cause {
  if (told.some(({ action }) => action === 'oom')) return 'oom';
  if (told.some(({ action }) => action === 'stop')) return 'stop';
  const killed = told.some(
    ({ action, signal = 0 }) => action === 'kill' && (exitCode === 128 + signal || causes.includes(signal)),
  );
  return killed ? 'kill' : 'itself';
}

const numberIn = (text: string | undefined) => (text === undefined ? undefined : Number(text));
