import type { Kernel } from '../../engine/kernel/kernel.ts';
import { walk } from '../../engine/vfs/namei.ts';
import type { Simulation } from '../../engine/world/simulation.ts';
import { inspect } from '../inspect.ts';
import type { Inspection } from '../inspection.ts';
import { changesIn } from './directory-layer.ts';
import { type Explorable, Explorer } from './explorer.ts';
import type { LayerContent } from './layer-change.ts';

/** The images and containers of a machine, with their layers as overlay2 keeps them in directories. */
function machineLayers({ context }: Kernel, inspection: Inspection): Explorable[] {
  const changes = (directory: string) => changesIn(walk(context, directory).dentry.inode);
  const images = inspection.images().map(({ id, references, layers }) => ({
    key: id,
    kind: 'image' as const,
    id,
    names: references.filter((name) => !name.includes('@')),
    fixed: true,
    layers: () =>
      layers.map(
        ({ diffId, directory, createdBy }): LayerContent => ({
          digest: diffId,
          ...(createdBy === undefined ? {} : { createdBy }),
          changes: changes(directory),
        }),
      ),
  }));
  const containers = inspection.containers().map((container) => ({
    key: container.id,
    kind: 'container' as const,
    id: container.id,
    names: [container.name],
    fixed: false,
    layers(): LayerContent[] {
      const [init, ...lower] = container.lowerDirectories;
      const image = images.find(({ id }) => id === container.imageId);
      return [
        ...(image?.layers() ?? lower.reverse().map((directory) => ({ changes: changes(directory) }))),
        ...(init === undefined ? [] : [{ role: 'init' as const, changes: changes(init) }]),
        { role: 'container', changes: changes(container.upperDirectory) },
      ];
    },
  }));
  return [...images, ...containers];
}

/** The explorer of a machine's layers, as they are whenever it is asked. */
export const explorerOf = (simulation: Simulation): Explorer =>
  new Explorer(() => machineLayers(simulation.host.kernel, inspect(simulation)));
