import type { ConnectionNode, NamespaceNode } from '../../../lab/xray/networks/map.ts';
import { fill } from '../../words/index.ts';
import type { NetworkWords } from './words.ts';

/** What a namespace knows of ways, and what is open in it. */
export function More({ namespace, words }: { namespace: NamespaceNode; words: NetworkWords }) {
  return (
    <details class="xr-net-more">
      <summary>{words.more}</summary>
      <Facts namespace={namespace} words={words} />
    </details>
  );
}

export function Facts({
  namespace: { routes, sockets, resolver, connections },
  words,
}: {
  namespace: NamespaceNode;
  words: NetworkWords;
}) {
  return (
    <>
      <p>{routes.length > 0 ? words.routes : words.noRoutes}</p>
      <ul>
        {routes.map(({ destination, gateway, device, source }) => (
          <li key={`${destination} ${device}`}>
            <code>
              {destination}
              {gateway && ` via ${gateway}`} dev {device}
              {source && ` src ${source}`}
            </code>
          </li>
        ))}
      </ul>
      <p>{sockets.length > 0 ? words.sockets : words.noSockets}</p>
      <ul>
        {sockets.map(({ protocol, address, port, process }) => (
          <li key={`${protocol} ${address} ${port} ${process?.pid}`}>
            <code>
              {protocol} {address.includes(':') ? `[${address}]` : address}:{port}
            </code>{' '}
            {process && `${process.comm} (${process.pid})`}
          </li>
        ))}
      </ul>
      {connections.all > 0 && (
        <>
          <p>{fill(words.remembered, { n: connections.all })}</p>
          <ul>
            {connections.last.toReversed().map((one) => (
              <li key={`${one.protocol} ${one.source} ${one.destination}`}>
                <Remembered connection={one} words={words} />
              </li>
            ))}
          </ul>
        </>
      )}
      {resolver && <p>{fill(words.resolver, { ...resolver })}</p>}
    </>
  );
}

function Remembered({ connection, words }: { connection: ConnectionNode; words: NetworkWords }) {
  const { protocol, source, destination, translated, answered } = connection;
  return (
    <>
      <code>
        {protocol} {source} → {destination}
      </code>
      {translated && (
        <>
          {' '}
          {words.becomes}{' '}
          <code>
            {translated.source} → {translated.destination}
          </code>
        </>
      )}
      {!answered && <small> {words.unanswered}</small>}
    </>
  );
}
