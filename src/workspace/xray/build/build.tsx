import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { BuildView, StepView } from '../../../lab/xray/build/builds.ts';
import { fill } from '../../words/index.ts';
import { useLooks } from '../look.ts';
import type { ViewProps } from '../xray.tsx';
import { Context } from './context.tsx';
import { Graph, tookOf } from './graph.tsx';
import { StepDetail } from './step-detail.tsx';
import { BuildText } from './text.tsx';
import { type BuildWords, buildWords } from './words.ts';
import './build.css';

/** The stages and steps of a build: what was cached, what was run, what failed; and why the cache did not have it. */
export function Build({ session, controls, words: common, locale, asText }: ViewProps) {
  const { looks, problem } = useLooks(session, () => session.call('xray.builds'));
  /** 0 for the last one. */
  const chosen = useSignal(0);
  const picked = useSignal<{ build: number; step: number } | undefined>(undefined);
  const detail = useRef<HTMLDivElement>(null);
  if (problem) return <p class="ws-note">{problem}</p>;
  if (!looks) return <p class="ws-note">{common.looking}</p>;
  const words = buildWords(locale);
  const { now } = looks;
  const build = now.find(({ id }) => id === chosen.value) ?? now[0];
  if (build === undefined) return <p class="ws-note">{words.none}</p>;
  const steps = build.stages.flatMap((stage) => stage.steps);
  const step =
    steps.find(({ id }) => picked.value?.build === build.id && id === picked.value.step) ?? notable(steps);
  const choose = (id: number) => {
    picked.value = { build: build.id, step: id };
    // Where it stands above the graph.
    detail.current?.scrollIntoView({ block: 'nearest', behavior: 'instant' });
  };
  return (
    <>
      <div class="xr-build-head">
        <label class="xr-option">
          {words.build}{' '}
          <select
            value={build.id === chosen.value ? chosen.value : 0}
            onChange={(event) => {
              chosen.value = Number(event.currentTarget.value);
            }}
          >
            <option value={0}>{words.last}</option>
            {now.map((one) => (
              <option key={one.id} value={one.id}>
                {optionText(one, words)}
              </option>
            ))}
          </select>
        </label>
        <p class="xr-hint" role="status">
          {summaryOf(build, steps, words)}
        </p>
      </div>
      {build.error !== undefined && (
        <p class="xr-build-error">
          <b aria-hidden="true">✕</b> {fill(words.error, { error: build.error })}
        </p>
      )}
      {build.context && <Context context={build.context} words={words} />}
      {asText ? (
        <BuildText build={build} words={words} />
      ) : (
        steps.length > 0 && (
          <div class="xr-build">
            <Graph build={build} words={words} chosen={step?.id} choose={choose} />
            <div class="xr-build-detail" ref={detail}>
              {step ? (
                <StepDetail build={build} step={step} words={words} controls={controls} choose={choose} />
              ) : (
                <p class="xr-hint">{words.pick}</p>
              )}
            </div>
          </div>
        )
      )}
    </>
  );
}

/** What a reader wants to know first: what failed, else the first step that had to be done. */
const notable = (steps: readonly StepView[]) =>
  steps.find(({ state }) => state === 'failed') ?? steps.find(({ why }) => why.length > 0);

function optionText({ id, names, started }: BuildView, words: BuildWords): string {
  const time = new Intl.DateTimeFormat(words.language, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZone: 'UTC',
  }).format(started);
  return fill(words.option, { id, name: names.join(', ') || words.unnamed, time });
}

const COUNTED = ['cached', 'run', 'failed', 'running', 'waiting', 'skipped', 'unreached'] as const;

function summaryOf(build: BuildView, steps: readonly StepView[], words: BuildWords): string {
  const counts = COUNTED.flatMap((state) => {
    const n = steps.filter((step) => step.state === state && step.keyword !== 'from').length;
    return n === 0 ? [] : [fill(words.count, { n, state: words[`state_${state}`] })];
  });
  return fill(words[`summary_${build.is}`], {
    took: tookOf(build, words),
    counts: counts.join(words.between),
  });
}
