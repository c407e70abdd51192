import { loadImages } from '../images/load.ts';
import { saveImages } from '../images/save.ts';
import { type Call, flag, type Route } from '../router.ts';
import { onePlatform } from './platform.ts';
import { progressResponse } from './progress.ts';

/** Images as files: `docker save` and `docker load`. */
export const imageArchiveRoutes: readonly Route[] = [
  ['GET', '/images/get', (call) => save(call, call.query.getAll('names'))],
  ['GET', '/images/:name{.+}/get', (call) => save(call, [call.params['name']!])],
  ['POST', '/images/load', load],
];

async function save({ engine, query }: Call, names: readonly string[]) {
  const body = await saveImages(engine, names, onePlatform(query));
  return { status: 200, headers: [['Content-Type', 'application/x-tar']] as [string, string][], body };
}

async function load({ engine, request, query }: Call) {
  const platform = onePlatform(query);
  const quiet = query.get('quiet') === null || flag(query, 'quiet');
  return progressResponse(
    (report) => loadImages(engine, { archive: request.body, platform, quiet, report }),
    { errorsAreLines: true },
  );
}
