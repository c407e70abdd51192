import { batch, type Signal, signal } from '@preact/signals';
import { connect } from '../lab/client.ts';
import type { ExerciseText, LabClient, LabEvents, LabInfo } from '../lab/protocol.ts';
import LabWorker from '../lab/worker.ts?worker';
import type { LabChoice } from './place.ts';
import { createTranscript, type Transcript } from './transcript.ts';

/** Where a lab stands. A failure carries the simulator's own words. */
export type Stage = { is: 'starting' } | { is: 'ready'; info: LabInfo } | { is: 'failed'; problem: string };

/** The lab behind the workspace, as all its panes see it. */
export interface Session {
  readonly lab: string;
  readonly stage: Signal<Stage>;
  /** What the simulator itself complained of last. */
  readonly problem: Signal<string | undefined>;
  /** Counts what may have changed files, containers or ports. */
  readonly changes: Signal<number>;
  /** Counts additions to the transcript. */
  readonly spoken: Signal<number>;
  readonly transcript: Transcript;
  readonly call: LabClient['call'];
  /** Opens the lab for a terminal of this size (or, trying again, of the size it had); later calls give the same lab. */
  open(size?: { columns: number; rows: number }): Promise<void>;
  /** Throws the lab away and starts it afresh. */
  restart(): Promise<void>;
  /** Sends input to the terminal, when there is one. */
  type(data: string): Promise<void>;
  onOutput(listener: (data: Uint8Array) => void): () => void;
  /** Hears what the lab wants of a WebContainer. */
  onOrder(listener: (order: LabEvents['javascript.order']) => void): () => void;
  exerciseText(id: string): Promise<ExerciseText>;
  /** Ends the worker; what was done in the lab stays saved. */
  close(): void;
}

/** @param client a worker that no lab is open in yet */
export function createSession(lab: LabChoice, client: LabClient = connect(new LabWorker())): Session {
  const stage = signal<Stage>({ is: 'starting' });
  const problem = signal<string | undefined>(undefined);
  const changes = signal(0);
  const spoken = signal(0);
  const transcript = createTranscript();
  const decoder = new TextDecoder();
  const texts = new Map<string, Promise<ExerciseText>>();
  let opened: Promise<void> | undefined;
  let size = { columns: 80, rows: 24 };

  client.on('terminal.output', ({ data }) => {
    transcript.write(decoder.decode(data, { stream: true }));
    spoken.value++;
  });
  client.on('changed', () => {
    changes.value++;
  });
  client.on('problem', ({ message }) => {
    problem.value = message;
  });

  const started = (info: Promise<LabInfo>) =>
    info.then(
      (ready) =>
        batch(() => {
          stage.value = { is: 'ready', info: ready };
          if (ready.problem) problem.value = ready.problem;
          changes.value++;
        }),
      (error: Error) => {
        opened = undefined;
        stage.value = { is: 'failed', problem: error.message };
      },
    );

  return {
    lab: lab.lab,
    stage,
    problem,
    changes,
    spoken,
    transcript,
    call: client.call,
    open(now = size) {
      size = now;
      if (stage.value.is === 'failed') stage.value = { is: 'starting' };
      opened ??= started(client.call('open', { ...lab, ...size }));
      return opened;
    },
    async restart() {
      stage.value = { is: 'starting' };
      transcript.clear();
      spoken.value++;
      await started(client.call('reset'));
    },
    async type(data) {
      if (stage.value.is === 'ready') await client.call('terminal.input', { data });
    },
    onOutput: (listener) => client.on('terminal.output', ({ data }) => listener(data)),
    onOrder: (listener) => client.on('javascript.order', listener),
    exerciseText(id) {
      let text = texts.get(id);
      if (!text) {
        text = client.call('exercise.text', { exercise: id });
        text.catch(() => texts.delete(id));
        texts.set(id, text);
      }
      return text;
    },
    close: client.close,
  };
}
