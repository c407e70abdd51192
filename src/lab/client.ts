/**
 * Calls with an answer, and events, between a page and a worker. Written by hand over `postMessage`, because it is little and
 * terminals send many of them.
 */

/** Method name → [parameters, answer]. */
type Methods<M> = { [K in keyof M]: [parameters: unknown, answer: unknown] };

export interface Call<M extends Methods<M>, K extends keyof M = keyof M> {
  id: number;
  method: K;
  parameters: M[K][0];
}

export type FromWorker<E> =
  | { id: number; answer: unknown }
  | { id: number; error: string }
  | { [K in keyof E]: { event: K; data: E[K] } }[keyof E];

/** The page's end. */
export interface Client<M extends Methods<M>, E> {
  call<K extends keyof M>(
    method: K,
    ...parameters: M[K][0] extends undefined ? [] : [M[K][0]]
  ): Promise<M[K][1]>;
  on<K extends keyof E>(event: K, listener: (data: E[K]) => void): () => void;
  /** Ends the worker. */
  close(): void;
}

/** What a worker (or anything with the same two ends) answers. `E`: event name → what it carries; `problem` when it breaks. */
export function connect<M extends Methods<M>, E extends { problem: { message: string } }>(
  worker: Pick<Worker, 'postMessage' | 'terminate' | 'addEventListener'>,
): Client<M, E> {
  let calls = 0;
  const pending = new Map<number, { resolve: (answer: never) => void; reject: (error: Error) => void }>();
  let broken: Error | undefined;
  const listeners: { [K in keyof E]?: Set<(data: E[K]) => void> } = {};

  worker.addEventListener('message', (message: MessageEvent<FromWorker<E>>) => {
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
    call(method, ...[parameters]) {
      if (broken) return Promise.reject(broken);
      const id = ++calls;
      return new Promise((resolve, reject) => {
        pending.set(id, { resolve, reject });
        worker.postMessage({ id, method, parameters });
      });
    },
    on(event, listener) {
      listeners[event] ??= new Set();
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

/** The worker's end: what each call is answered by. An error goes back as its message. */
export type Answers<M extends Methods<M>> = {
  [K in keyof M]: (parameters: M[K][0]) => M[K][1] | Promise<M[K][1]>;
};

export function answerCalls<M extends Methods<M>>(
  scope: DedicatedWorkerGlobalScope,
  answers: Answers<M>,
): void {
  scope.addEventListener('message', async ({ data }: MessageEvent<Call<M>>) => {
    const { id, method, parameters } = data;
    try {
      scope.postMessage({ id, answer: await answers[method](parameters) });
    } catch (error) {
      scope.postMessage({ id, error: (error as Error).message });
    }
  });
}
