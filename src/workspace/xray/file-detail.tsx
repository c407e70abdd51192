import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Contents } from '../../lab/layers/compare-files.ts';
import type { FileView } from '../../lab/layers/explorer.ts';
import type { FileVersion, LayerSummary } from '../../lab/layers/layer-stack.ts';
import { fill } from '../words/index.ts';
import type { LayersCall } from './layers.tsx';
import { bytesIn } from './sizes.ts';
import type { XrayWords } from './words.ts';

interface Props {
  call: LayersCall;
  subject: string;
  layer: number;
  path: string;
  layers: readonly LayerSummary[];
  again: unknown;
  words: XrayWords;
  onLayer: (layer: number) => void;
}

/** One file: what each layer did to it, and its content, or what a layer changed of it. */
export function FileDetail({ call, subject, layer, path, again, words, onLayer }: Props) {
  const file = useSignal<FileView | undefined>(undefined);
  useEffect(() => {
    let open = true;
    call('layers.file', { key: subject, layer, path }).then(
      (found) => {
        if (open) file.value = found;
      },
      () => {},
    );
    return () => {
      open = false;
    };
  }, [subject, layer, path, again]);

  if (!file.value) return null;
  const { history, contents } = file.value;
  return (
    <section class="xr-detail xr-file-detail" aria-label={`/${path}`}>
      <h3>
        <code>/{path}</code>
      </h3>
      <ol class="xr-history">
        {history.map((version) => (
          <li key={version.layer}>
            <button
              type="button"
              class="ws-tool"
              aria-pressed={version.layer === layer}
              onClick={() => onLayer(version.layer)}
            >
              {fill(words.layerN, { n: version.layer + 1 })}
            </button>{' '}
            <b class={version.change}>{words[version.change]}</b> {describe(version, words)}
          </li>
        ))}
      </ol>
      {contents && <Content contents={contents} words={words} />}
    </section>
  );
}

function describe({ type, mode, uid, gid, size, target }: FileVersion, words: XrayWords): string {
  if (type === undefined) return '';
  const bits = (mode ?? 0).toString(8).padStart(4, '0');
  const parts = [bits, `${uid}:${gid}`];
  if (type === 'file') parts.push(bytesIn(size ?? 0, words));
  if (target !== undefined) parts.push(`→ ${target}`);
  return parts.join(' · ');
}

function Content({ contents, words }: { contents: Contents; words: XrayWords }) {
  if (contents.is === 'text') {
    if (contents.text === '') return <p class="xr-hint">{words.fileEmpty}</p>;
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
    return <pre tabIndex={0}>{contents.text}</pre>;
  }
  if (contents.is !== 'difference') return <p class="xr-hint">{words[`content_${contents.is}`]}</p>;
  if (contents.text === '') return <p class="xr-hint">{words.sameContent}</p>;
  return (
    <figure>
      <figcaption>{words.difference}</figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard. */}
      <pre tabIndex={0}>
        {contents.text.split('\n').map((line, at) => (
          <span key={at} class={LINES[line[0] ?? '']}>
            {line}
            {'\n'}
          </span>
        ))}
      </pre>
    </figure>
  );
}

const LINES: Readonly<Record<string, string>> = { '+': 'added', '-': 'removed', '@': 'hunk' };
