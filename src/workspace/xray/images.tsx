import { type Signal, useSignal } from '@preact/signals';
import { type ImageNode, type ImagesView, type LayerNode, movedTags } from '../../lab/xray/images.ts';
import { fill } from '../words/index.ts';
import { useLooks } from './look.ts';
import { shortId } from './short-id.ts';
import { bytesIn } from './sizes.ts';
import type { XrayWords } from './words.ts';
import type { ViewProps } from './xray.tsx';

interface Props {
  image: ImageNode;
  moved: ReadonlyMap<string, string>;
  words: XrayWords;
}

/** Names on the left, the images that they lead to in the middle with their layers, containers on the right. */
export function Images({ session, words, asText }: ViewProps) {
  const { looks, problem } = useLooks(session, () => session.call('xray.images'));
  const lit = useSignal<string | undefined>(undefined);
  const moved = useSignal<ReadonlyMap<string, string>>(new Map());
  const seen = useSignal<ImagesView | undefined>(undefined);
  if (problem) return <p class="ws-note">{problem}</p>;
  if (!looks) return <p class="ws-note">{words.looking}</p>;
  const { now, before } = looks;
  if (before && seen.peek() !== now) {
    seen.value = now;
    const fresh = movedTags(before, now);
    // It stays marked until another one moves.
    if (fresh.size > 0) moved.value = fresh;
  }
  if (now.images.length === 0) return <p class="ws-note">{words.noImages}</p>;
  const separate = now.images.reduce((sum, { size }) => sum + size, 0);
  const total = fill(words.imagesTotal, {
    n: now.images.length,
    size: bytesIn(now.size, words),
    separate: bytesIn(separate, words),
  });
  return (
    <>
      <p class="xr-hint">{total}</p>
      {asText ? (
        <ul class="xr-text">
          {now.images.map((image) => (
            <ImageText key={image.id} image={image} moved={moved.value} words={words} />
          ))}
        </ul>
      ) : (
        <ul class="xr-graph">
          {now.images.map((image) => (
            <ImageRow key={image.id} image={image} moved={moved.value} words={words} lit={lit} />
          ))}
        </ul>
      )}
    </>
  );
}

function ImageRow({ image, moved, words, lit }: Props & { lit: Signal<string | undefined> }) {
  const { id, tags, digests, size, own, layers, containers } = image;
  return (
    <li>
      <ul class="xr-names" aria-label={words.names}>
        {tags.map((tag) => (
          <li key={tag} class={`xr-tag ${moved.has(tag) ? 'fresh' : ''}`}>
            <code>{tag}</code> {moved.has(tag) && <small class="xr-fresh">{words.tagMoved}</small>}
          </li>
        ))}
        {digests.map((name) => (
          <li key={name} class="xr-tag digest" title={name}>
            <code>{shortened(name)}</code>
          </li>
        ))}
        {tags.length === 0 && <li class="xr-hint">{words.noTag}</li>}
      </ul>
      <section class="xr-image" aria-label={shortId(id)}>
        <p class="xr-name">
          <strong>
            <code>{shortId(id)}</code>
          </strong>{' '}
          <small>{sizesOf(size, own, words)}</small>
        </p>
        <ul class="xr-strata" aria-label={words.layers}>
          {layers.map((layer) => (
            <li key={layer.chainId}>
              <Stratum layer={layer} words={words} lit={lit} />
            </li>
          ))}
        </ul>
      </section>
      <ul class="xr-users" aria-label={words.containers}>
        {containers.map(({ name, status }) => (
          <li key={name} class={`xr-user ${status}`}>
            <code>{name}</code> <small>{words[`status_${status}`]}</small>
          </li>
        ))}
      </ul>
    </li>
  );
}

/** A layer; pressed, it lights wherever it is. */
function Stratum({
  layer: { chainId, size, images, createdBy },
  words,
  lit,
}: {
  layer: LayerNode;
  words: XrayWords;
  lit: Signal<string | undefined>;
}) {
  const text = `${bytesIn(size, words)}${images > 1 ? `, ${fill(words.sharedBy, { n: images })}` : ''}`;
  return (
    <button
      type="button"
      class={`xr-stratum ${images > 1 ? 'shared' : ''}`}
      aria-pressed={lit.value === chainId}
      title={createdBy === undefined ? text : `${text}\n${createdBy}`}
      onClick={() => {
        lit.value = lit.value === chainId ? undefined : chainId;
      }}
    >
      {text}
    </button>
  );
}

function ImageText({ image, moved, words }: Props) {
  const { id, tags, digests, size, own, layers, containers } = image;
  const names = tags.map((tag) => (moved.has(tag) ? `${tag} (${words.tagMoved})` : tag));
  const shared = layers.filter(({ images }) => images > 1).length;
  const parts = [
    `${words.names}: ${[...names, ...digests].join(', ') || words.noTag}`,
    sizesOf(size, own, words),
    fill(words.layersShared, { n: layers.length, shared }),
    ...(containers.length > 0
      ? [
          `${words.containers}: ${containers.map(({ name, status }) => `${name} (${words[`status_${status}`]})`).join(', ')}`,
        ]
      : []),
  ];
  return (
    <li>
      <code>{shortId(id)}</code>: {parts.join('; ')}
    </li>
  );
}

const sizesOf = (size: number, own: number, words: XrayWords) =>
  fill(words.imageSizes, { size: bytesIn(size, words), own: bytesIn(own, words) });

const shortened = (name: string) => name.replace(/@sha256:([0-9a-f]{12})[0-9a-f]*$/, '@sha256:$1…');
