import { notModelled } from '../error.ts';
import { importImage } from '../images/import.ts';
import type { Call } from '../router.ts';
import { platformFromText } from './platform.ts';
import { progressResponse } from './progress.ts';
import { repoTagReference } from './reference.ts';

/** POST /images/create?fromSrc=: `docker import`. */
export async function importRoute({ engine, request, query }: Call) {
  const platform = platformFromText(query.get('platform') ?? '');
  const source = query.get('fromSrc') ?? '';
  const reference = repoTagReference(query);
  if (source !== '-') throw notModelled('docker import of a URL');
  return progressResponse(async (report) => {
    const id = await importImage(engine, {
      archive: request.body,
      reference,
      platform,
      message: query.get('message') || `Imported from ${source}`,
      changes: query.getAll('changes'),
    });
    report({ status: id });
  });
}
