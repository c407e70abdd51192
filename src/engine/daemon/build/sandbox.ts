import type { UlimitSetting } from '../../api/containers.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import type { Digest } from '../../oci/digest.ts';
import { Container } from '../containers/container.ts';
import { completeHostConfig } from '../containers/host-config.ts';
import type { Engine } from '../engine.ts';
import type { ContainerLayer, WritableLayer } from '../images/layer-store.ts';
import { emptyEndpoint } from '../networks/network.ts';
import { joinNetwork, leaveNetwork } from '../networks/sandbox.ts';

/** The name of the host that steps find themselves on. */
export const SANDBOX_NAME = 'buildkitsandbox';

interface SandboxOptions {
  id: string;
  directory: string;
  layer: WritableLayer;
  network: 'default' | 'none' | 'host';
  extraHosts: readonly string[];
  user: string;
  cgroupParent: string | undefined;
  ulimits: readonly UlimitSetting[];
}

/** The network namespace that a step of a build runs in (moby builder-next, executor_linux.go). */
export class Sandbox {
  readonly #engine: Engine;
  /** What the parts that serve containers want to know of it; no list shows it. */
  readonly container: Container;
  /** The namespace's place; undefined for the host's own. */
  readonly namespace: string;
  readonly #keeper: number;

  private constructor(engine: Engine, container: Container, keeper: number) {
    this.#engine = engine;
    this.container = container;
    this.#keeper = keeper;
    this.namespace = `/proc/${keeper}/ns/net`;
  }

  static async open(engine: Engine, options: SandboxOptions): Promise<Sandbox> {
    const mode = options.network === 'default' ? 'bridge' : options.network;
    const hostConfig = completeHostConfig(
      {
        NetworkMode: mode,
        CgroupParent: options.cgroupParent ?? '/docker/buildkit',
        Ulimits: [...options.ulimits],
        ExtraHosts: [...options.extraHosts],
      },
      engine.host.sysinfo,
    );
    const container = new Container({
      id: options.id,
      name: SANDBOX_NAME,
      created: engine.now(),
      config: { Hostname: SANDBOX_NAME, User: options.user, Cmd: ['/'] },
      hostConfig,
      image: '' as Digest,
      layer: options.layer as ContainerLayer,
      directory: options.directory,
      sys: engine.sys,
    });
    const keeper = await keepNamespace(engine.sys);
    const sandbox = new Sandbox(engine, container, keeper);
    if (mode === 'host') return sandbox;
    container.sandbox = { id: engine.newId(), key: sandbox.namespace, ports: [] };
    const settings = emptyEndpoint({});
    container.endpoints.set(mode, settings);
    try {
      await joinNetwork(engine, engine.networks.get(mode), container, settings, keeper, false);
    } catch (error) {
      await sandbox.close();
      throw error;
    }
    return sandbox;
  }

  async close(): Promise<void> {
    const { container } = this;
    for (const network of this.#engine.networks.all())
      if (network.endpoints.has(container.id))
        await leaveNetwork(this.#engine, network, container, true, false);
    await this.#engine.sys.kill(this.#keeper, 'SIGKILL').catch(() => undefined);
    await this.#engine.reaper.exit(this.#keeper);
  }
}

/** A process that does nothing but hold a network namespace; gives its pid. */
async function keepNamespace(sys: Syscalls): Promise<number> {
  const [read, write] = await sys.pipe(true);
  const pid = await sys.fork(async (child) => {
    await child.sys.unshare(['net']);
    await child.sys.write(write, new Uint8Array(1));
    await child.sys.pause();
    return 0;
  });
  await sys.close(write);
  await sys.read(read, 1);
  await sys.close(read);
  return pid;
}
