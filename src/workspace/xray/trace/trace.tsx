import { useSignal } from '@preact/signals';
import { Fragment } from 'preact';
import { useEffect } from 'preact/hooks';
import type { TraceRun, TraceStep } from '../../../lab/xray/trace/model.ts';
import { fill } from '../../words/index.ts';
import { durationIn } from '../duration.ts';
import { useLooks } from '../look.ts';
import { shellLine } from '../shell-words.ts';
import type { ViewProps } from '../xray.tsx';
import { depthOf, headline, othersText } from './headline.ts';
import { StepLines } from './step-lines.tsx';
import { type TraceWords, traceWords } from './words.ts';
import './trace.css';

interface Props extends ViewProps {
  own: TraceWords;
}

/** The way of a command: which process did what for it, from the client down to the kernel. */
export function Trace(props: ViewProps) {
  const { session, words, locale } = props;
  const own = traceWords(locale);
  const { looks, problem } = useLooks(session, () => session.call('trace.runs'));
  // What nobody watches is not recorded.
  useEffect(() => () => void session.call('trace.stop').catch(() => {}), []);
  if (problem) return <p class="ws-note">{problem}</p>;
  if (!looks) return <p class="ws-note">{words.looking}</p>;
  const { runs, problem: fault } = looks.now;
  return (
    <div class="xr-trace">
      {fault && <p role="alert">{fill(own.problem, { problem: fault })}</p>}
      <p class="xr-hint">{runs.length === 0 ? own.none : own.about}</p>
      {runs.map((run, at) => (
        <Run key={run.id} {...props} own={own} run={run} newest={at === 0} />
      ))}
    </div>
  );
}

/** One command: the newest is open, and what the reader has opened. */
function Run(props: Props & { run: TraceRun; newest: boolean }) {
  const { run, newest, own, asText } = props;
  const chosen = useSignal<boolean | undefined>(undefined);
  const open = chosen.value ?? newest;
  return (
    <details
      class="xr-run"
      open={open}
      onToggle={({ currentTarget }) => {
        if (currentTarget.open !== open) chosen.value = currentTarget.open;
      }}
    >
      <summary>
        <code>{shellLine(run.command) || own.noCommand}</code> <small>{durationOf(run, props, own)}</small>
      </summary>
      {run.beside.length > 0 && (
        <p class="xr-hint">{fill(own.beside, { commands: run.beside.map(shellLine).join(', ') })}</p>
      )}
      {open && (
        <ol class={asText ? 'xr-text' : 'xr-steps'}>
          {run.steps.map((step) => (
            <li key={step.id} style={{ '--depth': depthOf(step) }}>
              {asText ? <StepText {...props} step={step} /> : <Step {...props} step={step} />}
            </li>
          ))}
        </ol>
      )}
      {run.left > 0 && <p class="xr-hint">{fill(own.left, { n: run.left })}</p>}
    </details>
  );
}

/** What one process did at a stretch, folded to the kinds of it. */
function Step(props: Props & { step: TraceStep }) {
  const { step, own } = props;
  const open = useSignal(false);
  return (
    <details
      class="xr-step"
      onToggle={(event) => {
        open.value = event.currentTarget.open;
      }}
    >
      <summary title={step.command}>
        <b class="xr-comm">{step.comm}</b> <span class="xr-pid">{pidOf(step, own)}</span>{' '}
        {headline(step, own).map(({ kind, text }, at) => (
          <Fragment key={at}>
            <span class={`xr-kind ${kind}`}>{text}</span>{' '}
          </Fragment>
        ))}
        <span class="xr-pid">{sinceBegin(step, props)}</span>
      </summary>
      {open.value && <StepLines step={step} own={own} />}
    </details>
  );
}

function StepText(props: Props & { step: TraceStep }) {
  const { step, own } = props;
  return (
    <>
      {`${step.comm} (${pidOf(step, own)}), ${sinceBegin(step, props)}`}
      <ul>
        {step.lines.map(({ kind, text }, at) => (
          <li key={at}>
            {own[`kind_${kind}`]}: <code>{text}</code>
          </li>
        ))}
        {step.others.length > 0 && <li>{othersText(step, own)}</li>}
      </ul>
    </>
  );
}

const pidOf = ({ pid, innerPid }: TraceStep, own: TraceWords) =>
  innerPid === undefined ? fill(own.pid, { pid }) : fill(own.pidInside, { pid, inner: innerPid });

/** Down to hundredths: what comes after what is seen by the order. */
const sinceBegin = ({ at }: TraceStep, { own, words }: Props) =>
  fill(own.after, { time: durationIn(Math.round(at * 100) / 100, words.language) });

const durationOf = ({ command, took }: TraceRun, { words }: ViewProps, own: TraceWords) =>
  took !== undefined ? durationIn(took, words.language) : command.length > 0 ? own.running : '';
