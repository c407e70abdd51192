import {
  type Cause,
  EDGES,
  type Edge,
  type EdgeName,
  type LifeState,
  type LifeView,
  pathOf,
} from '../../../lab/xray/states.ts';
import { fill } from '../../words/index.ts';
import { BOX, CAUSES, HEIGHT, PLACES, PLANS, WIDTH } from './plan.ts';
import type { StatesWords } from './words.ts';

interface Props {
  life: LifeView;
  words: StatesWords;
  /** The edges of what happened since the look before. */
  fresh: ReadonlySet<EdgeName>;
  /** The edges that the reader has asked for. */
  lit: readonly EdgeName[];
}

const edgeNames = Object.keys(EDGES) as EdgeName[];
const boxed = (Object.keys(PLACES) as LifeState[]).filter((state) => state !== 'none' && state !== 'removed');

/** The states of a container and the ways between them, with those that a container has taken. */
export function Diagram({ life, words, fresh, lit }: Props) {
  const path = pathOf(life);
  const been = new Set<LifeState>([life.state]);
  for (const name of path.keys()) been.add(EDGES[name].from).add(EDGES[name].to);
  const label = fill(words.isNow, { name: life.name, state: life.state });
  return (
    <svg
      class="xr-states-svg"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`${words.diagram}. ${label}`}
    >
      <defs>
        {['', 'taken', 'fresh'].map((kind) => (
          <marker
            key={kind}
            id={`xr-arrow-${kind}`}
            class={`xr-arrow ${kind}`}
            viewBox="0 0 8 8"
            refX="6"
            refY="4"
            markerWidth="9"
            markerHeight="9"
            markerUnits="userSpaceOnUse"
            orient="auto"
          >
            <path d="M0 0L8 4L0 8Z" />
          </marker>
        ))}
      </defs>
      {edgeNames.map((name) => (
        <Way
          key={name}
          name={name}
          places={path.get(name) ?? []}
          words={words}
          fresh={fresh.has(name)}
          lit={lit.includes(name)}
        />
      ))}
      <Causes life={life} />
      {boxed.map((state) => (
        <Box key={state} state={state} been={been.has(state)} now={state === life.state} words={words} />
      ))}
      <circle class={been.has('none') ? 'xr-dot-start been' : 'xr-dot-start'} cx={60} cy={40} r={10} />
      <End now={life.state === 'removed'} words={words} />
    </svg>
  );
}

function Way({
  name,
  places,
  words,
  fresh,
  lit,
}: {
  name: EdgeName;
  places: readonly number[];
  words: StatesWords;
  fresh: boolean;
  lit: boolean;
}) {
  const { path, label, mark } = PLANS[name];
  const taken = places.length > 0;
  const kind = fresh ? 'fresh' : taken ? 'taken' : '';
  return (
    <g class={`xr-way ${taken ? 'taken' : ''} ${fresh ? 'fresh' : ''} ${lit ? 'lit' : ''}`}>
      <path d={path} marker-end={`url(#xr-arrow-${lit ? 'fresh' : kind})`} />
      <text x={label[0]} y={label[1]} text-anchor={label[2]}>
        {byOf(name, words)}
      </text>
      {taken && <Mark at={mark} text={markOf(places)} />}
    </g>
  );
}

/** At which places of the path; how often, where there are too many to name. */
const markOf = (places: readonly number[]) => (places.length > 2 ? `×${places.length}` : places.join(' '));

function Mark({ at: [x, y], text }: { at: readonly [number, number]; text: string }) {
  const width = Math.max(18, 8 + text.length * 6.5);
  return (
    <>
      <rect x={x - width / 2} y={y - 9} width={width} height={18} rx={9} />
      <text class="xr-way-mark" x={x} y={y + 4} text-anchor="middle">
        {text}
      </text>
    </>
  );
}

const causes = ['stop', 'kill', 'oom'] as const satisfies readonly Cause[];

/** What has ended the process, beside the way of its end. */
function Causes({ life }: { life: LifeView }) {
  return causes.map((cause, at) => {
    const n = life.events.filter((event) => event.cause === cause).length;
    return (
      <text key={cause} class={n > 0 ? 'xr-cause taken' : 'xr-cause'} x={CAUSES[0]} y={CAUSES[1] + at * 16}>
        {n > 0 ? `${cause} ×${n}` : cause}
      </text>
    );
  });
}

function Box({
  state,
  been,
  now,
  words,
}: {
  state: LifeState;
  been: boolean;
  now: boolean;
  words: StatesWords;
}) {
  const [x, y] = PLACES[state];
  const translated = words[`state_${state}`];
  const both = translated !== state;
  return (
    <g class={`xr-box ${been ? 'been' : ''} ${now ? 'now' : ''}`}>
      <rect x={x - BOX.width / 2} y={y - BOX.height / 2} width={BOX.width} height={BOX.height} rx={8} />
      <text x={x} y={both ? y - 2 : y + 5} text-anchor="middle">
        {state}
      </text>
      {both && (
        <text class="xr-box-also" x={x} y={y + 15} text-anchor="middle">
          {translated}
        </text>
      )}
      {now && <Now x={x} y={y - BOX.height / 2} words={words} />}
    </g>
  );
}

function Now({ x, y, words }: { x: number; y: number; words: StatesWords }) {
  return (
    <>
      <rect class="xr-now" x={x + 8} y={y - 9} width={36} height={17} rx={4} />
      <text class="xr-now-text" x={x + 26} y={y + 4} text-anchor="middle">
        {words.now}
      </text>
    </>
  );
}

function End({ now, words }: { now: boolean; words: StatesWords }) {
  const [x, y] = PLACES.removed;
  return (
    <g class={`xr-end ${now ? 'now' : ''}`}>
      <circle cx={x} cy={y} r={13} />
      <circle class="xr-end-heart" cx={x} cy={y} r={8} />
      <text x={x} y={y + 30} text-anchor="middle">
        {words.state_removed}
      </text>
      {now && <Now x={x} y={y - 22} words={words} />}
    </g>
  );
}

/** What takes a way: an event, a command where no event tells of it, or neither. */
export function byOf(name: EdgeName, words: StatesWords): string {
  const { event }: Edge = EDGES[name];
  return event ?? (name === 'removalFailed' ? words.fails : 'rm');
}
