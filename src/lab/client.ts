import type { FromWorker, LabClient, LabEvent, LabEvents, Method, ToWorker } from './protocol.ts';

/** A lab behind a worker (or anything with the same two ends). */
export function connect(worker: Pick<Worker, 'postMessage' | 'terminate' | 'addEventListener'>): LabClient {
  let calls = 0;
  const pending = new Map<number, { resolve: (answer: never) => void; reject: (error: Error) => void }>();
  let broken: Error | undefined;
  const listeners: { [E in LabEvent]?: Set<(data: LabEvents[E]) => void> } = {};

  worker.addEventListener('message', (message: MessageEvent<FromWorker>) => {
    const data = message.data;
    if ('event' in data) {
      const all = listeners[data.event] as Set<(data: unknown) => void> | undefined;
      for (const listener of all ?? []) listener(data.data);
      return;
    }
    const call = pending.get(data.id);
    pending.delete(data.id);
    if ('error' in data) call?.reject(new Error(data.error));
    else call?.resolve(data.answer as never);
  });
  // Its script did not come, or something in it was thrown and never caught.
  worker.addEventListener('error', ({ message }: ErrorEvent) => {
    const error = new Error(message || 'the lab’s code could not be loaded');
    if (!message) broken = error;
    for (const listener of listeners.problem ?? []) listener({ message: error.message });
    for (const call of pending.values()) call.reject(error);
    pending.clear();
  });

  return {
    call(method: Method, parameters?: unknown) {
      if (broken) return Promise.reject(broken);
      const id = ++calls;
      return new Promise((resolve, reject) => {
        pending.set(id, { resolve, reject });
        worker.postMessage({ id, method, parameters } as ToWorker);
      });
    },
    on(event, listener) {
      listeners[event] ??= new Set() as never;
      const all = listeners[event] as Set<typeof listener>;
      all.add(listener);
      return () => all.delete(listener);
    },
    close() {
      worker.terminate();
      for (const call of pending.values()) call.reject(new Error('the lab was closed'));
      pending.clear();
    },
  };
}
