import { type Signal, useSignal } from '@preact/signals';
import type { BlobNode, ManifestNode, PushNode, RegistryNode } from '../../lab/xray/registries.ts';
import { fill } from '../words/index.ts';
import { useLooks } from './look.ts';
import { shortId } from './short-id.ts';
import { bytesIn } from './sizes.ts';
import type { XrayWords } from './words.ts';
import type { ViewProps } from './xray.tsx';

interface Look {
  words: XrayWords;
  /** The blob or manifest that is lit wherever it is. */
  lit: Signal<string | undefined>;
}

/** Registries: the repositories with their tags, what those lead to, and what each push sent. */
export function Registries({ session, words, asText }: ViewProps) {
  const { looks, problem } = useLooks(session, () => session.call('xray.registries'));
  const lit = useSignal<string | undefined>(undefined);
  if (problem) return <p class="ws-note">{problem}</p>;
  if (!looks) return <p class="ws-note">{words.looking}</p>;
  const { now } = looks;
  if (now.length === 0) return <p class="ws-note">{words.noRegistries}</p>;
  return (
    <>
      {now.map((registry) => (
        <section
          key={`${registry.address} ${registry.container}`}
          class="xr-registry"
          aria-label={nameOf(registry)}
        >
          <p class="xr-name">
            <strong>
              <code>{nameOf(registry)}</code>
            </strong>{' '}
            <small>{aboutOf(registry, words)}</small>
          </p>
          {asText ? (
            <RegistryText registry={registry} words={words} />
          ) : (
            <RegistryPicture registry={registry} words={words} lit={lit} />
          )}
        </section>
      ))}
    </>
  );
}

