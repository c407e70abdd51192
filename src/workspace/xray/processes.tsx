import { type Signal, useSignal } from '@preact/signals';
import {
  everyProcess,
  type FenceView,
  NAMESPACE_FACTS,
  type NamespaceView,
  type ProcessView,
} from '../../lab/xray/processes.ts';
import { fill } from '../words/index.ts';
import { useLooks } from './look.ts';
import type { XrayWords } from './words.ts';
import type { ViewProps } from './xray.tsx';

/** What the reader has pointed at, and what is new since the look before. */
interface Attention {
  process: Signal<number | undefined>;
  /** Inode number of a namespace whose members are lit. */
  namespace: Signal<number | undefined>;
  fresh: ReadonlySet<number>;
}

/** Processes as cells, each within the fences that its namespaces put around it. */
export function Processes({ session, words, asText }: ViewProps) {
  const { looks, problem } = useLooks(session, () => session.call('xray.processes'));
  const process = useSignal<number | undefined>(undefined);
  const namespace = useSignal<number | undefined>(undefined);
  if (problem) return <p class="ws-note">{problem}</p>;
  if (!looks) return <p class="ws-note">{words.looking}</p>;
  const { now, before } = looks;
  if (asText) return <FenceText fence={now} words={words} />;

  const old = before && new Set(everyProcess(before).map(({ pid }) => pid));
  const all = everyProcess(now);
  const fresh = new Set(old ? all.map(({ pid }) => pid).filter((pid) => !old.has(pid)) : []);
  const attention = { process, namespace, fresh };
  const chosen = all.find(({ pid }) => pid === process.value);
  return (
    <div class="xr-split">
      <div class="xr-picture">
        <Fence fence={now} words={words} attention={attention} />
      </div>
      <div class="xr-detail">
        {chosen ? (
          <Detail process={chosen} machine={now} words={words} attention={attention} />
        ) : (
          <p class="xr-hint">{words.pickProcess}</p>
        )}
      </div>
    </div>
  );
}

interface FenceProps {
  fence: FenceView;
  words: XrayWords;
  attention: Attention;
}

function Fence({ fence, words, attention }: FenceProps) {
  return (
    <section class={`xr-fence ${fence.is}`} aria-label={`${words[fence.is]} ${fence.name}`}>
      <p class="xr-name">
        <strong>{fence.name}</strong> <small>{words[fence.is]}</small>
        {fence.own.map((one) => (
          <NamespaceChip key={one.kind} namespace={one} words={words} attention={attention} />
        ))}
      </p>
      <Cells processes={fence.processes} words={words} attention={attention} />
      {fence.fences.map((inner) => (
        <Fence key={inner.id} fence={inner} words={words} attention={attention} />
      ))}
    </section>
  );
}

/** Lights the members of a namespace, until it is pressed again. */
function NamespaceChip({
  namespace: { kind, inode },
  words,
  attention,
}: Omit<FenceProps, 'fence'> & { namespace: NamespaceView }) {
  const lit = attention.namespace.value === inode;
  return (
    <button
      type="button"
      class="xr-chip"
      aria-pressed={lit}
      title={fill(words.ownOf, { namespace: `${kind}:[${inode}]` })}
      onClick={() => {
        attention.namespace.value = lit ? undefined : inode;
      }}
    >
      {kind}
    </button>
  );
}

function Cells({
  processes,
  words,
  attention,
}: Omit<FenceProps, 'fence'> & { processes: readonly ProcessView[] }) {
  if (processes.length === 0) return null;
  return (
    <ul class="xr-cells">
      {processes.map((process) => (
        <li key={process.pid}>
          <Cell process={process} words={words} attention={attention} />
          <Cells processes={process.children} words={words} attention={attention} />
        </li>
      ))}
    </ul>
  );
}

