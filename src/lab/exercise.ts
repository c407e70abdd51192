import type { Arrangement } from './arrangement.ts';
import type { Check, Localised } from './check.ts';
import type { Inspection } from './inspection.ts';

/** One thing to bring about, judged by the state of the world. */
export interface Task {
  id: string;
  /** What shall be true afterwards, in one or two sentences. */
  goal: Localised;
  /** From a nudge to the concept; none of them is the command itself. */
  hints: Localised[];
  /** A file to be put in order, where the task is about one. */
  arrange?: Arrangement;
  /** All must pass for the task to be done. */
  checks: Check[];
}

/** A mistake that people make in a task, and what it deserves to be told. */
export interface Mistake {
  id: string;
  task: string;
  /** What happened, why, and what to change. */
  explanation: Localised;
  /** Commands that make the mistake, for the proof that it is recognised. */
  commands: string[];
  /** Whether the state of the world shows it. */
  shown(world: Inspection): boolean;
}

/** An exercise: what it starts from, its tasks and checks, its solution, and the mistakes that people make. */
export interface Exercise {
  /** The name of its folder. */
  id: string;
  title: Localised;
  intro: Localised;
  scenario: string;
  /** Commands that prepare the machine before the learner arrives. */
  setup: string[];
  tasks: Task[];
  /** Typed at a terminal, in order. */
  solution: { task: string; commands: string[] }[];
  mistakes: Mistake[];
}

type Defaults = Pick<Exercise, 'scenario' | 'setup' | 'mistakes'>;
type Written = Omit<Exercise, keyof Defaults> & Partial<Defaults>;

/** An exercise with what it leaves out filled in. `drydock verify` checks it against its schema. */
export function defineExercise(written: Written): Exercise {
  return { scenario: 'learner', setup: [], mistakes: [], ...written };
}
