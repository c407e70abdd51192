import type { BuildView, MissReason, StepView } from '../../../lab/xray/build/builds.ts';
import type { Controls } from '../../controls.ts';
import { fill } from '../../words/index.ts';
import { shortId } from '../short-id.ts';
import { bytesIn } from '../sizes.ts';
import { lineOf, stateName, tookOf } from './graph.tsx';
import { fileName, filesFirst, reasonText } from './reasons.ts';
import type { BuildWords } from './words.ts';

interface Props {
  build: BuildView;
  step: StepView;
  words: BuildWords;
  controls: Controls;
  choose: (step: number) => void;
}

/** One step: what came of it, and why it was not in the cache. */
export function StepDetail({ build, step, words, controls, choose }: Props) {
  const { why, same, layer, key } = step;
  const took = tookOf(step, words);
  const first = build.stages.find(({ steps }) => steps.some(({ id }) => id === same));
  return (
    <div class="xr-detail">
      <h3>
        <code>{lineOf(step)}</code>
      </h3>
      {why.length > 0 && (
        <section class="xr-why" aria-label={words.why}>
          <p>{words.why}</p>
          <ul>
            {why.map((reason, at) => (
              <li key={at}>
                <Reason reason={reason} words={words} choose={choose} />
              </li>
            ))}
          </ul>
        </section>
      )}
      <dl>
        <dt>{words.state}</dt>
        <dd>
          {fill(words.stateAbout, { state: stateName(step, words), about: aboutOf(step, words) })}
          {first && ` ${fill(words.sameAs, { label: first.label })}`}
        </dd>
        <dt>{words.stage}</dt>
        <dd>{build.stages[step.stage]?.label}</dd>
        {layer && (
          <>
            <dt>{words.layer}</dt>
            <dd>
              <Layer layer={layer} words={words} controls={controls} />
            </dd>
          </>
        )}
        {took !== '' && (
          <>
            <dt>{words.took}</dt>
            <dd>{took}</dd>
          </>
        )}
        {key !== undefined && (
          <>
            <dt>{words.key}</dt>
            <dd>
              <code title={key}>{shortId(key)}</code>
              {words.between}
              {partsText(step, words)}
            </dd>
          </>
        )}
      </dl>
    </div>
  );
}

function aboutOf({ state, image, error = '' }: StepView, words: BuildWords): string {
  if (image !== undefined && state !== 'failed') return words[`about_image_${image}`];
  return fill(words[`about_${state}`], { error });
}

function Layer({
  layer: { diffId, size, of },
  words,
  controls,
}: { layer: NonNullable<StepView['layer']> } & Pick<Props, 'words' | 'controls'>) {
  return (
    <>
      <code title={diffId}>{shortId(diffId)}</code>
      {words.between}
      {bytesIn(size, words)}
      {words.between}
      {of ? (
        <>
          {fill(words.inImage, { name: of.name || shortId(of.image) })}{' '}
          <button
            type="button"
            class="ws-tool"
            onClick={() => {
              controls.layer.value = { image: of.image, digest: diffId };
              controls.showXray('layers');
            }}
          >
            {words.toLayers}
          </button>
        </>
      ) : (
        words.inNoImage
      )}
    </>
  );
}

function partsText({ made }: StepView, words: BuildWords): string {
  const parts = [
    words.part_instruction,
    ...(made.variable > 0 ? [fill(words.part_variable, { n: made.variable })] : []),
    ...(made.setting > 0 ? [words.part_setting] : []),
    ...(made.content > 0 ? [fill(words.part_files, { n: made.files || '?' })] : []),
    ...(made.parent > 0 ? [words.part_parent] : []),
  ];
  return fill(words.madeOf, { parts: new Intl.ListFormat(words.language).format(parts) });
}

/** One reason, with what belongs to it. */
export function Reason({
  reason,
  words,
  choose,
}: {
  reason: MissReason;
  words: BuildWords;
  choose?: (step: number) => void;
}) {
  const text = reasonText(reason, words);
  switch (reason.is) {
    case 'files':
      return (
        <>
          {text}
          <Files reason={reason} words={words} />
        </>
      );
    case 'instruction':
      return (
        <>
          {text}
          <ul class="xr-why-files">
            <li class="removed">
              <del>
                <code>{reason.before}</code>
              </del>
            </li>
            <li class="added">
              <ins>
                <code>{reason.now}</code>
              </ins>
            </li>
          </ul>
        </>
      );
    case 'parent': {
      const { step } = reason;
      if (step === undefined || choose === undefined) return <>{text}</>;
      return (
        <button type="button" class="ws-tool" onClick={() => choose(step)}>
          {text} →
        </button>
      );
    }
    default:
      return <>{text}</>;
  }
}

const SIGNS = { added: '+', removed: '−', content: '~', mode: '~', owner: '~', kind: '~' } as const;
const TONES = { added: 'added', removed: 'removed' } as const;

function Files({
  reason: { changes, more },
  words,
}: {
  reason: Extract<MissReason, { is: 'files' }>;
  words: BuildWords;
}) {
  if (changes.length === 0) return null;
  return (
    <ul class="xr-why-files">
      {filesFirst(changes).map(({ path, is }) => (
        <li key={path}>
          <b class={is in TONES ? is : 'changed'} aria-hidden="true">
            {SIGNS[is]}
          </b>{' '}
          <code>{fileName(path)}</code> <small>{words[`file_${is}`]}</small>
        </li>
      ))}
      {more > 0 && <li>{fill(words.more, { n: more })}</li>}
    </ul>
  );
}