function RegistryPicture({ registry, words, lit }: Look & { registry: RegistryNode }) {
  const { repositories, pushes, blobs } = registry;
  const loose = blobs.filter(({ role }) => role === undefined);
  return (
    <div class="xr-registry-body">
      <div>
        {repositories.length === 0 && <p class="xr-hint">{words.registryEmpty}</p>}
        {repositories.map(({ name, manifests }) => (
          <section key={name} aria-label={name}>
            <p class="xr-name">
              {words.repository} <code>{name}</code>
            </p>
            <ul class="xr-graph xr-shelf">
              {manifests.map((manifest) => (
                <ManifestRow
                  key={manifest.digest}
                  manifest={manifest}
                  blobs={blobs}
                  words={words}
                  lit={lit}
                />
              ))}
            </ul>
          </section>
        ))}
        {loose.length > 0 && <p class="xr-hint">{looseText(loose, words)}</p>}
      </div>
      {pushes.length > 0 && (
        <section aria-label={words.pushes}>
          <p class="xr-name">{words.pushes}</p>
          <ul class="xr-pushes">
            {pushes.map((push) => (
              <PushRow key={`${push.at} ${push.manifest}`} push={push} words={words} lit={lit} />
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function ManifestRow({
  manifest: { digest, tags, entries },
  blobs,
  words,
  lit,
}: Look & { manifest: ManifestNode; blobs: BlobNode[] }) {
  const shared = new Set(
    blobs.filter(({ repositories }) => repositories.length > 1).map((blob) => blob.digest),
  );
  return (
    <li>
      <ul class="xr-names" aria-label={words.names}>
        {tags.map((tag) => (
          <li key={tag} class="xr-tag">
            <code>{tag}</code>
          </li>
        ))}
        {tags.length === 0 && <li class="xr-hint">{words.noTag}</li>}
      </ul>
      <section class="xr-image" aria-label={shortId(digest)}>
        <p class="xr-name">
          {words.manifest} <code>{shortId(digest)}</code>
        </p>
        <ul class="xr-strata" aria-label={words.needs}>
          {entries.map((entry) => (
            <li key={entry.digest}>
              <Blob
                digest={entry.digest}
                text={blobText(entry, words)}
                mark={shared.has(entry.digest) ? 'shared' : ''}
                lit={lit}
              />
            </li>
          ))}
        </ul>
      </section>
    </li>
  );
}

function PushRow({ push, words, lit }: Look & { push: PushNode }) {
  return (
    <li>
      <p class="xr-name">
        <code>{pushedName(push)}</code> <small>{sumsOf(push, words)}</small>
      </p>
      <ul class="xr-sent">
        {push.blobs.map((blob) => (
          <li key={blob.digest}>
            <Blob digest={blob.digest} text={arrivalText(blob, words)} mark={blob.arrival} lit={lit} />
          </li>
        ))}
      </ul>
    </li>
  );
}

/** A blob; pressed, it lights wherever it is. */
function Blob({
  digest,
  text,
  mark,
  lit,
}: {
  digest: string;
  text: string;
  mark: string;
  lit: Signal<string | undefined>;
}) {
  return (
    <button
      type="button"
      class={`xr-stratum ${mark}`}
      aria-pressed={lit.value === digest}
      title={digest}
      onClick={() => {
        lit.value = lit.value === digest ? undefined : digest;
      }}
    >
      {text}
    </button>
  );
}

function RegistryText({ registry, words }: { registry: RegistryNode; words: XrayWords }) {
  const { repositories, pushes, blobs } = registry;
  const loose = blobs.filter(({ role }) => role === undefined);
  return (
    <ul class="xr-text">
      {repositories.length === 0 && <li>{words.registryEmpty}</li>}
      {repositories.map(({ name, manifests }) => (
        <li key={name}>
          {words.repository} <code>{name}</code>
          <ul>
            {manifests.map(({ digest, tags, entries }) => (
              <li key={digest}>
                {fill(words.manifestText, { names: tags.join(', ') || words.noTag, id: shortId(digest) })}
                <ul>
                  {entries.map((entry) => (
                    <li key={entry.digest}>{blobText(entry, words)}</li>
                  ))}
                </ul>
              </li>
            ))}
          </ul>
        </li>
      ))}
      {loose.length > 0 && <li>{looseText(loose, words)}</li>}
      {pushes.map((push) => (
        <li key={`${push.at} ${push.manifest}`}>
          {fill(words.pushText, { name: pushedName(push), sums: sumsOf(push, words) })}
          <ul>
            {push.blobs.map((blob) => (
              <li key={blob.digest}>{arrivalText(blob, words)}</li>
            ))}
          </ul>
        </li>
      ))}
    </ul>
  );
}

const nameOf = ({ address, container }: RegistryNode) => address || container || 'registry';

const aboutOf = ({ container, blobs, size }: RegistryNode, words: XrayWords) => {
  const total = fill(words.blobsTotal, { n: blobs.length, size: bytesIn(size, words) });
  return container === undefined ? total : fill(words.servedBy, { container, total });
};

const blobText = (
  { role, digest, size }: { role: 'config' | 'layer' | 'manifest'; digest: string; size: number },
  words: XrayWords,
) => fill(words.blobText, { role: words[`role_${role}`], id: shortId(digest), size: bytesIn(size, words) });

const arrivalText = (blob: PushNode['blobs'][number], words: XrayWords) =>
  fill(words.arrivalText, { blob: blobText(blob, words), arrival: words[`arrival_${blob.arrival}`] });

const pushedName = ({ repository, reference }: PushNode) =>
  reference.includes(':') ? `${repository}@${shortId(reference)}` : `${repository}:${reference}`;

const sumsOf = ({ sent, spared }: PushNode, words: XrayWords) =>
  fill(words.pushSums, { sent: bytesIn(sent, words), spared: bytesIn(spared, words) });

const looseText = (loose: readonly BlobNode[], words: XrayWords) =>
  fill(words.looseBlobs, {
    n: loose.length,
    size: bytesIn(
      loose.reduce((sum, { size }) => sum + size, 0),
      words,
    ),
  });
