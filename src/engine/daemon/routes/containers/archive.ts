import { marshal } from '../../../base/go-json.ts';
import { encodeBase64 } from '../../../userland/lib/base64.ts';
import { readPath, statPath, writePath } from '../../containers/archive.ts';
import { exportContainer } from '../../containers/export.ts';
import { invalidParameter } from '../../error.ts';
import { type Call, flag, type Route } from '../../router.ts';

type Headers = [string, string][];

const find = ({ engine, params }: Call) => engine.containers.get(params['id']!);

/** The files of containers: `docker export` and `docker cp`. */
export const archiveRoutes: readonly Route[] = [
  [
    'GET',
    '/containers/:id{.+}/export',
    async (call) => ({
      status: 200,
      headers: [['Content-Type', 'application/octet-stream']] as Headers,
      body: await exportContainer(call.engine, find(call)),
    }),
  ],
  [
    'HEAD',
    '/containers/:id{.+}/archive',
    async (call) => {
      const asked = askedOf(call);
      return { status: 200, headers: [statHeader(await statPath(call.engine, find(call), asked))] };
    },
  ],
  [
    'GET',
    '/containers/:id{.+}/archive',
    async (call) => {
      const asked = askedOf(call);
      const { stat, body } = await readPath(call.engine, find(call), asked);
      const headers: Headers = [['Content-Type', 'application/x-tar'], statHeader(stat)];
      return { status: 200, headers, body };
    },
  ],
  [
    'PUT',
    '/containers/:id{.+}/archive',
    async (call) => {
      const asked = askedOf(call);
      await writePath(call.engine, find(call), asked, call.request.body, {
        keepKinds: flag(call.query, 'noOverwriteDirNonDir'),
        asUser: flag(call.query, 'copyUIDGID'),
      });
      return { status: 200 };
    },
  ],
]; // prettier-ignore

function askedOf({ params, query }: Call): { name: string; path: string } {
  const path = query.get('path') ?? '';
  // moby httputils.ArchiveFormValues; the missing space is its own.
  if (path === '') throw invalidParameter('bad parameter: pathcannot be empty');
  return { name: params['id']!, path };
}

const statHeader = (stat: object): [string, string] => [
  'X-Docker-Container-Path-Stat',
  encodeBase64(new TextEncoder().encode(marshal(stat))),
];
