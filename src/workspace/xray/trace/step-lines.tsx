import type { TraceLine, TraceStep } from '../../../lab/xray/trace/model.ts';
import { fill } from '../../words/index.ts';
import { othersText, stretches } from './headline.ts';
import type { TraceWords } from './words.ts';

/** So many calls of one name in a row are folded. */
const MANY = 4;

/** What a process did at a stretch, line by line. */
export function StepLines({ step, own }: { step: TraceStep; own: TraceWords }) {
  return (
    <ul class="xr-lines">
      {stretches(step.lines, ({ kind, call }) => `${kind} ${call}`).map((stretch, at) => {
        const [{ kind, call }] = stretch as [TraceLine];
        return (
          <li key={at}>
            <span class={`xr-kind ${kind}`}>{own[`kind_${kind}`]}</span>
            {stretch.length < MANY ? (
              <Lines lines={stretch} />
            ) : (
              <details>
                <summary>
                  <code>{fill(own.times, { what: call, n: stretch.length })}</code>
                </summary>
                <Lines lines={stretch} />
              </details>
            )}
          </li>
        );
      })}
      {step.others.length > 0 && <li class="xr-hint">{othersText(step, own)}</li>}
    </ul>
  );
}

function Lines({ lines }: { lines: readonly TraceLine[] }) {
  return (
    <div>
      {lines.map(({ text }, at) => (
        <code key={at}>{text}</code>
      ))}
    </div>
  );
}
