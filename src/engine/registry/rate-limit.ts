import type { HttpHandler, HttpRequest } from '../net/http/message.ts';
import { errorResponse, RegistryError } from './errors.ts';

/** How many images may be pulled in a while, as Docker Hub limits it. */
export interface PullLimit {
  /** For all who have not logged in, together: they come from one address. */
  anonymous: number;
  /** For each account. */
  account: number;
  /** Seconds. */
  window: number;
}

/**
 * Counts pulls: requests for manifests other than HEAD (docs.docker.com, "Docker Hub pull usage and limits"). Answers tell
 * in RateLimit fields how many are left; beyond the limit it is 429.
 */
export function rateLimited(
  handler: HttpHandler,
  limit: PullLimit,
  { now, userOf }: { now: () => number; userOf: (request: HttpRequest) => string | undefined },
): HttpHandler {
  const pulls = new Map<string, number[]>();
  return async (request) => {
    if (!/^\/v2\/[^?]+\/manifests\//.test(request.target) || !['GET', 'HEAD'].includes(request.method))
      return handler(request);
    const user = userOf(request);
    const most = user === undefined ? limit.anonymous : limit.account;
    const recent = (pulls.get(user ?? '') ?? []).filter((time) => time > now() - limit.window * 1000);
    pulls.set(user ?? '', recent);
    if (request.method === 'GET' && recent.length >= most)
      return errorResponse(new RegistryError('TOOMANYREQUESTS', undefined, fields(0), refusal(user)));
    const response = await handler(request);
    if (response.status !== 200) return response;
    if (request.method === 'GET') recent.push(now());
    return { ...response, headers: [...(response.headers ?? []), ...fields(most - recent.length)] };

    function fields(left: number): [string, string][] {
      return [
        ['RateLimit-Limit', `${most};w=${limit.window}`],
        ['RateLimit-Remaining', `${left};w=${limit.window}`],
      ];
    }
  };
}

const refusal = (user: string | undefined) =>
  user === undefined
    ? 'You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit'
    : 'You have reached your pull rate limit. You may increase the limit by upgrading: https://www.docker.com/increase-rate-limit';
