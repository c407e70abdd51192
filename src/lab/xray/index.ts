import type { Simulation } from '../../engine/world/simulation.ts';
import { inspect } from '../inspect.ts';
import type { LabMethods } from '../protocol.ts';
import { buildsView } from './build/builds.ts';
import { cgroupsView } from './cgroups.ts';
import { imagesView } from './images.ts';
import { networkLook } from './networks/ways.ts';
import { processesView } from './processes.ts';
import { livesView } from './states.ts';
import { wireView } from './wire/wire.ts';

export type XrayMethod = Extract<keyof LabMethods, `xray.${string}`>;

/** The views of the X-ray, each from the state of the machine at this instant; a look leaves no trace in it. */
export const xray: {
  [M in XrayMethod]: (simulation: Simulation, params?: LabMethods[M][0]) => LabMethods[M][1];
} = {
  'xray.processes': (simulation) => processesView(simulation.host.kernel, inspect(simulation).containers()),
  'xray.images'(simulation) {
    const inspection = inspect(simulation);
    return imagesView(inspection.images(), inspection.containers());
  },
  'xray.states'(simulation) {
    const inspection = inspect(simulation);
    return livesView(inspection.containers(), inspection.removed(), inspection.containerEvents());
  },
  'xray.network'(simulation, ends) {
    const inspection = inspect(simulation);
    const daemon = { containers: inspection.containers(), networks: inspection.networks() };
    return networkLook(simulation.host.kernel, daemon, ends);
  },
  'xray.registries': (simulation) => [...inspect(simulation).registries()],
  'xray.builds': buildsView,
  'xray.wire': wireView,
  'xray.cgroups': (simulation) => cgroupsView(simulation.host.kernel, inspect(simulation).containers()),
};
