import type { Journey, MeetingView, Station } from '../../../lab/xray/networks/packet-way.ts';
import type { NetworkLook, PacketWay } from '../../../lab/xray/networks/ways.ts';
import { fill } from '../../words/index.ts';
import type { NetworkWords } from './words.ts';

interface Props {
  look: NetworkLook;
  words: NetworkWords;
}

/** Where in the list of stations each device is passed, by its namespace and its name; answers are not counted. */
export function passed({ way }: NetworkLook): ReadonlyMap<string, number[]> {
  const places = new Map<string, number[]>();
  (way?.legs ?? [])
    .flatMap(({ stations }) => stations)
    .forEach(({ namespace, device, is }, at) => {
      if (is !== 'device' || device === undefined) return;
      const key = placeOf(namespace, device.name);
      places.set(key, [...(places.get(key) ?? []), at + 1]);
    });
  return places;
}

export const placeOf = (namespace: number, device: string) => `${namespace} ${device}`;

/** The stations of a packet in their order, and those of its answer. */
export function Way({ way, look, words }: Props & { way: PacketWay }) {
  const sender = look.senders.find(({ id }) => id === way.from)?.name ?? words.outside;
  let start = 1;
  return (
    <>
      <p class={`xr-way-end ${endOf(way)}`} role="status">
        {endText(way, words)}
      </p>
      {way.legs.map((leg, at) => {
        const first = start;
        start += leg.stations.length;
        return (
          <div key={at}>
            {at > 0 && <p class="xr-name">{words.proxyLeg}</p>}
            <Stations journey={leg} start={first} look={look} words={words} />
          </div>
        );
      })}
      {way.legs
        .map(({ back }, at) => ({ back, name: at > 0 ? 'docker-proxy' : sender }))
        .reverse()
        .map(
          ({ back, name }) =>
            back && (
              <details key={name} class="xr-answer" open={back.end === 'lost'}>
                <summary>{fill(words.answer, { name })}</summary>
                <Stations journey={back} start={1} look={look} words={words} back />
              </details>
            ),
        )}
    </>
  );
}

type End = 'returned' | 'answerLost' | 'left' | 'lost';

function endOf({ legs }: PacketWay): End {
  if (legs.some(({ end }) => end === 'lost')) return 'lost';
  if (legs.some(({ back }) => back?.end === 'lost')) return 'answerLost';
  return legs.at(-1)?.end === 'left' ? 'left' : 'returned';
}

function endText(way: PacketWay, words: NetworkWords): string {
  const end = endOf(way);
  const last = way.legs.find((leg) => leg.end === 'lost')?.stations.at(-1);
  return fill(words[`end_${end}`], { why: last ? whyOf(last, words) : '' });
}

const whyOf = ({ why = 'rule', neighbour = '', hook = 'FORWARD' }: Station, words: NetworkWords) =>
  fill(words[`why_${why}`], { neighbour, hook });

function Stations({
  journey: { stations },
  start,
  look,
  words,
  back = false,
}: Props & { journey: Journey; start: number; back?: boolean }) {
  return (
    <ol class="xr-stations" start={start}>
      {stations.map((station, at) => {
        const before = stations[at - 1];
        const fresh = before === undefined || station.changed.length > 0;
        return (
          <li key={at} class={`xr-station ${station.is}`}>
            {before?.namespace !== station.namespace && (
              <strong class="xr-station-in">{nameOf(station, look)}</strong>
            )}
            <StationText station={station} words={words} back={back} />
            {fresh && <Addresses station={station} />}
          </li>
        );
      })}
    </ol>
  );
}

const nameOf = ({ namespace }: Station, { map }: NetworkLook) =>
  map.namespaces.find(({ inode }) => inode === namespace)?.names.join(', ') ?? '?';

function StationText({ station, words, back }: { station: Station; words: NetworkWords; back: boolean }) {
  const { is, hook, meetings = [], route, device, process, neighbour = '', changed } = station;
  switch (is) {
    case 'send':
      return <span>{words.send}</span>;
    case 'device':
      return (
        <span>
          <code>{device?.name}</code>{' '}
          <small>
            {device && (device.kind === 'loopback' ? words.loopback : words[`device_${device.kind}`])}
          </small>
        </span>
      );
    case 'route':
      if (route === undefined) return <span>{device ? words.ownByLoopback : words.ownAddress}</span>;
      return (
        <span>
          {words.route}{' '}
          <code>
            {route.destination}
            {route.gateway && ` via ${route.gateway}`} dev {route.device}
          </code>
        </span>
      );
    case 'hook':
      return (
        <div>
          <code>{hook}</code>
          {changed.includes('destination') && <em class="xr-note"> {words.newDestination}</em>}
          {changed.includes('source') && <em class="xr-note"> {words.newSource}</em>}
          <Meetings meetings={meetings} words={words} />
        </div>
      );
    case 'arrive':
      if (process) return <span>{fill(words.arriveProcess, { ...process })}</span>;
      return <span>{back ? words.arriveBack : words.arriveKernel}</span>;
    case 'leave':
      return <span>{fill(words.leave, { neighbour })}</span>;
    case 'lost':
      return <span>✕ {whyOf(station, words)}</span>;
  }
}

function Meetings({ meetings, words }: { meetings: readonly MeetingView[]; words: NetworkWords }) {
  if (meetings.length === 0) return null;
  return (
    <ul class="xr-meetings">
      {meetings.map(({ table, text, packets }) => (
        <li key={`${table} ${text}`}>
          <small>{table}</small> <code>{text}</code>
          {packets !== undefined && <small> {fill(words.matched, { n: packets })}</small>}
        </li>
      ))}
    </ul>
  );
}

/** The packet's addresses from here on; what has just been rewritten is marked. */
function Addresses({ station: { packet, changed } }: { station: Station }) {
  const { protocol, source, sourcePort, destination, destinationPort } = packet;
  const text = (address: string, port: number) => (protocol === 'icmp' ? address : `${address}:${port}`);
  const side = (name: 'source' | 'destination', shown: string) =>
    changed.includes(name) ? <mark>{shown}</mark> : shown;
  return (
    <code class="xr-bead">
      {side('source', text(source, sourcePort))} → {side('destination', text(destination, destinationPort))}
    </code>
  );
}
