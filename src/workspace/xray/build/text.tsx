import type { BuildView, StageView, StepView } from '../../../lab/xray/build/builds.ts';
import { fill } from '../../words/index.ts';
import { bytesIn } from '../sizes.ts';
import { lineOf, stageName, stateName, tookOf } from './graph.tsx';
import { Reason } from './step-detail.tsx';
import type { BuildWords } from './words.ts';

/** A build as tables, one a stage. */
export function BuildText({ build, words }: { build: BuildView; words: BuildWords }) {
  return (
    <div class="xr-text xr-build-text">
      {build.stages.map((stage, at) => (
        <table key={at}>
          <caption>{titleOf(stage, build, words)}</caption>
          <thead>
            <tr>
              <th scope="col">{words.step}</th>
              <th scope="col">{words.state}</th>
              <th scope="col">{words.why}</th>
              <th scope="col">{words.layer}</th>
              <th scope="col">{words.took}</th>
            </tr>
          </thead>
          <tbody>
            {stage.steps.map((step) => (
              <Row key={step.id} step={step} build={build} words={words} />
            ))}
          </tbody>
        </table>
      ))}
    </div>
  );
}

function titleOf(stage: StageView, { stages }: BuildView, words: BuildWords): string {
  const { base, isTarget, isNeeded } = stage;
  return [
    stageName(stage, words),
    ...(base === undefined ? [] : [fill(words.basedOn, { label: stages[base]?.label ?? '' })]),
    ...(isTarget ? [words.target] : []),
    ...(isNeeded ? [] : [words.notNeeded]),
  ].join(', ');
}

function Row({ step, build, words }: { step: StepView; build: BuildView; words: BuildWords }) {
  const { sources, why, layer, error } = step;
  const labels = sources.map((place) => build.stages[place]?.label ?? '');
  return (
    <tr>
      <th scope="row">
        <code>{lineOf(step)}</code>
        {labels.length > 0 && <small> {fill(words.takesFrom, { labels: labels.join(', ') })}</small>}
      </th>
      <td>
        {stateName(step, words)}
        {error && `: ${error}`}
      </td>
      <td>
        {why.map((reason, at) => (
          <div key={at}>
            <Reason reason={reason} words={words} />
          </div>
        ))}
      </td>
      <td>{layer ? bytesIn(layer.size, words) : words.noLayer}</td>
      <td>{tookOf(step, words)}</td>
    </tr>
  );
}
