import { isErrno } from '../engine/base/errno.ts';
import { readAll } from '../engine/net/http/body.ts';
import { request } from '../engine/net/http/client.ts';
import { HttpError } from '../engine/net/http/http-error.ts';
import { connect } from '../engine/world/dial.ts';
import type { Simulation } from '../engine/world/simulation.ts';
import type { PageFailure, PageResponse } from './protocol.ts';

/** Why a page did not come, as a browser would put it. */
const FAILURES: Record<string, string> = {
  ECONNREFUSED: 'refused to connect',
  ETIMEDOUT: 'took too long to respond',
  EHOSTUNREACH: 'cannot be reached',
  ENETUNREACH: 'cannot be reached',
  ECONNRESET: 'closed the connection',
};

/** Fetches a page as a browser on the learner's machine would: from its own ports only. */
export async function fetchPage(
  { host }: Simulation,
  method: string,
  address: string,
): Promise<PageResponse | PageFailure> {
  const url = URL.parse(address);
  if (url === null || url.protocol !== 'http:') return { failure: `${address} is not an http:// address` };
  if (!['localhost', '127.0.0.1', '[::1]'].includes(url.hostname))
    return {
      failure: `${url.hostname}: this browser reaches the ports of the simulated machine, such as http://localhost:8080/`,
    };
  try {
    const stream = await connect(host, {
      family: 'inet',
      address: '127.0.0.1',
      port: Number(url.port || '80'),
    });
    const response = await request(stream, {
      method,
      target: `${url.pathname}${url.search}`,
      host: url.host,
      headers: [
        ['User-Agent', 'Mozilla/5.0 (Drydock)'],
        ['Accept', 'text/html,*/*'],
        ['Connection', 'close'],
      ],
    });
    const body = await readAll(response.body);
    await stream.close();
    return { status: response.status, headers: [...response.headers], body };
  } catch (error) {
    if (isErrno(error)) return { failure: `${url.host} ${FAILURES[error.code] ?? error.message}` };
    if (error instanceof HttpError) return { failure: `${url.host} sent an invalid response` };
    throw error;
  }
}
