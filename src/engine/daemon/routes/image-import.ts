import { importImage } from '../images/import.ts';
import { remoteArchive } from '../images/remote-archive.ts';
import type { Call } from '../router.ts';
import { platformFromText } from './platform.ts';
import { progressResponse } from './progress.ts';
import { repoTagReference } from './reference.ts';

/** POST /images/create?fromSrc=: `docker import`. */
export async function importRoute({ engine, request, query }: Call) {
  const platform = platformFromText(query.get('platform') ?? '');
  const source = query.get('fromSrc') ?? '';
  const reference = repoTagReference(query);
  const fetched = source === '-' ? undefined : await remoteArchive(engine, source);
  return progressResponse(async (report) => {
    const importing = importImage(engine, {
      archive: fetched?.(report) ?? request.body,
      reference,
      platform,
      message: query.get('message') || `Imported from ${source}`,
      changes: query.getAll('changes'),
    });
    // Whoever was told of a download is told of its end, and has no ID to read where there is none.
    if (fetched !== undefined) await importing.catch(() => report({}));
    report({ status: await importing });
  });
}
