import { pack } from '../../archive/pack.ts';
import type { Engine } from '../engine.ts';
import { conflict } from '../error.ts';
import type { Container } from './container.ts';

/** GET /containers/{id}/export: all files of a container, without its volumes. Models moby daemon/export.go. */
export async function exportContainer(
  engine: Engine,
  container: Container,
): Promise<AsyncGenerator<Uint8Array>> {
  const { state, id, layer } = container;
  if (state.dead) throw conflict(`You cannot export container ${id} which is Dead`);
  if (state.removing) throw conflict(`You cannot export container ${id} which is being removed`);
  const root = await engine.layers.mount(layer);
  return (async function* () {
    try {
      yield* pack(engine.sys, root);
      engine.events.log('container', 'export', id, container.attributes());
    } finally {
      await engine.layers.unmount(layer);
    }
  })();
}
