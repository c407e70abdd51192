import { sha1 } from '@noble/hashes/legacy.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { encode } from '../../../base/bytes.ts';
import type { HttpHandler, HttpResponse } from '../../../net/http/message.ts';
import type { LayerEntry } from '../../../oci/layer/entry.ts';
import { gzip } from '../../../oci/layer/gzip.ts';
import { writeTar } from '../../../oci/layer/tar-writer.ts';
import { PACKAGES, type Package } from './packages.ts';

/** The files of the packages by path: `koa/index.js`. */
export type PackageFiles = ReadonlyMap<string, string>;

/** When all of them were made. */
const MADE = '2026-11-01T12:00:00.000Z';
const MTIME = 499_162_500_000;

interface Archive {
  bytes: Uint8Array;
  shasum: string;
  integrity: string;
}

/** registry.npmjs.org: what npm asks of a registry (packages' metadata and archives). */
export function npmRegistry(files: PackageFiles): HttpHandler {
  const archives = new Map<string, Archive>();
  const byName = new Map(PACKAGES.map((one) => [one.name, one]));

  const manifestOf = (one: Package, version: string) => ({
    name: one.name,
    version,
    description: one.description,
    main: one.main ?? 'index.js',
    license: 'MIT',
    ...(one.dependencies ? { dependencies: one.dependencies } : {}),
  });

  const archiveOf = (one: Package, version: string): Archive => {
    const key = `${one.name}@${version}`;
    const known = archives.get(key);
    if (known) return known;
    const own = [...files].filter(([path]) => path.startsWith(`${one.files}/`));
    const contents = [
      ['package.json', `${JSON.stringify(manifestOf(one, version), undefined, 2)}\n`] as const,
      ...own.map(([path, text]) => [path.slice(one.files.length + 1), text] as const),
    ].sort(([a], [b]) => (a < b ? -1 : 1));
    const bytes = gzip(writeTar(contents.map(([path, text]) => fileEntry(`package/${path}`, encode(text)))));
    const made = {
      bytes,
      shasum: bytesToHex(sha1(bytes)),
      integrity: `sha512-${btoa(String.fromCharCode(...sha512(bytes)))}`,
    };
    archives.set(key, made);
    return made;
  };

  const packument = (one: Package, host: string) => ({
    _id: one.name,
    name: one.name,
    description: one.description,
    'dist-tags': { latest: one.versions.at(-1) },
    versions: Object.fromEntries(
      one.versions.map((version) => {
        const { shasum, integrity } = archiveOf(one, version);
        const tarball = `https://${host}/${one.name}/-/${fileName(one, version)}`;
        return [
          version,
          {
            ...manifestOf(one, version),
            _id: `${one.name}@${version}`,
            dist: { shasum, integrity, tarball },
            ...(one.deprecated === undefined ? {} : { deprecated: one.deprecated }),
          },
        ];
      }),
    ),
    time: { created: MADE, modified: MADE },
  });

  return async ({ method, target, headers }) => {
    if (method !== 'GET' && method !== 'HEAD') return json(405, { error: 'Method not allowed' });
    const host = (headers.get('host') ?? 'registry.npmjs.org').replace(/:\d+$/, '');
    const path = decodeURIComponent(target.replace(/[?#].*$/, '')).slice(1);
    if (path === '') return json(200, { db_name: 'registry', doc_count: PACKAGES.length });
    if (path === '-/ping') return json(200, {});
    const [, name = '', rest = ''] = /^((?:@[^/]+\/)?[^/]+)\/?(.*)$/.exec(path) ?? [];
    const found = byName.get(name);
    if (found === undefined) return json(404, { error: 'Not found' });
    if (rest === '') return json(200, packument(found, host));
    const version = found.versions.find((one) => rest === one || rest === `-/${fileName(found, one)}`);
    if (rest === 'latest') return json(200, manifestOf(found, found.versions.at(-1)!));
    if (version === undefined) return json(404, `version not found: ${rest}`);
    if (rest === version) return json(200, manifestOf(found, version));
    return {
      status: 200,
      headers: [['Content-Type', 'application/octet-stream']],
      body: archiveOf(found, version).bytes,
    };
  };
}

const fileName = ({ name }: Package, version: string): string =>
  `${name.replace(/^.*\//, '')}-${version}.tgz`;

const json = (status: number, value: unknown): HttpResponse => ({
  status,
  headers: [['Content-Type', 'application/json']],
  body: JSON.stringify(value),
});

const fileEntry = (path: string, bytes: Uint8Array): LayerEntry => ({
  path,
  type: 'file',
  mode: 0o644,
  uid: 0,
  gid: 0,
  mtime: MTIME,
  size: bytes.length,
  linkname: '',
  devmajor: 0,
  devminor: 0,
  xattrs: {},
  extents: bytes.length === 0 ? [] : [{ offset: 0, bytes }],
});
