import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { BuildView, StageView, StepView } from '../../../lab/xray/build/builds.ts';
import { durationIn } from '../duration.ts';
import { bytesIn } from '../sizes.ts';
import { type Box, type EdgePlan, layoutOf } from './layout.ts';
import { shortReason } from './reasons.ts';
import type { BuildWords } from './words.ts';

interface Props {
  build: BuildView;
  words: BuildWords;
  chosen: number | undefined;
  choose: (step: number) => void;
}

/** The stages of a build with their steps, and what leads from one to the other. */
export function Graph({ build, words, chosen, choose }: Props) {
  const holder = useRef<HTMLDivElement>(null);
  const width = useSignal(0);
  useLayoutEffect(() => {
    const element = holder.current as HTMLDivElement;
    const observer = new ResizeObserver(() => {
      width.value = element.clientWidth;
    });
    observer.observe(element);
    width.value = element.clientWidth;
    return () => observer.disconnect();
  }, []);
  const layout = layoutOf(build, width.value);
  const largest = Math.max(
    1,
    ...build.stages.flatMap(({ steps }) => steps.map(({ layer }) => layer?.size ?? 0)),
  );
  return (
    <section class="xr-build-graph" aria-label={words.graph} ref={holder}>
      <div style={{ width: `${layout.width}px`, height: `${layout.height}px` }}>
        <Drawing width={layout.width} height={layout.height} layout={layout} chosen={chosen} />
        {layout.stages.map(({ stage, box, steps }, at) => (
          <section key={at} aria-label={stageName(stage, words)}>
            <StageTitle stage={stage} box={box} words={words} />
            <ol>
              {steps.map(({ step, box: own }) => (
                <li key={step.id}>
                  <StepBox
                    step={step}
                    box={own}
                    share={(step.layer?.size ?? 0) / largest}
                    words={words}
                    isChosen={step.id === chosen}
                    choose={choose}
                  />
                </li>
              ))}
            </ol>
          </section>
        ))}
      </div>
    </section>
  );
}

const arrows = ['', 'lit'] as const;

/** The frames of the stages, and the edges between them. */
function Drawing({
  width,
  height,
  layout: { stages, edges },
  chosen,
}: {
  width: number;
  height: number;
  layout: ReturnType<typeof layoutOf>;
  chosen: number | undefined;
}) {
  return (
    <svg class="xr-build-svg" width={width} height={height} aria-hidden="true">
      <defs>
        {arrows.map((kind) => (
          <marker
            key={kind}
            id={`xr-build-arrow-${kind}`}
            class={`xr-arrow ${kind === 'lit' ? 'fresh' : ''}`}
            viewBox="0 0 8 8"
            refX="7"
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
      {edges.map((edge, at) => (
        <Edge key={at} edge={edge} isLit={edge.to !== undefined && edge.to === chosen} />
      ))}
      {stages.map(({ stage, box, steps }, at) => (
        <g key={at} class={`xr-stage ${stage.isTarget ? 'target' : ''} ${stage.isNeeded ? '' : 'unneeded'}`}>
          <rect x={box.x + 1} y={box.y + 1} width={box.width - 2} height={box.height - 2} rx={8} />
          {steps.slice(1).map(({ step, box: own }) => (
            <path key={step.id} d={`M${own.x + 16} ${own.y - 8}v8`} />
          ))}
        </g>
      ))}
    </svg>
  );
}

const Edge = ({ edge: { is, path, isNeeded }, isLit }: { edge: EdgePlan; isLit: boolean }) => (
  <path
    class={`xr-build-edge ${is} ${isNeeded ? '' : 'unneeded'} ${isLit ? 'lit' : ''}`}
    d={path}
    marker-end={`url(#xr-build-arrow-${isLit ? 'lit' : ''})`}
  />
);

const at = ({ x, y, width, height }: Box) => ({
  left: `${x}px`,
  top: `${y}px`,
  width: `${width}px`,
  height: `${height}px`,
});

function StageTitle({ stage, box, words }: { stage: StageView; box: Box; words: BuildWords }) {
  const { label, code, isNeeded, isTarget } = stage;
  return (
    <div class="xr-stage-title" style={{ left: `${box.x}px`, top: `${box.y}px`, width: `${box.width}px` }}>
      <strong>{label}</strong>
      {isTarget && <em class="xr-note">{words.target}</em>}
      {!isNeeded && <small>{words.notNeeded}</small>}
      <code title={code}>{code || words.image}</code>
    </div>
  );
}

/** So that the state is told by more than its colour. */
const SIGNS: Record<StepView['state'], string> = {
  waiting: '○',
  running: '…',
  cached: '=',
  run: '▶',
  failed: '✕',
  skipped: '–',
  unreached: '–',
  configuration: '·',
};

function StepBox({
  step,
  box,
  share,
  words,
  isChosen,
  choose,
}: {
  step: StepView;
  box: Box;
  share: number;
  words: BuildWords;
  isChosen: boolean;
  choose: (step: number) => void;
}) {
  const { id, code, state, why, layer } = step;
  const [reason] = why;
  return (
    <button
      type="button"
      class={`xr-step ${state}`}
      style={at(box)}
      aria-pressed={isChosen}
      title={code}
      onClick={() => choose(id)}
    >
      <span class="xr-step-sign" aria-hidden="true">
        {SIGNS[state]}
      </span>
      <code>{lineOf(step)}</code>
      <span class="xr-step-is">
        {stateName(step, words)}
        {/* Why it was tried is not why it failed. */}
        {reason && state !== 'failed' && `: ${shortReason(reason, words)}`}
      </span>
      {layer && (
        <>
          <span class="xr-step-size">{bytesIn(layer.size, words)}</span>
          <span class="xr-bar-track" aria-hidden="true">
            <span style={{ width: `${100 * share}%` }} />
          </span>
        </>
      )}
    </button>
  );
}

/** An image by the name that one types. */
export const lineOf = ({ keyword, code }: StepView): string =>
  keyword === 'from'
    ? `FROM ${code.replace(/^docker\.io\/(library\/)?/, '').replace(/@sha256:.*/, '')}`
    : code;

export const stateName = ({ state, image }: StepView, words: BuildWords): string =>
  image === undefined || state === 'failed' ? words[`state_${state}`] : words[`image_${image}`];

export const stageName = ({ label }: StageView, words: BuildWords): string =>
  words.stageText.replace('{label}', label);

export const tookOf = ({ took }: { took?: number }, { language }: BuildWords): string =>
  took === undefined ? '' : durationIn(took, language);
