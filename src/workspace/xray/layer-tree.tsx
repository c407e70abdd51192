import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { TreeEntry } from '../../lab/layers/layer-stack.ts';
import type { LayersCall } from './layers.tsx';
import { bytesIn } from './sizes.ts';
import type { XrayWords } from './words.ts';

interface TreeProps {
  call: LayersCall;
  subject: string;
  layer: number;
  again: unknown;
  chosen: string | undefined;
  onPick: (path: string) => void;
  words: XrayWords;
}

/** The files as a layer leaves them, or only what it changed. */
export function LayerTree({ label, ...props }: TreeProps & { label: string }) {
  const only = useSignal(props.layer > 0);
  return (
    <nav class="xr-tree" aria-label={label}>
      <label class="xr-option">
        <input
          type="checkbox"
          checked={only.value}
          onChange={() => {
            only.value = !only.value;
          }}
        />{' '}
        {props.words.onlyChanges}
      </label>
      <Folder path="" only={only.value} {...props} />
    </nav>
  );
}

function Folder({ path, only, ...props }: TreeProps & { path: string; only: boolean }) {
  const { call, subject, layer, again, chosen, onPick, words } = props;
  const entries = useSignal<TreeEntry[] | undefined>(undefined);
  const toggled = useSignal<ReadonlySet<string>>(new Set());

  useEffect(() => {
    let open = true;
    call('layers.directory', { key: subject, layer, path }).then(
      (found) => {
        if (open) entries.value = found;
      },
      () => {},
    );
    return () => {
      open = false;
    };
  }, [subject, layer, path, again]);

  if (!entries.value) return null;
  const shown = entries.value.filter(({ change, touched }) => !only || change !== 'same' || touched);
  if (shown.length === 0) return <p class="ws-note">{only ? words.nothingChanged : words.emptyFolder}</p>;
  return (
    <ul>
      {shown.map((entry) => {
        const full = path === '' ? entry.name : `${path}/${entry.name}`;
        const folder = entry.type === 'directory';
        // Where only changes are listed, what leads to them is unfolded.
        const isOpen = folder && (only && entry.touched) !== toggled.value.has(entry.name);
        const toggle = () => {
          const next = new Set(toggled.value);
          if (!next.delete(entry.name)) next.add(entry.name);
          toggled.value = next;
        };
        return (
          <li key={entry.name}>
            <button
              type="button"
              class={`xr-file ${entry.change} ${entry.type}`}
              {...(folder ? { 'aria-expanded': isOpen } : { 'aria-current': chosen === full })}
              onClick={() => (folder ? toggle() : onPick(full))}
            >
              <span class="xr-mark" aria-hidden="true">
                {folder && entry.change === 'same' ? (isOpen ? '▾' : '▸') : MARKS[entry.change]}
              </span>
              {entry.change !== 'same' && <span class="visually-hidden">{words[entry.change]} </span>}
              <span class="xr-file-name">{entry.name}</span>
              {entry.target !== undefined && <small> → {entry.target}</small>}
              <small class="xr-size">{entry.size > 0 ? bytesIn(entry.size, words) : ''}</small>
            </button>
            {isOpen && <Folder {...props} path={full} only={only} />}
          </li>
        );
      })}
    </ul>
  );
}

const MARKS = { added: '+', changed: '~', removed: '−', same: '' } as const;
