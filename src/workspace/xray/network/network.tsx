import { useSignal } from '@preact/signals';
import type { NetworkLook, Target } from '../../../lab/xray/networks/ways.ts';
import { fill } from '../../words/index.ts';
import { useLooks } from '../look.ts';
import type { ViewProps } from '../xray.tsx';
import { NetworkPicture } from './picture.tsx';
import { NetworkText } from './text.tsx';
import { passed, Way } from './way.tsx';
import { type NetworkWords, networkWords } from './words.ts';
import './network.css';

/** From where and to where a packet is sent, as far as the reader has chosen. */
interface Ends {
  from?: string;
  to?: string;
}

/** What is wired to what, and the way that a packet takes through it. */
export function Network({ session, words: common, asText, locale }: ViewProps) {
  const ends = useSignal<Ends>({});
  const look = () => session.call('xray.network', ends.peek());
  const { looks, problem } = useLooks(session, look, `${ends.value.from} ${ends.value.to}`);
  const words = networkWords(locale);
  if (problem) return <p class="ws-note">{problem}</p>;
  if (!looks) return <p class="ws-note">{common.looking}</p>;
  const { now } = looks;
  const choose = (chosen: Ends) => {
    ends.value = { ...now.way, ...ends.value, ...chosen };
  };
  return (
    <div class="xr-networks">
      <section aria-label={words.picture}>
        {asText ? (
          <NetworkText map={now.map} words={words} />
        ) : (
          <NetworkPicture
            map={now.map}
            words={words}
            places={passed(now)}
            targets={now.targets}
            to={now.way?.to}
            choose={({ id, address }) => {
              // Nobody else reaches the machine's own loopback.
              const from = address.startsWith('127.')
                ? undefined
                : now.senders.find((one) => one.id === 'outside');
              choose({ to: id, from: from?.id ?? String(now.map.namespaces[0]?.inode) });
            }}
          />
        )}
      </section>
      <section aria-label={words.way} class="xr-way-panel">
        <Choice look={now} words={words} choose={choose} />
        {now.way && <Way way={now.way} look={now} words={words} />}
      </section>
    </div>
  );
}

const groups = ['published', 'socket', 'ping', 'resolver', 'world'] as const satisfies Target['is'][];

/** From where and to where. */
function Choice({
  look: { senders, targets, way },
  words,
  choose,
}: {
  look: NetworkLook;
  words: NetworkWords;
  choose: (ends: Ends) => void;
}) {
  return (
    <div class="xr-ends">
      <label class="xr-option">
        {words.from}{' '}
        <select value={way?.from} onChange={(event) => choose({ from: event.currentTarget.value })}>
          {senders.map(({ id, name }) => (
            <option key={id} value={id}>
              {name ?? words.outside}
            </option>
          ))}
        </select>
      </label>
      <label class="xr-option">
        {words.to}{' '}
        <select value={way?.to} onChange={(event) => choose({ to: event.currentTarget.value })}>
          {groups
            .map((is) => ({ is, members: targets.filter((target) => target.is === is) }))
            .filter(({ members }) => members.length > 0)
            .map(({ is, members }) => (
              <optgroup key={is} label={words[`group_${is}`]}>
                {members.map((target) => (
                  <option key={target.id} value={target.id}>
                    {fill(words[`to_${is}`], { ...target })}
                  </option>
                ))}
              </optgroup>
            ))}
        </select>
      </label>
    </div>
  );
}
