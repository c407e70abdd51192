/** A place where two sequences differ: `deleted` items of the first from `from` on, `inserted` of the second from `to` on. */
export interface Change {
  from: number;
  deleted: number;
  to: number;
  inserted: number;
}

/** A side of a comparison: its lines as they are, and what of each counts. */
export interface Side {
  lines: readonly string[];
  keys: readonly string[];
  /** Whether the last line has its end. */
  ended: boolean;
}

/**
 * The fewest deletions and insertions that make one side the other (E. Myers, "An O(ND) Difference Algorithm and Its
 * Variations", 1986, with the middle found from both ends), then each run of them moved as far down as it goes or to where
 * the other side changes too: of several shortest ways the one that GNU diff takes. What is the same at the start and at the
 * end is not looked at, but for `horizon` lines of it. `work` is called now and then. Simplified: no speed is bought with
 * longer results where long files differ everywhere.
 */
export async function edits(
  a: Side,
  b: Side,
  horizon: number,
  work: (steps: number) => void | Promise<void>,
): Promise<Change[]> {
  const { start, end } = common(a, b, horizon);
  const [left, right] = numbered(
    a.keys.slice(start, a.keys.length - end),
    b.keys.slice(start, b.keys.length - end),
  );
  // What is in one of them only is changed whatever becomes of the rest.
  const known = [new Set(left), new Set(right)] as const;
  const [xs, ys] = [kept(left, known[1]), kept(right, known[0])];
  const deleted = new Uint8Array(left.length + 2);
  const inserted = new Uint8Array(right.length + 2);
  for (let i = 0; i < left.length; i++) if (!known[1].has(left[i]!)) deleted[i + 1] = 1;
  for (let i = 0; i < right.length; i++) if (!known[0].has(right[i]!)) inserted[i + 1] = 1;
  await new Comparison(
    xs.map((i) => left[i]!),
    ys.map((i) => right[i]!),
    (i) => {
      deleted[xs[i]! + 1] = 1;
    },
    (i) => {
      inserted[ys[i]! + 1] = 1;
    },
    work,
  ).compare(0, xs.length, 0, ys.length);
  shift(left, deleted, inserted);
  shift(right, inserted, deleted);
  return changes(deleted, left.length, inserted, right.length).map((change) => ({
    ...change,
    from: change.from + start,
    to: change.to + start,
  }));
}

/** How many lines are the same at the start and at the end, beyond the horizon of what differs. */
function common(a: Side, b: Side, horizon: number): { start: number; end: number } {
  const most = Math.min(a.lines.length, b.lines.length);
  const lastOf = ({ lines, ended }: Side, i: number) => !ended && i === lines.length - 1;
  const same = (i: number, j: number) => a.lines[i] === b.lines[j] && lastOf(a, i) === lastOf(b, j);
  let start = 0;
  while (start < most && same(start, start)) start++;
  start = Math.max(0, start - horizon);
  let end = 0;
  if (a.ended === b.ended)
    while (end < most - start && same(a.lines.length - 1 - end, b.lines.length - 1 - end)) end++;
  return { start, end: Math.max(0, end - horizon) };
}

/** The same number for the same key. */
function numbered(a: readonly string[], b: readonly string[]): [number[], number[]] {
  const numbers = new Map<string, number>();
  const of = (key: string): number => {
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  };
  return [a.map(of), b.map(of)];
}

const kept = (list: readonly number[], known: ReadonlySet<number>): number[] =>
  list.flatMap((key, i) => (known.has(key) ? [i] : []));

class Comparison {
  readonly #x: readonly number[];
  readonly #y: readonly number[];
  readonly #delete: (i: number) => void;
  readonly #insert: (i: number) => void;
  readonly #work: (steps: number) => void | Promise<void>;
  /** How far along x the searches have come on each diagonal, from the start and from the end. */
  readonly #forward: Int32Array;
  readonly #backward: Int32Array;
  /** Diagonals run from -|y|-1 to |x|+1. */
  readonly #zero: number;

  constructor(
    x: readonly number[],
    y: readonly number[],
    onDelete: (i: number) => void,
    onInsert: (i: number) => void,
    work: (steps: number) => void | Promise<void>,
  ) {
    this.#x = x;
    this.#y = y;
    this.#delete = onDelete;
    this.#insert = onInsert;
    this.#work = work;
    this.#zero = y.length + 1;
    this.#forward = new Int32Array(x.length + y.length + 3);
    this.#backward = new Int32Array(x.length + y.length + 3);
  }

