import type { Simulation } from '../../../engine/world/simulation.ts';
import type { TraceView } from './model.ts';
import { TraceRecorder } from './recorder.ts';

const recorders = new WeakMap<Simulation, TraceRecorder>();

/** What the last commands set going. The first look starts the recording; what runs before it is not known. */
export function traceView(simulation: Simulation): TraceView {
  let recorder = recorders.get(simulation);
  if (recorder === undefined) {
    recorder = new TraceRecorder(simulation.host.kernel);
    recorders.set(simulation, recorder);
  }
  recorder.start();
  const { runs, problem } = recorder;
  return { runs, ...(problem !== undefined && { problem }) };
}

/** Ends the recording; what has been recorded is kept. */
export function stopTrace(simulation: Simulation): undefined {
  recorders.get(simulation)?.stop();
  return undefined;
}
