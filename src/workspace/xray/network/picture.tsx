import type { DeviceNode, NamespaceNode, NetMap, PublishedNode } from '../../../lab/xray/networks/map.ts';
import type { Target } from '../../../lab/xray/networks/ways.ts';
import { fill } from '../../words/index.ts';
import { More } from './facts.tsx';
import { placeOf } from './way.tsx';
import type { NetworkWords } from './words.ts';

interface Props {
  map: NetMap;
  words: NetworkWords;
  /** At which stations the packet passes a device. */
  places: ReadonlyMap<string, number[]>;
  /** Where packets can be sent to, and where this one is sent. */
  targets: readonly Target[];
  to: string | undefined;
  choose: (to: Target) => void;
}

/** By which device of the machine each other namespace is drawn: the first that leads to it; at the others it is only named. */
function homesOf({ devices }: NamespaceNode, names: readonly string[]): Map<number, string> {
  const homes = new Map<number, string>();
  for (const name of names) {
    const peer = devices.find((device) => device.name === name)?.peer;
    if (peer && !homes.has(peer.namespace)) homes.set(peer.namespace, name);
  }
  return homes;
}

/** The machine, its bridges as rails, and what is plugged into them. */
export function NetworkPicture(props: Props) {
  const { map, words } = props;
  const [machine, ...others] = map.namespaces;
  if (machine === undefined) return null;
  const bridges = machine.devices.filter(({ kind }) => kind === 'bridge');
  const loose = machine.devices.filter(({ kind, master }) => kind !== 'bridge' && master === undefined);
  const homes = homesOf(machine, [
    ...bridges.flatMap(({ ports = [] }) => ports),
    ...loose.map(({ name }) => name),
  ]);
  return (
    <section class="xr-net-machine" aria-label={`${words.machine} ${machine.names.join(', ')}`}>
      <p class="xr-name">
        <strong>{machine.names.join(', ')}</strong> <small>{words.machine}</small>{' '}
        <small>{machine.forwards ? words.forwards : words.forwardsNot}</small>
      </p>
      {machine.guests.length > 0 && (
        <p class="xr-hint">{fill(words.onMachine, { names: machine.guests.join(', ') })}</p>
      )}
      <Published {...props} />
      <ul class="xr-net-loose">
        {loose.map((device) => (
          <li key={device.name}>
            <Device device={device} namespace={machine} {...props} />
            <Peer device={device} homes={homes} {...props} />
          </li>
        ))}
      </ul>
      {bridges.map((bridge) => (
        <Rail key={bridge.name} bridge={bridge} machine={machine} homes={homes} {...props} />
      ))}
      <Unwired namespaces={others.filter(({ inode }) => !homes.has(inode))} {...props} />
      <More namespace={machine} words={words} />
    </section>
  );
}

