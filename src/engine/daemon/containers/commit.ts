import type { ContainerConfig } from '../../api/containers.ts';
import type { Digest } from '../../oci/digest.ts';
import { familiarString, type Reference } from '../../oci/reference.ts';
import type { Engine } from '../engine.ts';
import { conflict, EngineError } from '../error.ts';
import { changedConfig } from '../images/change-config.ts';
import { commitImage } from '../images/commit.ts';
import { tagImage } from '../images/tag.ts';
import type { Container } from './container.ts';
import { mergeConfig } from './merge-config.ts';
import { pauseContainer, unpauseContainer } from './stop.ts';

export interface CommitRequest {
  reference: Reference | undefined;
  author: string;
  comment: string;
  /** In place of the container's own. */
  config: ContainerConfig | undefined;
  /** Dockerfile instructions. */
  changes: readonly string[];
  /** Nothing in the container runs meanwhile. */
  pause: boolean;
}

/** POST /commit: an image from a container as it is. Models moby daemon/commit.go. */
export async function commitContainer(
  engine: Engine,
  container: Container,
  request: CommitRequest,
): Promise<Digest> {
  const { id, state } = container;
  if (state.dead) throw conflict(`You cannot commit container ${id} which is Dead`);
  if (state.removing) throw conflict(`You cannot commit container ${id} which is being removed`);
  if (!request.pause || state.paused) return commit(engine, container, request);
  // What does not run cannot be paused, and need not be.
  await pauseContainer(engine, container).catch(onlyRefusals);
  try {
    return await commit(engine, container, request);
  } finally {
    await unpauseContainer(engine, container).catch(onlyRefusals);
  }
}

async function commit(
  engine: Engine,
  container: Container,
  { reference, author, comment, config = container.config, changes }: CommitRequest,
): Promise<Digest> {
  const merged = mergeConfig(changedConfig(config, changes), container.config);
  const id = await commitImage(engine, container, { author, comment, config: merged });
  if (reference !== undefined) await tagImage(engine, id, reference);
  const imageRef = reference === undefined ? '' : familiarString(reference);
  engine.events.log(
    'container',
    'commit',
    container.id,
    container.attributes({ comment, imageID: id, imageRef }),
  );
  return id;
}

function onlyRefusals(error: unknown): void {
  if (!(error instanceof EngineError)) throw error;
}
