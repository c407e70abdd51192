import type { Mount, MountPoint } from '../../api/containers.ts';
import { O_CREAT, O_EXCL, O_RDONLY, O_WRONLY } from '../../kernel/fcntl.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { mkdirAll, namesIn, statOf } from '../../runtime/files.ts';
import { resolveInRoot } from '../../runtime/rootfs.ts';
import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from '../../vfs/inode.ts';
import { cleanPath } from '../clean-path.ts';
import type { Engine } from '../engine.ts';
import { invalidParameter } from '../error.ts';
import type { Image } from '../images/image-store.ts';
import type { Container } from './container.ts';
import { mountImage } from './image-mounts.ts';

/** Works out where a container's binds and volumes come from. Models moby daemon/volumes.go registerMountPoints. */
export async function registerMounts(
  engine: Engine,
  container: Container,
  root: string,
  _image: Image | undefined,
): Promise<void> {
  const { hostConfig: host, config } = container;
  const points = new Map<string, MountPoint>();
  // What others have is taken first, so that one's own may take its place.
  const taken = new Set<string>();
  for (const from of host.VolumesFrom ?? [])
    for (const point of volumesFrom(engine, from)) {
      points.set(point.Destination, point);
      taken.add(point.Destination);
    }
  const claim = (destination: string) => {
    if (points.has(destination) && !taken.delete(destination)) throw duplicate(destination);
  };
  const onTmpfs = new Set(Object.keys(host.Tmpfs ?? {}));
  for (const bind of host.Binds ?? []) {
    const point = await parseBind(engine, bind, (destination) => {
      if (onTmpfs.has(destination)) throw duplicate(destination);
      claim(destination);
    });
    points.set(point.Destination, point);
  }
  for (const mount of host.Mounts ?? []) {
    claim(cleanPath(mount.Target ?? ''));
    const point =
      mount.Type === 'image' ? await mountImage(engine, container, mount) : await parseMount(engine, mount);
    points.set(point.Destination, point);
  }
  for (const destination of onTmpfs) {
    const fault = faultOfPlace(destination);
    if (fault !== undefined) throw invalidParameter(fault);
  }
  for (const destination of Object.keys(config.Volumes ?? {})) {
    if (points.has(destination) || onTmpfs.has(destination)) continue;
    const volume = await engine.volumes.create('');
    points.set(destination, volumePoint(engine, volume.name, destination, '', true));
  }
  container.mounts = [...points.values()].sort((a, b) => (a.Destination < b.Destination ? -1 : 1));
  for (const point of container.mounts) {
    if (point.Type !== 'volume') continue;
    engine.volumes.get(point.Name!).users.add(container.id);
    await engine.volumes.mount(point.Name!, POPULATING);
    try {
      await populate(engine, root, point);
    } finally {
      await engine.volumes.unmount(point.Name!, POPULATING);
    }
  }
}

const duplicate = (destination: string) => invalidParameter(`Duplicate mount point: ${destination}`);

/** What is wrong with a place in a container; undefined if nothing is. Models moby volume/mounts linuxValidateNotRoot, …Absolute. */
function faultOfPlace(place: string): string | undefined {
  if (place.startsWith('/') && cleanPath(place) === '/')
    return "invalid specification: destination can't be '/'";
  return place.startsWith('/') ? undefined : `invalid mount path: '${place}' mount path must be absolute`;
}

const POPULATING = 'populating';

/** `--volumes-from CONTAINER[:MODE]`: the mounts of another, read-only where asked. */
function volumesFrom(engine: Engine, spec: string): MountPoint[] {
  if (spec === '') throw invalidParameter('volumes-from specification cannot be an empty string');
  const [name = '', mode = ''] = spec.split(':');
  const modes = mode === '' ? [] : mode.split(',');
  if (!isMode(modes)) throw invalidParameter(`invalid mode: ${mode}`);
  const other = engine.containers.find(name);
  // Not a 404: clients take that for an image to be pulled.
  if (other === undefined) throw invalidParameter(`No such container: ${name}`);
  return other.mounts.map((point) => ({ ...point, RW: point.RW && !modes.includes('ro') }));
}

const PROPAGATION = /^r?(private|shared|slave)$/;

/** A mode says each thing once. */
const MODES = [/^r[ow]$/, /^[zZ]$/, /^nocopy$/, PROPAGATION, /^(cached|delegated|consistent)$/];

const isMode = (words: readonly string[]): boolean =>
  words.every((word) => MODES.some((kind) => kind.test(word))) &&
  MODES.every((kind) => words.filter((word) => kind.test(word)).length <= 1);

