import { sha512 } from '@noble/hashes/sha2.js';
import { concat } from '../../base/bytes.ts';
import { isErrno } from '../../base/errno.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { gunzip } from '../../oci/layer/gzip.ts';
import { readTar } from '../../oci/layer/tar-reader.ts';
import { mkdirAll, removeAll, writeFile } from '../../runtime/files.ts';
import { binNames, type Manifest, readJson, writeJson } from './manifest.ts';
import { NpmError } from './npm-error.ts';
import type { Registry } from './registry.ts';
import { type Placed, pick, place, satisfied } from './tree.ts';

export interface InstallOptions {
  directory: string;
  registry: Registry;
  /** `name`, `name@range`: what is to be added to the project; nothing for what its package.json says. */
  add: readonly string[];
  /** How an addition is kept: as a dependency, one of development, or not at all. */
  save: 'prod' | 'dev' | 'none';
  production: boolean;
  /** npm ci: what is there goes first, and package.json and lock file must agree. */
  clean: boolean;
}

export interface Installed {
  added: number;
  removed: number;
  changed: number;
  /** All packages of the project afterwards. */
  total: number;
  deprecated: readonly string[];
}

/** What a lock file says of a package (package-lock.json, version 3). */
interface Locked {
  version: string;
  resolved?: string;
  integrity?: string;
}

/** Brings a project's node_modules to what it needs. Rejects with `NpmError`. */
export async function install(sys: Syscalls, options: InstallOptions): Promise<Installed> {
  const { directory, registry } = options;
  const manifest = (await readJson(sys, `${directory}/package.json`)) ?? {};
  const lock = (await readJson(sys, `${directory}/package-lock.json`)) as
    | { packages?: Record<string, Locked> }
    | undefined;
  if (options.clean) await beginClean(sys, directory, lock);
  await addTo(manifest, options);
  const wanted = [
    ...listed(manifest.dependencies, false),
    ...(options.production ? [] : listed(manifest.devDependencies, true)),
  ];
  // A lock file pins what still fits the ranges.
  const pinned = wanted.map((one) => ({ ...one, range: pinOf(lock, one.name, one.range) }));
  const placed = await place(registry, pinned);
  const before = await presentPackages(sys, directory);
  let added = 0;
  let changed = 0;
  for (const one of placed) {
    const present = before.get(one.path);
    if (present === one.release.version) continue;
    if (present === undefined) added++;
    else changed++;
    await unpack(sys, directory, registry, one);
  }
  const paths = new Set(placed.map(({ path }) => path));
  const gone = [...before.keys()].filter((path) => !paths.has(path));
  for (const path of gone) await removeAll(sys, `${directory}/${path}`);
  if (placed.length > 0) await linkBins(sys, directory, placed);
  if (options.save !== 'none' && !options.clean) await keep(sys, directory, manifest, placed, options);
  return {
    added,
    removed: gone.length,
    changed,
    total: placed.length,
    deprecated: placed.flatMap(({ release: { name, version, deprecated } }) =>
      deprecated === undefined ? [] : [`${name}@${version}: ${deprecated}`],
    ),
  };
}

const listed = (dependencies: Record<string, string> | undefined, dev: boolean) =>
  Object.entries(dependencies ?? {}).map(([name, range]) => ({ name, range, dev }));

const pinOf = (lock: { packages?: Record<string, Locked> } | undefined, name: string, range: string) => {
  const version = lock?.packages?.[`node_modules/${name}`]?.version;
  return version !== undefined && satisfied(version, range) ? version : range;
};

async function beginClean(
  sys: Syscalls,
  directory: string,
  lock: { packages?: Record<string, Locked> } | undefined,
): Promise<void> {
  if (!lock?.packages)
    throw new NpmError('EUSAGE', 1, [
      '',
      'The `npm ci` command can only install with an existing package-lock.json.',
      'Run an install with npm@5 or later to make one, then try again.',
    ]);
  await removeAll(sys, `${directory}/node_modules`);
}

