import { useSignal } from '@preact/signals';
import { EDGES, type EdgeName, type LifeEvent, type LifeView, pathOf } from '../../../lab/xray/states.ts';
import { fill } from '../../words/index.ts';
import { useLooks } from '../look.ts';
import type { ViewProps } from '../xray.tsx';
import { byOf, Diagram } from './diagram.tsx';
import { type StatesWords, statesWords } from './words.ts';
import './states.css';

/** The states of a container, and the path that one has taken through them. */
export function States({ session, words: common, asText, locale }: ViewProps) {
  const { looks, problem } = useLooks(session, () => session.call('xray.states'));
  const chosen = useSignal('');
  const lit = useSignal<LifeEvent | undefined>(undefined);
  if (problem) return <p class="ws-note">{problem}</p>;
  if (!looks) return <p class="ws-note">{common.looking}</p>;
  const words = statesWords(locale);
  const { now, before } = looks;
  const life = now.find(({ id }) => id === chosen.value) ?? latest(now);
  if (life === undefined) return <p class="ws-note">{words.none}</p>;
  const seen = before?.find(({ id }) => id === life.id)?.events.length ?? (before ? 0 : life.events.length);
  const fresh = new Set(life.events.slice(seen).flatMap(({ edges }) => edges));
  return (
    <>
      <div class="xr-states-head">
        <Choice
          lives={now}
          chosen={chosen.value === life.id ? chosen.value : ''}
          words={words}
          choose={(id) => {
            chosen.value = id;
            lit.value = undefined;
          }}
        />
        <p class="xr-hint" role="status">
          {fill(words.isNow, { name: life.name, state: words[`state_${life.state}`] })}
        </p>
      </div>
      {asText ? (
        <LifeText life={life} words={words} />
      ) : (
        <div class="xr-states">
          <Diagram life={life} words={words} fresh={fresh} lit={shown(lit.value, life)} />
          <Happened
            life={life}
            words={words}
            chosen={lit.value}
            choose={(event) => {
              lit.value = same(lit.value, event) ? undefined : event;
            }}
          />
        </div>
      )}
    </>
  );
}

/** The container that something happened to last; the newest where nothing is told. */
const latest = (lives: readonly LifeView[]) =>
  lives.reduce<LifeView | undefined>(
    (last, life) => (last === undefined || timeOf(life) >= timeOf(last) ? life : last),
    undefined,
  );
const timeOf = ({ events }: LifeView) => events.findLast(({ time }) => time !== undefined)?.time ?? 0;

/** Looks bring new objects each time: what is the same is known by its time. */
const same = (one: LifeEvent | undefined, other: LifeEvent) =>
  one !== undefined && one.time === other.time && one.action === other.action;
const shown = (lit: LifeEvent | undefined, life: LifeView) =>
  (lit && life.events.find((event) => same(lit, event))?.edges) ?? [];

function Choice({
  lives,
  chosen,
  words,
  choose,
}: {
  lives: readonly LifeView[];
  chosen: string;
  words: StatesWords;
  choose: (id: string) => void;
}) {
  const groups = [
    { label: words.there, lives: lives.filter(({ state }) => state !== 'removed') },
    { label: words.gone, lives: lives.filter(({ state }) => state === 'removed') },
  ].filter((group) => group.lives.length > 0);
  return (
    <label class="xr-option">
      {words.container}{' '}
      <select value={chosen} onChange={(event) => choose(event.currentTarget.value)}>
        <option value="">{words.last}</option>
        {groups.map((group) => (
          <optgroup key={group.label} label={group.label}>
            {group.lives.map(({ id, name }) => (
              <option key={id} value={id}>
                {name} ({id.slice(0, 6)})
              </option>
            ))}
          </optgroup>
        ))}
      </select>
    </label>
  );
}

interface ListProps {
  life: LifeView;
  words: StatesWords;
}

/** What happened, as a list; what took a way lights it. */
function Happened({
  life,
  words,
  chosen,
  choose,
}: ListProps & { chosen: LifeEvent | undefined; choose: (event: LifeEvent) => void }) {
  return (
    <section aria-label={words.happened}>
      <p class="xr-name">{words.happened}</p>
      <ol class="xr-happened">
        {numbered(life)
          .reverse()
          .map(({ event, places }, at) => (
            <li key={life.events.length - at}>
              {event.edges.length > 0 ? (
                <button
                  type="button"
                  class="xr-happening"
                  aria-pressed={same(chosen, event)}
                  onClick={() => choose(event)}
                >
                  <Happening event={event} life={life} places={places} words={words} />
                </button>
              ) : (
                <div class="xr-happening">
                  <Happening event={event} life={life} places={places} words={words} />
                </div>
              )}
            </li>
          ))}
      </ol>
      {cut(life) && <p class="xr-hint">{words.older}</p>}
    </section>
  );
}

/** The events with the places that they have in the path. */
function numbered({ events }: LifeView): { event: LifeEvent; places: number[] }[] {
  let place = 0;
  return events.map((event) => ({ event, places: event.edges.map(() => ++place) }));
}

const cut = ({ events }: LifeView) => events[0]?.action !== 'create';

function Happening({
  event,
  life,
  places,
  words,
}: ListProps & { event: LifeEvent; places: readonly number[] }) {
  return (
    <>
      <span class="xr-happening-place">{places.join(' ')}</span>
      <code>{event.action}</code> <span class="xr-happening-time">{timeText(event, words)}</span>
      <span class="xr-happening-text">{textOf(event, life, words)}</span>
    </>
  );
}

function timeText({ time }: LifeEvent, { language }: StatesWords): string {
  if (time === undefined) return '';
  return new Intl.DateTimeFormat(language, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 1,
    hourCycle: 'h23',
    timeZone: 'UTC',
  }).format(time);
}

function textOf(event: LifeEvent, life: LifeView, words: StatesWords): string {
  const { action, cause = 'itself', exitCode = 0, signal = 0, edges, state } = event;
  if (action === 'die') {
    const end = fill(words[`event_die_${cause}`], { code: exitCode });
    return edges.includes('dieToRestart') ? `${end}; ${words.event_die_waits}` : end;
  }
  if (action === 'start' && edges.includes('restart')) return words.event_start_again;
  return fill(words[`event_${action}`], { signal, state: words[`state_${state}`], name: life.name });
}

/** The same in words, with the diagram itself as a list. */
function LifeText({ life, words }: ListProps) {
  const path = pathOf(life);
  return (
    <div class="xr-text">
      <p>{words.happened}</p>
      <ol reversed>
        {numbered(life)
          .reverse()
          .map(({ event }, at) => (
            <li key={life.events.length - at}>
              {timeText(event, words)} <code>{event.action}</code> {textOf(event, life, words)}
            </li>
          ))}
      </ol>
      {cut(life) && <p>{words.older}</p>}
      <p>{words.ways}</p>
      <ul>
        {(Object.keys(EDGES) as EdgeName[]).map((name) => {
          const places = path.get(name);
          return (
            <li key={name}>
              {fill(words.way, {
                from: words[`state_${EDGES[name].from}`],
                to: words[`state_${EDGES[name].to}`],
                by: byOf(name, words),
                taken: places ? fill(words.taken, { places: places.join(', ') }) : words.notTaken,
              })}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
