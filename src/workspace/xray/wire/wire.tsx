import { useSignal } from '@preact/signals';
import type { WireCall, WireCommand } from '../../../lab/xray/wire/wire.ts';
import { fill } from '../../words/index.ts';
import { durationIn } from '../duration.ts';
import { useLooks } from '../look.ts';
import { shellLine } from '../shell-words.ts';
import { bytesIn } from '../sizes.ts';
import type { ViewProps } from '../xray.tsx';
import { CallDetail } from './call-detail.tsx';
import { type WireWords, wireWords } from './words.ts';
import './wire.css';

interface Props extends ViewProps {
  own: WireWords;
}

/** What commands ask of the daemon: each call of the Engine API, under the command that made it. */
export function Wire(props: ViewProps) {
  const { session, words, locale, asText } = props;
  const own = wireWords(locale);
  const { looks, problem } = useLooks(session, () => session.call('xray.wire'));
  if (problem) return <p class="ws-note">{problem}</p>;
  if (!looks) return <p class="ws-note">{words.looking}</p>;
  const { now, before } = looks;
  if (now.length === 0) return <p class="ws-note">{own.none}</p>;
  const old = before && new Set(before.map(({ key }) => key));
  return (
    <div class="xr-wire">
      <p class="xr-hint">{own.about}</p>
      {now.map((command) => (
        <section key={command.key} class="xr-command" aria-label={lineOf(command, own)}>
          <p class="xr-name">
            <code class="xr-command-line">{lineOf(command, own)}</code>
            <small>{fill(own.calls, { pid: command.pid ?? '?', n: command.calls.length })}</small>
            {old && !old.has(command.key) && <em class="xr-fresh">{words.fresh}</em>}
          </p>
          <ol class={asText ? 'xr-text' : 'xr-calls'}>
            {command.calls.map((call) => (
              <li key={call.id}>
                {asText ? callText(call, props, own) : <Call {...props} own={own} call={call} />}
              </li>
            ))}
          </ol>
        </section>
      ))}
    </div>
  );
}

/** One call, folded; what went both ways is asked for when it is opened. */
function Call(props: Props & { call: WireCall }) {
  const { call, own, words } = props;
  const open = useSignal(false);
  const [, version = '', rest = call.path] = /^(\/v[\d.]+)(\/.*)$/.exec(nameOf(call)) ?? [];
  return (
    <details
      class="xr-call"
      onToggle={(event) => {
        open.value = event.currentTarget.open;
      }}
    >
      <summary>
        <b class="xr-method">{call.method}</b>{' '}
        <code>
          <span class="xr-version">{version}</span>
          {rest}
          {call.query.length > 0 && (
            <span class="xr-version">?{call.query.map(([name]) => name).join('&')}</span>
          )}
        </code>{' '}
        <span class={`xr-status ${toneOf(call)}`}>{call.status ?? '…'}</span>{' '}
        <span class="xr-took">{tookOf(call, own, words.language)}</span>
      </summary>
      {open.value && <CallDetail {...props} />}
    </details>
  );
}

const lineOf = ({ argv }: WireCommand, own: WireWords) => shellLine(argv) || own.unknown;

/** The path, with long ids cut as docker cuts them. */
const nameOf = ({ path }: WireCall) => path.replace(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, '$1…');

const toneOf = ({ status = 0 }: WireCall) => (status >= 400 ? 'bad' : status > 0 ? 'good' : '');

const tookOf = ({ took }: WireCall, own: WireWords, language: string) =>
  took === undefined ? own.underWay : durationIn(took, language);

const callText = (call: WireCall, { words }: ViewProps, own: WireWords) =>
  fill(own.callText, {
    call: `${call.method} ${call.path}`,
    status: call.status ?? '…',
    took: tookOf(call, own, words.language),
    sent: bytesIn(call.requestBytes, words),
    received: bytesIn(call.responseBytes, words),
  });