function Published({ map: { published }, words, targets, to, choose }: Props) {
  if (published.length === 0) return null;
  return (
    <section aria-label={words.published}>
      <ul class="xr-net-doors">
        {published.map((port) => {
          const target = targetOf(port, targets);
          const text = (
            <>
              <code>{publishedText(port, words)}</code> <small>{openedBy(port, words)}</small>
            </>
          );
          return (
            <li key={`${port.hostIp} ${port.hostPort} ${port.protocol}`}>
              {target ? (
                <button
                  type="button"
                  class="xr-door"
                  title={words.wayHere}
                  aria-pressed={target.id === to}
                  onClick={() => choose(target)}
                >
                  {text}
                </button>
              ) : (
                <div class="xr-door">{text}</div>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** The first address at which a port is published; packets of IPv6 are not followed. */
const targetOf = ({ hostIp, hostPort, protocol }: PublishedNode, targets: readonly Target[]) =>
  hostIp.includes(':')
    ? undefined
    : targets.find(
        (target) =>
          target.is === 'published' &&
          target.port === hostPort &&
          target.protocol === protocol &&
          (hostIp === '0.0.0.0' || target.address === hostIp),
      );

export const publishedText = (port: PublishedNode, words: NetworkWords) =>
  fill(words.publishedAs, {
    host: `${port.hostIp.includes(':') ? `[${port.hostIp}]` : port.hostIp}:${port.hostPort}`,
    container: port.container,
    port: port.containerPort,
    protocol: port.protocol,
  });

export const openedBy = ({ rule, proxy, connections }: PublishedNode, words: NetworkWords) =>
  [
    rule ? fill(words.rule, { n: rule.packets }) : words.noRule,
    ...(proxy ? [fill(words.proxy, { ...proxy })] : []),
    ...(connections > 0 ? [fill(words.connections, { n: connections })] : []),
  ].join(' · ');

function Rail({
  bridge,
  machine,
  homes,
  ...props
}: Props & { bridge: DeviceNode; machine: NamespaceNode; homes: ReadonlyMap<number, string> }) {
  const { map, words } = props;
  const network = map.networks.find((one) => one.bridge === bridge.name);
  const ports = (bridge.ports ?? []).flatMap(
    (name) => machine.devices.find((one) => one.name === name) ?? [],
  );
  return (
    <section class="xr-rail" aria-label={`${words.device_bridge} ${bridge.name}`}>
      <p class="xr-name">
        {network && <strong>{fill(words.network, { name: network.name })}</strong>}
        {network?.internal && <em class="xr-note">{words.internal}</em>}
      </p>
      <div class="xr-rail-line">
        <Device device={bridge} namespace={machine} {...props} />
      </div>
      {ports.length === 0 && <p class="xr-hint">{words.noPorts}</p>}
      <ul class="xr-rail-ports">
        {ports.map((port) => (
          <li key={port.name}>
            <Device device={port} namespace={machine} {...props} />
            <Peer device={port} homes={homes} {...props} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The namespace at the other end of a veth pair. */
function Peer({
  device,
  homes,
  ...props
}: Props & { device: DeviceNode; homes: ReadonlyMap<number, string> }) {
  const { peer } = device;
  const namespace = peer && props.map.namespaces.find(({ inode }) => inode === peer.namespace);
  const end = namespace?.devices.find(({ name }) => name === peer?.device);
  if (namespace === undefined || end === undefined || namespace.is === 'machine') return null;
  const again = homes.get(namespace.inode) !== device.name;
  return <Namespace namespace={namespace} devices={[end]} again={again} {...props} />;
}

function Namespace({
  namespace,
  devices,
  again = false,
  ...props
}: Props & { namespace: NamespaceNode; devices: readonly DeviceNode[]; again?: boolean }) {
  const { words } = props;
  const name = namespace.names.join(', ');
  return (
    <section class={`xr-net-box ${namespace.is}`} aria-label={`${words[namespace.is]} ${name}`}>
      <p class="xr-name">
        <strong>{name}</strong> <small>{words[namespace.is]}</small>
      </p>
      {devices.map((device) => (
        <Device key={device.name} device={device} namespace={namespace} {...props} />
      ))}
      {!again && <More namespace={namespace} words={words} />}
    </section>
  );
}

function Unwired({ namespaces, ...props }: Props & { namespaces: readonly NamespaceNode[] }) {
  if (namespaces.length === 0) return null;
  return (
    <section aria-label={props.words.unwired}>
      <p class="xr-name">{props.words.unwired}</p>
      <ul class="xr-rail-ports unwired">
        {namespaces.map((namespace) => (
          <li key={namespace.inode}>
            <Namespace namespace={namespace} devices={namespace.devices} {...props} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Device({
  device,
  namespace,
  words,
  places,
}: Props & { device: DeviceNode; namespace: NamespaceNode }) {
  const at = places.get(placeOf(namespace.inode, device.name)) ?? [];
  const { name, kind, addresses } = device;
  return (
    <div class={`xr-device ${kind} ${device.running ? '' : 'down'} ${at.length > 0 ? 'passed' : ''}`}>
      {at.length > 0 && (
        <b class="xr-passed">
          <span class="visually-hidden">{fill(words.stations, { places: at.join(', ') })}</span>
          <span aria-hidden="true">{at.join(' ')}</span>
        </b>
      )}
      <code>{name}</code> <span>{addresses.filter((one) => !one.includes(':')).join(' ')}</span>{' '}
      <small>{stateOf(device, words)}</small>
    </div>
  );
}

export const stateOf = ({ up, running, received, sent }: DeviceNode, words: NetworkWords) => {
  if (!up) return words.down;
  if (!running) return words.noCarrier;
  return fill(words.counts, { rx: received.packets, tx: sent.packets });
};
