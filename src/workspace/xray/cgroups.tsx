import { useSignal } from '@preact/signals';
import { type CgroupsView, type CgroupView, cpuUse } from '../../lab/xray/cgroups.ts';
import { fill } from '../words/index.ts';
import { useLooks } from './look.ts';
import type { XrayWords } from './words.ts';
import type { ViewProps } from './xray.tsx';

interface Props {
  group: CgroupView;
  view: CgroupsView;
  /** CPUs kept busy, by path; nothing until there were two looks. */
  use: ReadonlyMap<string, number>;
  words: XrayWords;
}

/** The tree of cgroups as trays, each with the level of what it holds. */
export function Cgroups({ session, words, asText }: ViewProps) {
  const { looks, problem } = useLooks(session, () => session.call('xray.cgroups'));
  const empty = useSignal(false);
  if (problem) return <p class="ws-note">{problem}</p>;
  if (!looks) return <p class="ws-note">{words.looking}</p>;
  const { now, before } = looks;
  const use = before ? cpuUse(before, now) : new Map<string, number>();
  const root = empty.value ? now.root : withoutEmpty(now.root);
  const props = { group: root, view: now, use, words };
  return (
    <>
      <label class="xr-option">
        <input
          type="checkbox"
          checked={empty.value}
          onChange={() => {
            empty.value = !empty.value;
          }}
        />{' '}
        {words.emptyGroups}
      </label>
      {asText ? (
        <ul class="xr-text">
          <TrayText {...props} />
        </ul>
      ) : (
        <ul class="xr-trays">
          <Tray {...props} />
        </ul>
      )}
    </>
  );
}

/** A cgroup stays if it, or one below it, has members or a limit. */
function withoutEmpty(group: CgroupView): CgroupView {
  const children = group.children
    .map(withoutEmpty)
    .filter((child) => child.pids.current > 0 || limited(child));
  return { ...group, children };
}

const limited = ({ memory, cpu, pids, children }: CgroupView): boolean =>
  [memory.max, cpu.max, pids.max].some((max) => max !== undefined) || children.some(limited);

function Tray(props: Props) {
  const { group, words } = props;
  return (
    <li>
      <section class="xr-tray" aria-label={group.path}>
        <p class="xr-name">
          <code>{group.name || '/'}</code>
          {group.container && (
            <>
              {' '}
              <strong>{group.container}</strong> <small>{words.container}</small>
            </>
          )}
          {notes(group, words).map((note) => (
            <em key={note} class="xr-note">
              {note}
            </em>
          ))}
        </p>
        <div class="xr-meters">
          {meters(props).map((meter) => (
            <Meter key={meter.name} {...meter} />
          ))}
        </div>
        {group.processes.length > 0 && (
          <p class="xr-members">
            {group.processes.map(({ pid, comm }) => (
              <span key={pid} class="xr-member">
                {comm} <span class="xr-pid">{pid}</span>
              </span>
            ))}
          </p>
        )}
      </section>
      {group.children.length > 0 && (
        <ul>
          {group.children.map((child) => (
            <Tray key={child.path} {...props} group={child} />
          ))}
        </ul>
      )}
    </li>
  );
}

interface MeterModel {
  name: string;
  /** How full, of 1; of what the machine has where there is no limit. */
  level: number;
  limited: boolean;
  text: string;
}

function Meter({ name, level, limited, text }: MeterModel) {
  return (
    <div class="xr-meter">
      <span class="xr-meter-name">{name}</span>
      <meter
        class={limited ? 'limited' : ''}
        aria-label={name}
        aria-valuetext={text}
        value={Math.min(1, level)}
        high={limited ? 0.9 : 1}
      />
      <span class="xr-meter-text" aria-hidden="true">
        {text}
      </span>
    </div>
  );
}

function meters({ group, view, use, words }: Props): MeterModel[] {
  const { memory, cpu, pids } = group;
  const busy = use.get(group.path) ?? 0;
  const amount = (now: string, max: string | undefined) =>
    max === undefined ? fill(words.noMax, { now }) : fill(words.ofMax, { now, max });
  const cpus = (n: number) => fill(words.cpus, { n: n.toFixed(2) });
  return [
    {
      name: words.memory,
      level: memory.current / (memory.max ?? view.memory),
      limited: memory.max !== undefined,
      text: amount(mebibytes(memory.current), memory.max === undefined ? undefined : mebibytes(memory.max)),
    },
    {
      name: words.cpu,
      level: busy / (cpu.max ?? view.cpus),
      limited: cpu.max !== undefined,
      text: `${amount(cpus(busy), cpu.max === undefined ? undefined : cpus(cpu.max))}${
        cpu.weight === 100 ? '' : ` · ${fill(words.weight, { n: cpu.weight })}`
      }`,
    },
    {
      name: words.pidsMeter,
      level: pids.max === undefined ? 0 : pids.current / Math.max(1, pids.max),
      limited: pids.max !== undefined,
      text: amount(String(pids.current), pids.max === undefined ? undefined : String(pids.max)),
    },
  ];
}

function notes({ frozen, cpu, events }: CgroupView, words: XrayWords): string[] {
  const all: string[] = [];
  if (frozen) all.push(words.frozen);
  if (cpu.throttled > 0) all.push(fill(words.throttled, { n: cpu.throttled }));
  if (events.oomKill > 0) all.push(fill(words.oomKills, { n: events.oomKill }));
  if (events.pidsMax > 0) all.push(fill(words.pidsRefused, { n: events.pidsMax }));
  return all;
}

/** The same in words. */
function TrayText(props: Props) {
  const { group, words } = props;
  const parts = [
    ...notes(group, words),
    ...meters(props).map(({ name, text }) => `${name}: ${text}`),
    ...(group.processes.length > 0
      ? [fill(words.members, { list: group.processes.map(({ pid, comm }) => `${comm} (${pid})`).join(', ') })]
      : []),
  ];
  return (
    <li>
      <code>{group.path}</code>
      {group.container && ` (${words.container} ${group.container})`}: {parts.join('; ')}
      {group.children.length > 0 && (
        <ul>
          {group.children.map((child) => (
            <TrayText key={child.path} {...props} group={child} />
          ))}
        </ul>
      )}
    </li>
  );
}

const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(bytes < 10 * 2 ** 20 ? 1 : 0)} MiB`;
