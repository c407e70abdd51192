import type { ProgressMessage } from '../../api/progress.ts';
import type { ByteReader } from '../../base/byte-stream.ts';
import { decode } from '../../base/bytes.ts';
import { Transport } from '../../distribution/transport.ts';
import { readAll } from '../../net/http/body.ts';
import { reasonPhrase } from '../../net/http/status.ts';
import type { Engine } from '../engine.ts';
import { EngineError } from '../error.ts';
import { toldOf } from './progress.ts';

/** What answers that are errors become; others are the server's own failure. */
const STATUSES: Readonly<Record<number, number>> = { 400: 400, 401: 401, 403: 403, 404: 404 };

/**
 * Fetches an archive that is imported by its URL; one without a scheme is of HTTP.
 * Models moby builder/remotecontext GetWithStatusError and api/server/router/image. Throws `EngineError` and `UrlError`.
 */
export async function remoteArchive(
  engine: Engine,
  source: string,
): Promise<(report: (message: ProgressMessage) => void) => ByteReader> {
  const url = /^https?:\/\//.test(source) ? source : `http://${source}`;
  const transport = new Transport(engine.sys, (host) => engine.registries.tls(host));
  const answer = await transport.send({ method: 'GET', url });
  if (answer.status >= 400) {
    const body = decode(await readAll(answer.body)).trim();
    const status = `${answer.status} ${answer.reason || reasonPhrase(answer.status)}`;
    throw new EngineError(
      STATUSES[answer.status] ?? 500,
      `failed to GET ${url} with status ${status}: ${body}`,
    );
  }
  return (report) => {
    report({ status: `Downloading from ${url}` });
    const total = Number(answer.headers.get('content-length') ?? -1);
    let last = -1;
    const told = ({ id: _, ...message }: ProgressMessage) => {
      const current = message.progressDetail?.current ?? 0;
      // Its end is read once only.
      if (current !== last) report(message);
      last = current;
    };
    return toldOf(answer.body, total, 'Importing', '', { report: told, now: () => engine.now() });
  };
}