function Cell({ process, words, attention }: Omit<FenceProps, 'fence'> & { process: ProcessView }) {
  const { pid, pids, comm } = process;
  const chosen = attention.process.value === pid;
  const fresh = attention.fresh.has(pid);
  const lit = process.namespaces.some(({ inode }) => inode === attention.namespace.value);
  return (
    <button
      type="button"
      class={`xr-cell ${fresh ? 'fresh' : ''} ${lit ? 'lit' : ''}`}
      aria-pressed={chosen}
      onClick={() => {
        attention.process.value = chosen ? undefined : pid;
      }}
    >
      <span class="xr-dot" data-state={process.state} title={stateOf(process, words)}>
        {process.state}
      </span>
      <span class="xr-comm">{comm}</span> <span class="xr-pid">{pid}</span>
      {pids.length > 1 && <span class="xr-pid inner">{fill(words.inside, { pid: pids.at(-1) ?? pid })}</span>}
      {fresh && <small class="xr-fresh">{words.fresh}</small>}
    </button>
  );
}

/** All about one process: its numbers, and whose its namespaces are. */
function Detail({
  process,
  machine,
  words,
  attention,
}: Omit<FenceProps, 'fence'> & { process: ProcessView; machine: FenceView }) {
  const ofMachine = new Set(machine.id.split(' '));
  const lit = process.namespaces.find(({ inode }) => inode === attention.namespace.value);
  return (
    <>
      <h3>
        <code>{process.command || process.comm}</code>
      </h3>
      <dl>
        <dt>{words.pids}</dt>
        <dd>
          {process.pids.join(' → ')}
          {process.pids.length > 1 && <small> {words.pidsInwards}</small>}
        </dd>
        <dt>{words.user}</dt>
        <dd>{process.uid}</dd>
        <dt>{words.state}</dt>
        <dd>{stateOf(process, words)}</dd>
        <dt>{words.hostname}</dt>
        <dd>{process.hostname}</dd>
        <dt>{words.cgroup}</dt>
        <dd>
          <code>{process.cgroup}</code>
        </dd>
      </dl>
      <table>
        <caption>{words.namespaces}</caption>
        <tbody>
          {process.namespaces.map((one) => (
            <tr key={one.kind}>
              <th scope="row">
                <NamespaceChip namespace={one} words={words} attention={attention} />
              </th>
              <td>
                <code>{one.inode}</code>
              </td>
              <td>{ofMachine.has(String(one.inode)) ? words.shared : <strong>{words.ownOne}</strong>}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {lit && <Facts kind={lit.kind} words={words} />}
    </>
  );
}

/** What is a namespace's own, and since when there is its kind. */
function Facts({ kind, words }: { kind: NamespaceView['kind']; words: XrayWords }) {
  const { flag, since, complete } = NAMESPACE_FACTS[kind];
  const year = (date: string) => date.slice(0, 4);
  const release = fill(words.since, { flag, version: since.version, year: year(since.date) });
  const whole = complete && fill(words.complete, { version: complete.version, year: year(complete.date) });
  return (
    <p role="status">
      <strong>{words[`kind_${kind}`]}</strong>
      <br />
      {whole ? `${release}; ${whole}` : release}
    </p>
  );
}

/** The same in words: lists within lists. */
function FenceText({ fence, words }: Pick<FenceProps, 'fence' | 'words'>) {
  const own = fill(words.own, { kinds: fence.own.map(({ kind }) => kind).join(', ') });
  const head =
    fence.is === 'machine'
      ? fill(words.machineText, { name: fence.name })
      : fill(words.fenceText, { name: fence.name, is: words[fence.is], own });
  return (
    <div class="xr-text">
      <p>{head}</p>
      <ProcessTexts processes={fence.processes} words={words} />
      {fence.fences.length > 0 && (
        <ul>
          {fence.fences.map((inner) => (
            <li key={inner.id}>
              <FenceText fence={inner} words={words} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function ProcessTexts({ processes, words }: { processes: readonly ProcessView[]; words: XrayWords }) {
  if (processes.length === 0) return null;
  return (
    <ul>
      {processes.map((process) => (
        <li key={process.pid}>
          {fill(words.processText, {
            comm: process.comm,
            pids: process.pids.join(' → '),
            uid: process.uid,
            state: stateOf(process, words),
          })}
          <ProcessTexts processes={process.children} words={words} />
        </li>
      ))}
    </ul>
  );
}

const stateOf = ({ state, frozen }: ProcessView, words: XrayWords) =>
  frozen ? words.frozen : words[`state${state}`];
