import { useSignal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import type { StackSubject, StackView } from '../../lab/layers/explorer.ts';
import type { LayerSummary } from '../../lab/layers/layer-stack.ts';
import type { LabClient } from '../../lab/protocol.ts';
import { fill } from '../words/index.ts';
import { ArchiveOpener, type OpenArchive } from './archive-opener.tsx';
import { FileDetail } from './file-detail.tsx';
import { LayerTree } from './layer-tree.tsx';
import { useLooks } from './look.ts';
import { shortId } from './short-id.ts';
import { bytesIn } from './sizes.ts';
import type { XrayWords } from './words.ts';
import type { ViewProps } from './xray.tsx';

/** Who answers what is asked about layers: the lab, or the worker of an archive. */
export type LayersCall = Pick<LabClient, 'call'>['call'];

/** The layers of an image or a container as plates on each other, and the files of each. */
export function Layers({ session, controls, words, asText }: ViewProps) {
  const [wanted] = useState(() => controls.layer.peek());
  const chosen = useSignal<string | undefined>(wanted?.image);
  const archive = useSignal<OpenArchive | undefined>(undefined);
  const { looks, problem } = useLooks(session, () => session.call('layers.list'));
  useEffect(() => {
    controls.layer.value = undefined;
  }, []);
  const subjects = looks?.now ?? [];
  const archived = archive.value?.images ?? [];
  const all = [...subjects, ...archived];
  const key = all.some((one) => one.key === chosen.value) ? chosen.value : all[0]?.key;
  const isArchived = archived.some((one) => one.key === key);
  const call = isArchived && archive.value ? (archive.value.call as LayersCall) : session.call;

  return (
    <ArchiveOpener
      words={words}
      onOpen={(opened) => {
        archive.value?.close();
        archive.value = opened;
        chosen.value = opened.images[0]?.key;
      }}
    >
      {problem && <p class="ws-note">{problem}</p>}
      {all.length === 0 ? (
        <p class="ws-note">{looks ? words.noImages : words.looking}</p>
      ) : (
        <>
          <label class="xr-option">
            {words.layersOf}{' '}
            <select
              value={key}
              onChange={(event) => {
                chosen.value = event.currentTarget.value;
              }}
            >
              <Choices label={words.images} subjects={subjects.filter(({ kind }) => kind === 'image')} />
              <Choices
                label={words.containers}
                subjects={subjects.filter(({ kind }) => kind === 'container')}
              />
              <Choices label={archive.value?.name ?? ''} subjects={archived} />
            </select>
          </label>
          {key && (
            <Stack
              key={key}
              subject={key}
              digest={key === wanted?.image ? wanted?.digest : undefined}
              call={call}
              again={isArchived ? 0 : looks?.now}
              words={words}
              asText={asText}
            />
          )}
        </>
      )}
    </ArchiveOpener>
  );
}

function Choices({ label, subjects }: { label: string; subjects: readonly StackSubject[] }) {
  if (subjects.length === 0) return null;
  return (
    <optgroup label={label}>
      {subjects.map(({ key, names, id }) => (
        <option key={key} value={key}>
          {names.join(', ') || shortId(id)}
        </option>
      ))}
    </optgroup>
  );
}

interface StackProps {
  subject: string;
  /** The layer to begin with; undefined for the topmost. */
  digest: string | undefined;
  call: LayersCall;
  /** Another value asks for another look. */
  again: unknown;
  words: XrayWords;
  asText: boolean;
}

function Stack({ subject, digest, call, again, words, asText }: StackProps) {
  const view = useSignal<StackView | undefined>(undefined);
  const picked = useSignal<number | undefined>(undefined);
  const file = useSignal<string | undefined>(undefined);

  useEffect(() => {
    let open = true;
    call('layers.open', { key: subject }).then(
      (found) => {
        if (open) view.value = found;
      },
      () => {},
    );
    return () => {
      open = false;
    };
  }, [subject, again]);

  const now = view.value;
  if (!now) return null;
  const top = now.layers.length - 1;
  const first = digest === undefined ? -1 : now.layers.findIndex((one) => one.digest === digest);
  const layer = Math.min(picked.value ?? (first < 0 ? top : first), top);
  const pick = (index: number) => {
    picked.value = index;
  };
  const props = { view: now, layer, pick, words };
  return (
    <div class="xr-layers">
      <div>
        {asText ? <StackText {...props} /> : <Plates {...props} />}
        <Wasted
          view={now}
          words={words}
          onPick={(path) => {
            file.value = path;
          }}
        />
      </div>
      <div class="xr-layer-files">
        <LayerTree
          key={layer}
          call={call}
          subject={subject}
          layer={layer}
          // A container's own layer changes; what the layers of an image hold never does.
          again={now.kind === 'container' ? again : 0}
          chosen={file.value}
          onPick={(path) => {
            file.value = path;
          }}
          words={words}
          label={fill(words.filesOfLayer, { n: layer + 1 })}
        />
        {file.value !== undefined && (
          <FileDetail
            call={call}
            subject={subject}
            layer={layer}
            path={file.value}
            layers={now.layers}
            again={now.kind === 'container' ? again : 0}
            words={words}
            onLayer={pick}
          />
        )}
      </div>
    </div>
  );
}

interface PlatesProps {
  view: StackView;
  layer: number;
  pick: (layer: number) => void;
  words: XrayWords;
}

/** The topmost layer on top, each with a bar as long as its share of the whole. */
function Plates({ view, layer, pick, words }: PlatesProps) {
  const most = Math.max(1, ...view.layers.map(({ size }) => size));
  return (
    <ol class="xr-plates" reversed aria-label={words.layers}>
      {[...view.layers.entries()].reverse().map(([index, one]) => (
        <li key={index}>
          <button
            type="button"
            class={`xr-plate ${one.role ?? 'image'}`}
            aria-pressed={layer === index}
            title={one.createdBy}
            onClick={() => pick(index)}
          >
            <span class="xr-plate-name">
              <strong>{index + 1}</strong> <code>{nameOf(one, words)}</code>
            </span>
            <span class="xr-bar-track" aria-hidden="true">
              <span style={{ width: `${(100 * one.size) / most}%` }} />
            </span>
            <span class="xr-plate-figures">
              {bytesIn(one.size, words)} <Counts layer={one} words={words} />
            </span>
          </button>
        </li>
      ))}
    </ol>
  );
}

function Counts({ layer, words }: { layer: LayerSummary; words: XrayWords }) {
  const { added, changed, removed } = layer;
  return (
    <>
      <span class="visually-hidden">{countsOf(layer, words)}</span>
      <span aria-hidden="true">
        {added > 0 && <b class="added">+{added} </b>}
        {changed > 0 && <b class="changed">~{changed} </b>}
        {removed > 0 && <b class="removed">−{removed}</b>}
      </span>
    </>
  );
}

const countsOf = ({ added, changed, removed }: LayerSummary, words: XrayWords) =>
  fill(words.layerCounts, { added, changed, removed });

function StackText({ view, layer, pick, words }: PlatesProps) {
  return (
    <ol class="xr-text">
      {view.layers.map((one, index) => (
        <li key={index}>
          <button type="button" class="ws-tool" aria-pressed={layer === index} onClick={() => pick(index)}>
            <code>{nameOf(one, words)}</code>
          </button>
          : {bytesIn(one.size, words)}, {countsOf(one, words)}
        </li>
      ))}
    </ol>
  );
}

interface WastedProps {
  view: StackView;
  words: XrayWords;
  onPick: (path: string) => void;
}

/** What the layers carry that nobody sees. */
function Wasted({ view: { size, wasted, waste }, words, onPick }: WastedProps) {
  if (wasted === 0) return <p class="xr-hint">{fill(words.noWaste, { size: bytesIn(size, words) })}</p>;
  return (
    <details class="xr-waste">
      <summary>{fill(words.waste, { wasted: bytesIn(wasted, words), size: bytesIn(size, words) })}</summary>
      <ul>
        {waste.map(({ path, bytes, copies, removed }) => (
          <li key={path}>
            <button type="button" class="ws-tool" onClick={() => onPick(path)}>
              <code>/{path}</code>
            </button>{' '}
            {fill(removed ? words.wasteRemoved : words.wasteReplaced, {
              size: bytesIn(bytes, words),
              n: copies,
            })}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** What made a layer, without the shell that docker wrote before it. */
function nameOf({ role, createdBy, digest }: LayerSummary, words: XrayWords): string {
  if (role === 'container') return words.containerLayer;
  if (role === 'init') return words.initLayer;
  const line = createdBy?.replace(/^\/bin\/sh -c (#\(nop\)\s*)?/, '').trim();
  return line || shortId(digest ?? '') || words.unnamedLayer;
}
