import { parseHttpDate } from '../../base/calendar.ts';
import type { HttpOp } from '../../builder/plan/vertex.ts';
import { Transport } from '../../distribution/transport.ts';
import { readAll } from '../../net/http/body.ts';
import { verifies } from '../../oci/digest.ts';
import { writeFile } from '../../runtime/files.ts';
import { GoError } from '../../runtime/go-error.ts';
import type { Engine } from '../engine.ts';

/** Fetches a file into a directory; of its time the server's word is taken. Models BuildKit source/http. */
export async function fetchFile(
  engine: Engine,
  { url, filename, checksum }: HttpOp,
  directory: string,
): Promise<void> {
  const transport = new Transport(engine.sys, (host) => engine.registries.tls(host));
  const answer = await transport.send({ method: 'GET', url });
  if (answer.status < 200 || answer.status >= 400)
    throw new GoError(`invalid response status ${answer.status}`);
  const bytes = await readAll(answer.body);
  if (checksum !== '' && !verifies(checksum as `sha256:${string}`, bytes))
    throw new GoError(`digest mismatch ${checksum}`);
  const path = `${directory}/${filename}`;
  await writeFile(engine.sys, path, bytes, 0o600);
  const time = parseHttpDate(answer.headers.get('Last-Modified') ?? '') ?? 0;
  await engine.sys.utimens(path, { atime: time, mtime: time });
}
