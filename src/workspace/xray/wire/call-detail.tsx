import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { BodyText } from '../../../lab/xray/wire/body-text.ts';
import type { WireCall, WireCallDetail } from '../../../lab/xray/wire/wire.ts';
import { fill } from '../../words/index.ts';
import { bytesIn } from '../sizes.ts';
import type { XrayWords } from '../words.ts';
import type { ViewProps } from '../xray.tsx';
import type { WireWords } from './words.ts';

interface Props extends ViewProps {
  call: WireCall;
  own: WireWords;
}

/** What went both ways in a call, and how to make it by hand. */
export function CallDetail({ call, session, controls, words, own }: Props) {
  const detail = useSignal<WireCallDetail | 'forgotten' | undefined>(undefined);
  const { id, requestBytes, responseBytes, took } = call;
  useEffect(() => {
    let open = true;
    session.call('wire.call', { id }).then(
      (found) => {
        if (open) detail.value = found ?? 'forgotten';
      },
      () => {},
    );
    return () => {
      open = false;
    };
  }, [id, requestBytes, responseBytes, took]);

  if (detail.value === undefined) return null;
  if (detail.value === 'forgotten') return <p class="xr-hint">{own.forgotten}</p>;
  const { request, response, input, curl } = detail.value;
  const reads = call.method === 'GET' || call.method === 'HEAD';
  return (
    <div class="xr-call-detail">
      {call.query.length > 0 && (
        <dl class="xr-query" aria-label={own.query}>
          {call.query.map(([name, value], at) => (
            <div key={at}>
              <dt>
                <code>{name}</code>
              </dt>
              <dd>
                <code>{value}</code>
              </dd>
            </div>
          ))}
        </dl>
      )}
      {!reads && <Body title={own.request} body={request} words={words} own={own} />}
      {input && input.bytes > 0 && <Body title={own.input} body={input} words={words} own={own} />}
      <Body title={own[call.is]} body={response} words={words} own={own} />
      <figure>
        <figcaption>{own.curl}</figcaption>
        <pre class="xr-curl">{curl.command}</pre>
        {curl.lacks && <p class="xr-hint">{own[`lacks_${curl.lacks}`]}</p>}
        {/* What only reads is run at once; of what changes something the reader presses Enter. */}
        <button
          type="button"
          class="button"
          onClick={() =>
            reads && call.is === 'answer' ? controls.run(curl.command) : controls.put(curl.command)
          }
        >
          {reads && call.is === 'answer' ? own.run : own.put}
        </button>
      </figure>
    </div>
  );
}

function Body({
  title,
  body,
  words,
  own,
}: {
  title: string;
  body: BodyText;
  words: XrayWords;
  own: WireWords;
}) {
  return (
    <figure>
      <figcaption>
        {title} <small>{body.bytes > 0 ? bytesIn(body.bytes, words) : own.noBody}</small>
      </figcaption>
      {body.is === 'binary' && <p class="xr-hint">{own.binary}</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard. */}
      {body.text !== '' && <pre tabIndex={0}>{body.text}</pre>}
      {body.cut > 0 && (
        <p class="xr-hint">
          {fill(own.cut, { shown: bytesIn(body.bytes - body.cut, words), size: bytesIn(body.bytes, words) })}
        </p>
      )}
    </figure>
  );
}
