import { type Contents, contentsOf } from './compare-files.ts';
import type { LayerContent } from './layer-change.ts';
import {
  type FileVersion,
  LayerStack,
  type LayerSummary,
  type TreeEntry,
  type Waste,
} from './layer-stack.ts';

/** Something whose layers can be explored. */
export interface StackSubject {
  key: string;
  kind: 'image' | 'container';
  /** The digest of an image's configuration, or a container's id. */
  id: string;
  names: string[];
}

/** The layers of one of them, lowest first. */
export interface StackView extends StackSubject, StackFigures {}

export interface StackFigures {
  size: number;
  layers: LayerSummary[];
  /** Bytes that are carried and never seen, and the files that they belong to, heaviest first. */
  wasted: number;
  waste: Waste[];
}

/** A file through the layers, with what the asked one made of its content. */
export interface FileView {
  history: FileVersion[];
  contents?: Contents;
}

/** A subject with its layers, to be read when somebody looks. */
export interface Explorable extends StackSubject {
  layers(): readonly LayerContent[];
  /** Its layers never change. */
  fixed: boolean;
}

/** How many files are listed as waste. */
const MOST_WASTE = 100;

/** Answers what is asked about the layers of images and containers, wherever they come from. */
export class Explorer {
  readonly #subjects: () => readonly Explorable[];
  readonly #stacks = new Map<string, LayerStack>();
  readonly #figures = new Map<string, StackFigures>();

  constructor(subjects: () => readonly Explorable[]) {
    this.#subjects = subjects;
  }

  list(): StackSubject[] {
    return this.#subjects().map(({ key, kind, id, names }) => ({ key, kind, id, names }));
  }

  /** Undefined for what is no longer there. */
  open(key: string): StackView | undefined {
    const subject = this.#find(key);
    if (!subject) return undefined;
    const { kind, id, names } = subject;
    const known = subject.fixed ? this.#figures.get(key) : undefined;
    const figures = known ?? figuresOf(this.#stackOf(subject));
    if (subject.fixed) this.#figures.set(key, figures);
    return { key, kind, id, names, ...figures };
  }

  /** A directory after a layer; empty where there is none. */
  directory(key: string, layer: number, path: string): TreeEntry[] {
    const subject = this.#find(key);
    return (subject && this.#stackOf(subject).list(layer, path)) ?? [];
  }

  /** A file's way through the layers, and its content in the last that holds it up to `layer`. */
  async file(key: string, layer: number, path: string): Promise<FileView> {
    const subject = this.#find(key);
    if (!subject) return { history: [] };
    const stack = this.#stackOf(subject);
    const history = stack.history(path);
    const held = history.filter((version) => version.layer <= layer && version.change !== 'removed');
    const [before, now] = [held.at(-2), held.at(-1)];
    const file = now && stack.file(now.layer, path);
    if (file?.type !== 'file') return { history };
    const earlier = now?.change === 'changed' && before ? stack.file(before.layer, path) : undefined;
    return { history, contents: await contentsOf(file, earlier) };
  }

  #find(key: string): Explorable | undefined {
    return this.#subjects().find((subject) => subject.key === key);
  }

  #stackOf(subject: Explorable): LayerStack {
    const stack = this.#stacks.get(subject.key) ?? new LayerStack(subject.layers());
    if (subject.fixed) this.#stacks.set(subject.key, stack);
    return stack;
  }
}

function figuresOf(stack: LayerStack): StackFigures {
  const waste = stack.waste();
  return {
    size: stack.size,
    layers: [...stack.layers],
    wasted: waste.reduce((sum, { bytes }) => sum + bytes, 0),
    waste: waste.slice(0, MOST_WASTE),
  };
}