/**
 * `-v SOURCE:DESTINATION[:MODE]`, and `-v DESTINATION`.
 *
 * @param claim refuses a place that is taken, before anything is made
 */
async function parseBind(
  engine: Engine,
  spec: string,
  claim: (destination: string) => void,
): Promise<MountPoint> {
  const parts = spec.split(':');
  const refuse = (why: string) => invalidParameter(`invalid volume specification: '${spec}'${why}`);
  if (parts.length > 3 || parts.some((part) => part === '')) throw refuse('');
  const [source = '', destination = '', mode = ''] = parts.length === 1 ? ['', parts[0]!] : parts;
  const isPath = source.startsWith('/');
  const type = isPath ? 'bind' : 'volume';
  const modes = mode === '' ? [] : mode.split(',');
  // A volume without a name takes no mode.
  if (parts.length === 2 && isMode(destination.split(','))) throw refuse('');
  if (!isMode(modes)) throw invalidParameter(`invalid mode: ${mode}`);
  const foreign = isPath
    ? modes.includes('nocopy') && 'VolumeOptions'
    : modes.some((word) => PROPAGATION.test(word)) && 'BindOptions';
  const fault = faultOfPlace(destination) ?? (foreign ? `field ${foreign} must not be specified` : undefined);
  if (fault !== undefined) throw refuse(`: invalid mount config for type "${type}": ${fault}`);
  const writable = !modes.includes('ro');
  claim(cleanPath(destination));
  if (!isPath) {
    const volume = await engine.volumes.create(source);
    return volumePoint(engine, volume.name, cleanPath(destination), mode === '' ? 'z' : mode, writable);
  }
  // -v makes the directory that is missing; --mount does not.
  if ((await statOf(engine.sys, source)) === undefined) await mkdirAll(engine.sys, cleanPath(source));
  const propagation = modes.find((word) => PROPAGATION.test(word)) ?? 'rprivate';
  return {
    Type: 'bind',
    Source: cleanPath(source),
    Destination: cleanPath(destination),
    Mode: mode,
    RW: writable,
    Propagation: propagation,
  };
}

/** Refuses a `--mount` that says too little or too much. Models moby volume/mounts ValidateMountConfig(). */
async function validateMount(engine: Engine, mount: Mount): Promise<void> {
  const { Type = '', Source = '', Target = '' } = mount;
  const refuse = (why: string) => invalidParameter(`invalid mount config for type "${Type}": ${why}`);
  if (Target === '') throw refuse('field Target must not be empty');
  const fault = faultOfPlace(Target);
  if (fault !== undefined) throw refuse(fault);
  if (!['bind', 'volume', 'tmpfs', 'image'].includes(Type)) throw refuse('mount type unknown');
  if (Type === 'volume' && mount.VolumeOptions?.Subpath) {
    if (Source === '') throw refuse('must not set Subpath when using anonymous volumes');
    if (!isLocal(mount.VolumeOptions.Subpath))
      throw refuse('subpath must be a relative path within the volume');
  }
  if (Type === 'volume' && mount.ReadOnly && Source === '')
    throw refuse('must not set ReadOnly mode when using anonymous volumes');
  if (Type === 'image') {
    if (Source === '') throw refuse('field Source must not be empty');
    if (!isLocal(mount.ImageOptions?.Subpath || '.'))
      throw refuse('subpath must be a relative path within the volume');
  }
  if (Type === 'tmpfs' && Source !== '') throw refuse('field Source must not be specified');
  if (Type !== 'bind') return;
  if (Source === '') throw refuse('field Source must not be empty');
  const propagation = mount.BindOptions?.Propagation;
  if (propagation && !PROPAGATION.test(propagation)) throw refuse(`invalid propagation mode: ${propagation}`);
  if (!Source.startsWith('/')) throw refuse(`invalid mount path: '${Source}' mount path must be absolute`);
  if (!mount.BindOptions?.CreateMountpoint && (await statOf(engine.sys, Source)) === undefined)
    throw refuse(`bind source path does not exist: ${Source}`);
}

/** Whether a path stays where it begins (Go filepath.IsLocal). */
function isLocal(path: string): boolean {
  let depth = 0;
  for (const part of path.split('/')) {
    if (part === '..') depth--;
    else if (part !== '' && part !== '.') depth++;
    if (depth < 0) return false;
  }
  return !path.startsWith('/');
}

