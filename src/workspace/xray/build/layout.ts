import type { BuildView, StageView, StepView } from '../../../lab/xray/build/builds.ts';

/** Where everything of a build's graph is, in pixels: stages side by side where there is room, one below the other where there is not. */
export interface Layout {
  width: number;
  height: number;
  stages: { stage: StageView; box: Box; steps: { step: StepView; box: Box }[] }[];
  edges: EdgePlan[];
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface EdgePlan {
  /** A stage begins with another one, or a step takes files from it. */
  is: 'base' | 'copy';
  path: string;
  /** The step that it leads to; undefined where it leads to the stage. */
  to: number | undefined;
  isNeeded: boolean;
}

export const SIZES = {
  column: 168,
  widest: 340,
  gap: 36,
  title: 40,
  /** With the bar of its layer's size; without. */
  step: 54,
  bare: 42,
  small: 27,
  between: 8,
  padding: 8,
  /** How far apart edges run beside stages that stand one below the other. */
  lane: 12,
};

export function layoutOf({ stages }: BuildView, width: number): Layout {
  const fits = stages.length * SIZES.column + (stages.length - 1) * SIZES.gap <= width;
  return fits ? sideBySide(stages, width) : oneBelowOther(stages, width);
}

function sideBySide(stages: readonly StageView[], width: number): Layout {
  const gaps = (stages.length - 1) * SIZES.gap;
  const column = Math.min(SIZES.widest, Math.floor((width - gaps) / Math.max(1, stages.length)));
  const placed = stages.map((stage, at) => place(stage, at * (column + SIZES.gap), 0, column));
  const edges = edgesOf(stages, placed, ({ from, to }) => {
    // From the end of one stage to the beginning, or a step, of another.
    const [x1, y1] = from.x < to.x ? [from.x + from.width, middle(from)] : [from.x, middle(from)];
    const [x2, y2] = from.x < to.x ? [to.x, middle(to)] : [to.x + to.width, middle(to)];
    const bend = from.x < to.x ? SIZES.gap * 0.7 : -SIZES.gap * 0.7;
    return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
  });
  return {
    width: stages.length * column + gaps,
    height: Math.max(0, ...placed.map(({ box }) => box.height)),
    stages: placed,
    edges,
  };
}

function oneBelowOther(stages: readonly StageView[], width: number): Layout {
  const links = stages.flatMap(({ base, steps }) => [
    ...(base === undefined ? [] : [base]),
    ...steps.flatMap(({ sources }) => sources),
  ]).length;
  const gutter = SIZES.lane * (Math.min(links, 4) + 1);
  let y = 0;
  const placed = stages.map((stage) => {
    const one = place(stage, gutter, y, Math.max(SIZES.column, width - gutter));
    y += one.box.height + SIZES.lane * 1.5;
    return one;
  });
  const edges = edgesOf(stages, placed, ({ from, to }, at) => {
    const lane = gutter - SIZES.lane * ((at % 4) + 1);
    return `M${from.x} ${middle(from)}H${lane}V${middle(to)}H${to.x}`;
  });
  return {
    width: gutter + (placed[0]?.box.width ?? 0),
    height: Math.max(0, y - SIZES.lane),
    stages: placed,
    edges,
  };
}

function place(stage: StageView, x: number, y: number, width: number): Layout['stages'][number] {
  let at = y + SIZES.title;
  const steps = stage.steps.map((step) => {
    const height = step.state === 'configuration' ? SIZES.small : step.layer ? SIZES.step : SIZES.bare;
    const box = { x: x + SIZES.padding, y: at, width: width - 2 * SIZES.padding, height };
    at += height + SIZES.between;
    return { step, box };
  });
  return { stage, steps, box: { x, y, width, height: at - y + SIZES.padding - SIZES.between } };
}

type Placed = Layout['stages'];

function edgesOf(
  stages: readonly StageView[],
  placed: Placed,
  path: (ends: { from: Box; to: Box }, at: number) => string,
): EdgePlan[] {
  const edges: EdgePlan[] = [];
  const add = (is: EdgePlan['is'], from: number, to: Box, { isNeeded }: StageView, step?: number) => {
    const source = placed[from];
    if (source === undefined) return;
    const end = endOf(source);
    edges.push({ is, path: path({ from: end, to }, edges.length), to: step, isNeeded });
  };
  for (const [at, stage] of stages.entries()) {
    const { box, steps } = placed[at]!;
    const title = { ...box, height: SIZES.title };
    if (stage.base !== undefined) add('base', stage.base, title, stage);
    // Up to the stage's frame, which hides what is behind it.
    for (const { step, box: own } of steps)
      for (const from of step.sources)
        add('copy', from, { ...own, x: box.x, width: box.width }, stage, step.id);
  }
  return edges;
}

/** What a stage has come to: its last step that changes files, as wide as the stage. */
function endOf({ box, steps }: Placed[number]): Box {
  const last = steps.findLast(({ step }) => step.state !== 'configuration');
  return last ? { ...last.box, x: box.x, width: box.width } : { ...box, height: SIZES.title };
}

const middle = ({ y, height }: Box) => y + height / 2;