  async compare(xFrom: number, xTo: number, yFrom: number, yTo: number): Promise<void> {
    const [x, y] = [this.#x, this.#y];
    let [x0, x1, y0, y1] = [xFrom, xTo, yFrom, yTo];
    while (x0 < x1 && y0 < y1 && x[x0] === y[y0]) {
      x0++;
      y0++;
    }
    while (x0 < x1 && y0 < y1 && x[x1 - 1] === y[y1 - 1]) {
      x1--;
      y1--;
    }
    if (x0 === x1) while (y0 < y1) this.#insert(y0++);
    else if (y0 === y1) while (x0 < x1) this.#delete(x0++);
    else {
      const pause = this.#work(x1 - x0 + (y1 - y0));
      if (pause) await pause;
      const [xMiddle, yMiddle] = this.#middle(x0, x1, y0, y1);
      await this.compare(x0, xMiddle, y0, yMiddle);
      await this.compare(xMiddle, x1, yMiddle, y1);
    }
  }

  /** A point that a shortest way goes through. */
  #middle(x0: number, x1: number, y0: number, y1: number): [number, number] {
    const [x, y, zero] = [this.#x, this.#y, this.#zero];
    const [forward, backward] = [this.#forward, this.#backward];
    const [least, most] = [x0 - y1, x1 - y0];
    const [start, end] = [x0 - y0, x1 - y1];
    let [fMin, fMax, bMin, bMax] = [start, start, end, end];
    const odd = ((start - end) & 1) !== 0;
    forward[zero + start] = x0;
    backward[zero + end] = x1;
    for (;;) {
      if (fMin > least) forward[zero + --fMin - 1] = -1;
      else fMin++;
      if (fMax < most) forward[zero + ++fMax + 1] = -1;
      else fMax--;
      for (let d = fMax; d >= fMin; d -= 2) {
        const below = forward[zero + d - 1]!;
        const above = forward[zero + d + 1]!;
        let at = below < above ? above : below + 1;
        while (at < x1 && at - d < y1 && x[at] === y[at - d]) at++;
        forward[zero + d] = at;
        if (odd && bMin <= d && d <= bMax && backward[zero + d]! <= at) return [at, at - d];
      }
      if (bMin > least) backward[zero + --bMin - 1] = 0x7fffffff;
      else bMin++;
      if (bMax < most) backward[zero + ++bMax + 1] = 0x7fffffff;
      else bMax--;
      for (let d = bMax; d >= bMin; d -= 2) {
        const below = backward[zero + d - 1]!;
        const above = backward[zero + d + 1]!;
        let at = below < above ? below : above - 1;
        while (at > x0 && at - d > y0 && x[at - 1] === y[at - d - 1]) at--;
        backward[zero + d] = at;
        if (!odd && fMin <= d && d <= fMax && at <= forward[zero + d]!) return [at, at - d];
      }
    }
  }
}

/**
 * Moves runs of changed lines where the lines around them allow it: together with their neighbours, as far down as they go, or
 * to where the other side has a change. Marks are one further on than the lines, so that there is one before the first.
 */
function shift(keys: readonly number[], changed: Uint8Array, other: Uint8Array): void {
  const end = keys.length;
  let i = 0;
  let j = 0;
  for (;;) {
    while (i < end && !changed[i + 1]) {
      while (other[j++ + 1]);
      i++;
    }
    if (i === end) return;
    let start = i;
    do i++;
    while (changed[i + 1]);
    while (other[j + 1]) j++;
    let length: number;
    let corresponding: number;
    do {
      length = i - start;
      while (start > 0 && keys[start - 1] === keys[i - 1]) {
        changed[--start + 1] = 1;
        changed[--i + 1] = 0;
        while (changed[start]) start--;
        do j--;
        while (other[j + 1]);
      }
      corresponding = other[j] ? i : end;
      while (i !== end && keys[start] === keys[i]) {
        changed[start++ + 1] = 0;
        changed[i++ + 1] = 1;
        while (changed[i + 1]) i++;
        for (j++; other[j + 1]; j++) corresponding = i;
      }
    } while (length !== i - start);
    while (corresponding < i) {
      changed[--start + 1] = 1;
      changed[--i + 1] = 0;
      do j--;
      while (other[j + 1]);
    }
  }
}

function changes(deleted: Uint8Array, rows: number, inserted: Uint8Array, columns: number): Change[] {
  const found: Change[] = [];
  let i = 0;
  let j = 0;
  while (i < rows || j < columns) {
    if (!deleted[i + 1] && !inserted[j + 1]) {
      i++;
      j++;
      continue;
    }
    const [from, to] = [i, j];
    while (i < rows && deleted[i + 1]) i++;
    while (j < columns && inserted[j + 1]) j++;
    found.push({ from, deleted: i - from, to, inserted: j - to });
  }
  return found;
}