/** What is wrong with the first that is. */
export async function problemOfMounts(engine: Engine, mounts: readonly Mount[]): Promise<unknown> {
  try {
    for (const mount of mounts) await validateMount(engine, mount);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** `--mount` */
async function parseMount(engine: Engine, mount: Mount): Promise<MountPoint> {
  const { Type = '', Source = '', Target = '', ReadOnly = false } = mount;
  if (Type === 'tmpfs')
    return { Type, Source: '', Destination: cleanPath(Target), Mode: '', RW: !ReadOnly, Propagation: '' };
  if (Type === 'volume') {
    const { DriverConfig, Labels } = mount.VolumeOptions ?? {};
    const volume = await engine.volumes.create(Source, {
      driver: DriverConfig?.Name ?? 'local',
      driverOpts: DriverConfig?.Options ?? null,
      labels: Labels ?? null,
    });
    return volumePoint(engine, volume.name, cleanPath(Target), 'z', !ReadOnly);
  }
  if ((await statOf(engine.sys, Source)) === undefined) await mkdirAll(engine.sys, Source);
  return {
    Type: 'bind',
    Source: cleanPath(Source),
    Destination: cleanPath(Target),
    Mode: '',
    RW: !ReadOnly,
    Propagation: mount.BindOptions?.Propagation || 'rprivate',
  };
}

const volumePoint = (
  engine: Engine,
  name: string,
  destination: string,
  mode: string,
  writable: boolean,
): MountPoint => ({
  Type: 'volume',
  Name: name,
  Source: engine.volumes.mountpoint(name),
  Destination: destination,
  Driver: 'local',
  Mode: mode,
  RW: writable,
  Propagation: '',
});

/** A new volume begins with what the image has at its place. */
async function populate(
  engine: Engine,
  root: string,
  { Name, Destination, Source, Mode }: MountPoint,
): Promise<void> {
  if (Mode.includes('nocopy') || !(await engine.volumes.isEmpty(Name!))) return;
  const from = await resolveInRoot(engine.sys, root, Destination);
  const stat = await statOf(engine.sys, from);
  if (stat === undefined) return;
  if ((stat.mode & S_IFMT) !== S_IFDIR) return;
  await copyTree(engine.sys, from, Source);
  await engine.sys.chmod(Source, stat.mode & 0o7777);
  await engine.sys.chown(Source, stat.uid, stat.gid);
}

async function copyTree(sys: Syscalls, from: string, to: string): Promise<void> {
  for (const name of await namesIn(sys, from)) {
    const source = `${from}/${name}`;
    const target = `${to}/${name}`;
    const stat = await sys.lstat(source);
    const type = stat.mode & S_IFMT;
    if (type === S_IFLNK) await sys.symlink(await sys.readlink(source), target);
    else if (type === S_IFDIR) {
      await sys.mkdir(target, stat.mode & 0o7777);
      await copyTree(sys, source, target);
    } else if (type === S_IFREG) await copyFile(sys, source, target, stat.mode & 0o7777);
    else await sys.mknod(target, stat.mode, stat.rdev);
    await sys.lchown(target, stat.uid, stat.gid);
    if (type !== S_IFLNK) await sys.chmod(target, stat.mode & 0o7777);
    await sys.utimens(target, { mtime: stat.mtime }, false);
  }
}

async function copyFile(sys: Syscalls, from: string, to: string, mode: number): Promise<void> {
  const source = await sys.open(from, O_RDONLY);
  const target = await sys.open(to, O_WRONLY | O_CREAT | O_EXCL, mode);
  for (;;) {
    const bytes = await sys.read(source, 1 << 16);
    if (bytes.length === 0) break;
    await sys.write(target, bytes);
  }
  await sys.close(source);
  await sys.close(target);
}

/** What volumes of a container mount while it runs, or is looked into. @param user who uses them */
export async function mountVolumes(engine: Engine, { mounts }: Container, user: string): Promise<void> {
  for (const { Type, Name = '' } of mounts) if (Type === 'volume') await engine.volumes.mount(Name, user);
}

export async function unmountVolumes(engine: Engine, { mounts }: Container, user: string): Promise<void> {
  for (const { Type, Name = '' } of mounts) if (Type === 'volume') await engine.volumes.unmount(Name, user);
}

/** Tells of each volume of a container that it is mounted for it, or no more. */
export function logVolumes(engine: Engine, container: Container, action: 'mount' | 'unmount'): void {
  for (const { Type, Name = '', Destination, RW } of container.mounts) {
    if (Type !== 'volume') continue;
    const place = { destination: Destination, propagation: '', 'read/write': String(RW) };
    engine.events.log('volume', action, Name, {
      container: container.id,
      driver: 'local',
      ...(action === 'mount' ? place : {}),
    });
  }
}