/** Takes what is asked for on the command line into the manifest. */
async function addTo(manifest: Manifest, { add, save, registry }: InstallOptions): Promise<void> {
  for (const spec of add) {
    const [, name = spec, asked] = /^(@?[^@]+)(?:@(.*))?$/.exec(spec) ?? [];
    if (/^(\.|\/|git|https?:)/.test(name))
      throw new NpmError('ENOTSIMULATED', 1, [`installing from ${spec} is not simulated in Drydock`]);
    const range = asked || 'latest';
    const { version } = pick(await registry.packument(name, asked || '*'), range);
    const kept = range === 'latest' ? `^${version}` : range;
    const key = save === 'dev' ? 'devDependencies' : 'dependencies';
    const all = { ...(manifest[key] ?? {}), [name]: kept };
    manifest[key] = Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** The packages in node_modules, by path below the project, with their versions. */
async function presentPackages(sys: Syscalls, directory: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const look = async (below: string): Promise<void> => {
    for (const name of await namesOf(sys, `${directory}/${below}`)) {
      if (name.startsWith('.')) continue;
      const path = `${below}/${name}`;
      if (name.startsWith('@')) {
        await look(path);
        continue;
      }
      const manifest = await readJson(sys, `${directory}/${path}/package.json`).catch(() => undefined);
      if (manifest?.version !== undefined) found.set(path, manifest.version);
      await look(`${path}/node_modules`);
    }
  };
  await look('node_modules');
  return found;
}

async function namesOf(sys: Syscalls, path: string): Promise<string[]> {
  try {
    const fd = await sys.open(path, 0);
    const entries = await sys.getdents(fd);
    await sys.close(fd);
    return entries.map(({ name }) => name).filter((name) => name !== '.' && name !== '..');
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
}

/** Fetches a package's archive, holds it against the registry's digest, and unpacks it into its place. */
async function unpack(sys: Syscalls, directory: string, registry: Registry, one: Placed): Promise<void> {
  const { name, version, dist } = one.release;
  const archive = await registry.tarball(dist.tarball);
  const integrity = integrityOf(archive);
  if (integrity !== dist.integrity)
    throw new NpmError('EINTEGRITY', 1, [
      `Verification failed while extracting ${name}@${version}:`,
      `Verification failed: expected ${dist.integrity} but got ${integrity}`,
    ]);
  const target = `${directory}/${one.path}`;
  await removeAll(sys, target);
  await mkdirAll(sys, target);
  for (const entry of readTar(gunzip(archive))) {
    const path = entry.path.replace(/^[^/]+\/?/, '');
    if (path === '' || path.split('/').includes('..')) continue;
    if (entry.type === 'directory') await mkdirAll(sys, `${target}/${path}`);
    if (entry.type !== 'file') continue;
    await mkdirAll(sys, `${target}/${path}`.replace(/\/[^/]*$/, ''));
    const content = concat(entry.extents.map(({ bytes }) => bytes));
    await writeFile(sys, `${target}/${path}`, content, entry.mode & 0o777);
  }
}

/** `sha512-…` of Subresource Integrity. */
const integrityOf = (bytes: Uint8Array): string => {
  const digest = sha512(bytes);
  return `sha512-${btoa(String.fromCharCode(...digest))}`;
};

/** The commands of the packages at the top, as links in node_modules/.bin. */
async function linkBins(sys: Syscalls, directory: string, placed: readonly Placed[]): Promise<void> {
  const bin = `${directory}/node_modules/.bin`;
  for (const { release, path } of placed) {
    if (/\/node_modules\//.test(path)) continue;
    for (const [name, file] of binNames(release)) {
      await mkdirAll(sys, bin);
      await removeAll(sys, `${bin}/${name}`);
      await sys.symlink(`../${path.replace(/^node_modules\//, '')}/${file}`, `${bin}/${name}`);
      await sys.chmod(`${directory}/${path}/${file}`, 0o755);
    }
  }
}

async function keep(
  sys: Syscalls,
  directory: string,
  manifest: Manifest,
  placed: readonly Placed[],
  { add }: InstallOptions,
): Promise<void> {
  if (add.length > 0) await writeJson(sys, `${directory}/package.json`, manifest);
  const { name, version, dependencies, devDependencies } = manifest;
  const packages: Record<string, unknown> = {
    '': { name, version, dependencies, devDependencies },
  };
  for (const { release, path, dev } of placed)
    packages[path] = {
      version: release.version,
      resolved: release.dist.tarball,
      integrity: release.dist.integrity,
      ...(dev ? { dev: true } : {}),
      ...(release.dependencies === undefined ? {} : { dependencies: release.dependencies }),
    };
  const lock = {
    name: name ?? directory.replace(/^.*\//, ''),
    version,
    lockfileVersion: 3,
    requires: true,
    packages,
  };
  await writeJson(sys, `${directory}/package-lock.json`, lock);
}
