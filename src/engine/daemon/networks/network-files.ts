import { isErrno } from '../../base/errno.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { mkdirAll, readText } from '../../runtime/files.ts';
import { GoError } from '../../runtime/go-error.ts';
import { StateFile } from '../state-file.ts';
import type { Endpoint, Network } from './network.ts';

/** A network without what it is only while the daemon runs. */
export type StoredNetwork = Omit<Network, 'rules' | 'endpoints'>;

/** A running container's place in a network. */
export interface StoredEndpoint extends Omit<Endpoint, 'container' | 'rules'> {
  network: string;
  container: string;
}

interface Stored {
  networks: StoredNetwork[];
  endpoints: StoredEndpoint[];
}

/**
 * What is kept of networks: `network/files/local-kv.db`, as libnetwork's datastore has it. There it is a bolt database, here the same
 * facts as JSON.
 */
export class NetworkFiles {
  readonly #sys: Syscalls;
  readonly #directory: string;
  readonly #file: StateFile;

  /** @param root `/var/lib/docker` */
  constructor(sys: Syscalls, root: string) {
    this.#sys = sys;
    this.#directory = `${root}/network/files`;
    this.#file = new StateFile(sys, this.#path());
  }

  async load(): Promise<Stored> {
    await mkdirAll(this.#sys, this.#directory, 0o750);
    const path = this.#path();
    try {
      return JSON.parse(await readText(this.#sys, path)) as Stored;
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return { networks: [], endpoints: [] };
      throw new GoError(
        `failed to start daemon: Error initializing network controller: error obtaining controller instance: libnet controller initialization: invalid database`,
      );
    }
  }

  save(networks: () => readonly Network[]): Promise<void> {
    return this.#file.write(() => stored(networks()));
  }

  #path(): string {
    return `${this.#directory}/local-kv.db`;
  }
}

function stored(networks: readonly Network[]): Stored {
  return {
    networks: networks.map(({ rules: _, endpoints: __, ...network }) => network),
    endpoints: networks.flatMap(({ id, endpoints }) =>
      [...endpoints.values()].map(({ container, rules: _, ...endpoint }) => ({
        ...endpoint,
        network: id,
        container: container.id,
      })),
    ),
  };
}
