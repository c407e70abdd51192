import type { Volume } from '../../api/volumes.ts';
import { rfc3339Nano } from '../../base/calendar.ts';
import { mkdirAll, namesIn, removeAll } from '../../runtime/files.ts';
import { directorySize } from '../containers/size.ts';
import type { Engine } from '../engine.ts';
import { conflict, invalidParameter, notFound, notModelled } from '../error.ts';

/** A volume of the local driver: a directory under /var/lib/docker/volumes. */
export interface LocalVolume {
  readonly name: string;
  readonly created: number;
  readonly labels: Record<string, string> | null;
  readonly anonymous: boolean;
  /** Ids of the containers that mention it. */
  readonly users: Set<string>;
}

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

/** Volumes of the driver `local` (moby volume/). */
export class Volumes {
  readonly #engine: Engine;
  readonly #volumes = new Map<string, LocalVolume>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async prepare(): Promise<void> {
    await mkdirAll(this.#engine.sys, this.#directory(), 0o701);
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
    if (driverOpts && Object.keys(driverOpts).length > 0) throw notModelled('a volume with driver options');
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
    await this.#engine.sys.mkdir(`${this.#directory()}/${real}`, 0o701);
    await this.#engine.sys.mkdir(this.mountpoint(real), 0o755);
    const marked = anonymous ? { 'com.docker.volume.anonymous': '', ...labels } : labels;
    const volume: LocalVolume = {
      name: real,
      created: this.#engine.now(),
      labels: marked,
      anonymous,
      users: new Set(),
    };
    this.#volumes.set(real, volume);
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
    this.#engine.events.log('volume', 'destroy', name, { driver: 'local' });
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
      Labels: volume.labels,
      Mountpoint: this.mountpoint(volume.name),
      Name: volume.name,
      Options: null,
      Scope: 'local',
    };
  }

  #directory(): string {
    return `${this.#engine.root}/volumes`;
  }
}
