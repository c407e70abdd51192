import type { DeviceNode, NetMap } from '../../../lab/xray/networks/map.ts';
import { fill } from '../../words/index.ts';
import { Facts } from './facts.tsx';
import { openedBy, publishedText, stateOf } from './picture.tsx';
import type { NetworkWords } from './words.ts';

/** The same in words: lists within lists. */
export function NetworkText({ map, words }: { map: NetMap; words: NetworkWords }) {
  return (
    <div class="xr-text">
      {map.published.length > 0 && <p>{words.published}</p>}
      <ul>
        {map.published.map((port) => (
          <li key={`${port.hostIp} ${port.hostPort} ${port.protocol}`}>
            {publishedText(port, words)}: {openedBy(port, words)}
          </li>
        ))}
      </ul>
      {map.namespaces.map((namespace) => (
        <section key={namespace.inode}>
          <p>
            <strong>{namespace.names.join(', ')}</strong>: {words[namespace.is]},{' '}
            {namespace.forwards ? words.forwards : words.forwardsNot}
            {namespace.guests.length > 0 &&
              `; ${fill(words.onMachine, { names: namespace.guests.join(', ') })}`}
          </p>
          <ul>
            {namespace.devices.map((device) => (
              <li key={device.name}>
                <code>{device.name}</code>: {factsOf(device, map, words).join('; ')}
              </li>
            ))}
          </ul>
          <Facts namespace={namespace} words={words} />
        </section>
      ))}
    </div>
  );
}

function factsOf(device: DeviceNode, map: NetMap, words: NetworkWords): string[] {
  const { kind, addresses, master, peer } = device;
  const network = map.networks.find(({ bridge }) => bridge === device.name);
  const other = map.namespaces.find(({ inode }) => inode === peer?.namespace);
  return [
    words[`device_${kind}`],
    ...(network ? [fill(words.network, { name: network.name })] : []),
    ...addresses,
    ...(master ? [fill(words.portOf, { master })] : []),
    ...(peer && other ? [fill(words.peer, { device: peer.device, name: other.names.join(', ') })] : []),
    stateOf(device, words),
  ];
}
