import type { ContainerConfig, HostConfig } from '../../api/containers.ts';
import { GoError } from '../../runtime/go-error.ts';
import type { Container } from '../containers/container.ts';
import { createContainer } from '../containers/create.ts';
import { removeContainer } from '../containers/remove.ts';
import { startContainer } from '../containers/start.ts';
import type { Engine } from '../engine.ts';
import { describeError } from '../error.ts';
import type { Report } from './report.ts';

/** A program of a step that failed; its status becomes that of the client. */
export class NonZeroExit extends Error {
  override readonly name = 'NonZeroExit';
  readonly status: number;

  constructor(command: readonly string[], status: number) {
    super(`The command '${command.join(' ')}' returned a non-zero code: ${status}`);
    this.status = status;
  }
}

/** The containers that steps are done in. Models moby builder/dockerfile/containerbackend.go. */
export class StepContainers {
  readonly #engine: Engine;
  readonly #report: Report;
  readonly #hostConfig: HostConfig;
  readonly #cancelled: Promise<unknown>;
  readonly #made = new Set<Container>();

  constructor(
    engine: Engine,
    report: Report,
    { hostConfig, cancelled }: { hostConfig: HostConfig; cancelled: Promise<unknown> },
  ) {
    this.#engine = engine;
    this.#report = report;
    this.#hostConfig = hostConfig;
    this.#cancelled = cancelled;
  }

  async create(config: ContainerConfig): Promise<Container> {
    const engine = this.#engine;
    const { Id, Warnings } = await createContainer(
      engine,
      { ...config, HostConfig: structuredClone(this.#hostConfig) },
      { name: '', platform: undefined },
    );
    const container = engine.containers.get(Id);
    this.#made.add(container);
    for (const warning of Warnings ?? []) this.#report.out(` ---> [Warning] ${warning}\n`);
    this.#report.out(` ---> Running in ${Id.slice(0, 12)}\n`);
    return container;
  }

  /** Runs what a container is for to its end. Throws `NonZeroExit`. */
  async run(container: Container): Promise<void> {
    const engine = this.#engine;
    const decoders = { 1: new TextDecoder(), 2: new TextDecoder() };
    const stop = container.streams.listen((stream, bytes) => {
      const text = decoders[stream].decode(bytes, { stream: true });
      if (stream === 1) this.#report.out(text);
      else this.#report.error(text);
    });
    engine.events.log('container', 'attach', container.id, container.attributes());
    const exited = container.nextExit();
    let isCancelled = false;
    let isOver = false;
    const cancel = this.#cancelled.then(async () => {
      if (isOver) return;
      isCancelled = true;
      this.#made.delete(container);
      await removeContainer(engine, container, { force: true, volumes: true }).catch(() => undefined);
    });
    try {
      await startContainer(engine, container).catch((error: unknown) => {
        throw new GoError(describeError(error).message);
      });
      const status = await exited;
      await container.streams.drained();
      if (isCancelled) {
        await cancel;
        throw new GoError('build cancelled');
      }
      if (status !== 0)
        throw new NonZeroExit(
          [...(container.config.Entrypoint ?? []), ...(container.config.Cmd ?? [])],
          status,
        );
    } finally {
      isOver = true;
      stop();
    }
  }

  /** Takes away the containers of all steps so far. */
  async removeAll(): Promise<void> {
    for (const container of this.#made) {
      this.#made.delete(container);
      await removeContainer(this.#engine, container, { force: true, volumes: true });
      this.#report.out(` ---> Removed intermediate container ${container.id.slice(0, 12)}\n`);
    }
  }
}
