import type { Volume } from '../../api/volumes.ts';
import { rfc3339Nano } from '../../base/calendar.ts';
import { isErrno } from '../../base/errno.ts';
import { inOrder } from '../../base/go-json.ts';
import { mkdirAll, namesIn, readText, removeAll, statOf } from '../../runtime/files.ts';
import { GoError } from '../../runtime/go-error.ts';
import { directorySize } from '../containers/size.ts';
import type { Engine } from '../engine.ts';
import { conflict, invalidParameter, notFound } from '../error.ts';
import { StateFile } from '../state-file.ts';
import { checkVolumeOptions, mountVolume, type VolumeOptions } from './options.ts';

/** A volume of the local driver: a directory under /var/lib/docker/volumes. */
export interface LocalVolume {
  readonly name: string;
  readonly created: number;
  readonly labels: Record<string, string> | null;
  readonly anonymous: boolean;
  readonly options: VolumeOptions | null;
  /** Who uses it now: while anybody does, what its options say is mounted at its place. */
  readonly mountedBy: Set<string>;
  /** Ids of the containers that mention it. */
  readonly users: Set<string>;
}

/** A label that marks a volume that nobody named. */
const ANONYMOUS = 'com.docker.volume.anonymous';

type StoredVolume = Pick<LocalVolume, 'created' | 'labels'> & Partial<Pick<LocalVolume, 'options'>>;

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

/** Volumes of the driver `local` (moby volume/). */
export class Volumes {
  readonly #engine: Engine;
  readonly #file: StateFile;
  readonly #volumes = new Map<string, LocalVolume>();

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#file = new StateFile(engine.sys, this.#metadata(), 0o600);
  }

  async prepare(): Promise<void> {
    const { sys } = this.#engine;
    await mkdirAll(sys, this.#directory(), 0o701);
    const known = await this.#load();
    for (const name of (await namesIn(sys, this.#directory())).sort()) {
      const stat = await statOf(sys, this.mountpoint(name));
      if (stat === undefined) continue;
      const { labels = null, created = stat.mtime, options = null } = known[name] ?? {};
      const anonymous = labels !== null && ANONYMOUS in labels;
      const nobody = { users: new Set<string>(), mountedBy: new Set<string>() };
      this.#volumes.set(name, { name, created, labels, anonymous, options, ...nobody });
    }
  }

  /** What the directories do not tell. */
  async #load(): Promise<Record<string, StoredVolume>> {
    try {
      return JSON.parse(await readText(this.#engine.sys, this.#metadata())) as Record<string, StoredVolume>;
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return {};
      throw new GoError(
        `failed to start daemon: error while opening volume store metadata database (${this.#metadata()}): invalid database`,
      );
    }
  }

  async #save(): Promise<void> {
    await this.#file.write(() =>
      Object.fromEntries(
        this.all().map(({ name, created, labels, options }): [string, StoredVolume] => [
          name,
          { created, labels, options },
        ]),
      ),
    );
  }

  all(): LocalVolume[] {
    return [...this.#volumes.values()];
  }

  find(name: string): LocalVolume | undefined {
    return this.#volumes.get(name);
  }

  get(name: string): LocalVolume {
    const found = this.#volumes.get(name);
    if (found === undefined) throw notFound(`get ${name}: no such volume`);
    return found;
  }

  /** Makes a volume, or gives the one of that name. */
  async create(
    name: string,
    options: {
      driver?: string;
      driverOpts?: Record<string, string> | null;
      labels?: Record<string, string> | null;
    } = {},
  ): Promise<LocalVolume> {
    const { driver = 'local', driverOpts, labels = null } = options;
    if (driver !== '' && driver !== 'local')
      throw notFound(
        `create ${name}: error looking up volume plugin ${driver}: plugin "${driver}" not found`,
      );
    const anonymous = name === '';
    const real = anonymous ? this.#engine.newId() : name;
    const known = this.#volumes.get(real);
    if (known) return known;
    if (!anonymous && !NAME.test(real)) {
      if (real.length < 2)
        throw invalidParameter(
          `create ${real}: volume name is too short, names should be at least two alphanumeric characters`,
        );
      throw invalidParameter(
        `create ${real}: "${real}" includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path`,
      );
    }
    const checked = checkVolumeOptions(real, driverOpts);
    await this.#engine.sys.mkdir(`${this.#directory()}/${real}`, 0o701);
    await this.#engine.sys.mkdir(this.mountpoint(real), 0o755);
    const marked = anonymous ? { [ANONYMOUS]: '', ...labels } : labels;
    const volume: LocalVolume = {
      name: real,
      created: this.#engine.now(),
      labels: marked,
      anonymous,
      options: checked,
      users: new Set(),
      mountedBy: new Set(),
    };
    this.#volumes.set(real, volume);
    await this.#save();
    this.#engine.events.log('volume', 'create', real, { driver: 'local' });
    return volume;
  }

  async remove(name: string, force: boolean): Promise<void> {
    const volume = this.#volumes.get(name);
    if (volume === undefined) {
      if (force) return;
      throw notFound(`get ${name}: no such volume`);
    }
    if (volume.users.size > 0)
      throw conflict(`remove ${name}: volume is in use - [${[...volume.users].join(', ')}]`);
    this.#volumes.delete(name);
    await removeAll(this.#engine.sys, `${this.#directory()}/${name}`);
    await this.#save();
    this.#engine.events.log('volume', 'destroy', name, { driver: 'local' });
  }

  /** Before somebody uses a volume: the first one's use mounts what its options say. */
  async mount(name: string, user: string): Promise<void> {
    const { options, mountedBy } = this.get(name);
    if (options !== null && mountedBy.size === 0)
      await mountVolume(this.#engine.sys, this.mountpoint(name), options);
    mountedBy.add(user);
  }

  /** After it. */
  async unmount(name: string, user: string): Promise<void> {
    const volume = this.find(name);
    if (volume === undefined || !volume.mountedBy.delete(user)) return;
    if (volume.options !== null && volume.mountedBy.size === 0)
      await this.#engine.sys.umount(this.mountpoint(name)).catch(() => undefined);
  }

  mountpoint(name: string): string {
    return `${this.#directory()}/${name}/_data`;
  }

  /** Bytes of the files in it; each inode once. */
  size(volume: LocalVolume): Promise<number> {
    return directorySize(this.#engine.sys, this.mountpoint(volume.name));
  }

  async isEmpty(name: string): Promise<boolean> {
    return (await namesIn(this.#engine.sys, this.mountpoint(name))).length === 0;
  }

  describe(volume: LocalVolume): Volume {
    return {
      CreatedAt: rfc3339Nano(Math.floor(volume.created / 1000) * 1000),
      Driver: 'local',
      Labels: volume.labels && inOrder(volume.labels),
      Mountpoint: this.mountpoint(volume.name),
      Name: volume.name,
      Options: volume.options && inOrder(volume.options),
      Scope: 'local',
    };
  }

  /** In the real daemon a bolt database, here the same facts as JSON. */
  #metadata(): string {
    return `${this.#directory()}/metadata.db`;
  }

  #directory(): string {
    return `${this.#engine.root}/volumes`;
  }
}
