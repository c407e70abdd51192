import { decode } from '../engine/base/bytes.ts';
import type { DockerdModel } from '../engine/daemon/model.ts';
import type { Simulation } from '../engine/world/simulation.ts';
import { FileProblem, readFile } from './files.ts';
import type { Inspection } from './inspection.ts';

/** The machine as it is at this instant. A machine without a running dockerd has no containers and no images. */
export function inspect(simulation: Simulation): Inspection {
  const daemon = (): DockerdModel | undefined => {
    for (const task of simulation.host.kernel.tasks) {
      const model = task.published.get('dockerd');
      if (model) return model() as DockerdModel;
    }
    return undefined;
  };
  return {
    containers: () => daemon()?.containers ?? [],
    container: (name) => daemon()?.containers.find((container) => container.name === name),
    removed: () => daemon()?.removed ?? [],
    images: () => daemon()?.images ?? [],
    file(path) {
      try {
        return decode(readFile(simulation, path));
      } catch (error) {
        if (error instanceof FileProblem) return undefined;
        throw error;
      }
    },
  };
}
