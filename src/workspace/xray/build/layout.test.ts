import { expect, test } from 'vitest';
import type { BuildView, StageView, StepView } from '../../../lab/xray/build/builds.ts';
import { layoutOf, SIZES } from './layout.ts';

let id = 0;
const step = (sources: number[] = [], state: StepView['state'] = 'run') =>
  ({ id: id++, sources, state }) as unknown as StepView;
const stage = (steps: StepView[], more: Partial<StageView> = {}) =>
  ({ label: 'a', code: 'FROM x', isNeeded: true, isTarget: false, steps, ...more }) as StageView;
const build = {
  stages: [
    stage([step(), step([], 'configuration')]),
    stage([step()], { base: 0 }),
    stage([step(), step([1])], { isTarget: true }),
  ],
} as BuildView;

test('where there is room stages stand side by side; an edge ends beside the step that takes', () => {
  const { stages, edges, width } = layoutOf(build, 1000);
  expect(width).toBeLessThanOrEqual(1000);
  const [first, second, third] = stages.map(({ box }) => box);
  expect(first!.x + first!.width).toBeLessThan(second!.x);
  expect(second!.x + second!.width).toBeLessThan(third!.x);
  expect(edges).toMatchObject([{ is: 'base' }, { is: 'copy', to: build.stages[2]!.steps[1]!.id }]);
  const { y, height } = stages[2]!.steps[1]!.box;
  expect(edges[1]!.path.endsWith(` ${third!.x} ${y + height / 2}`)).toBe(true);
});

test('where there is none they stand one below the other, within the width, and steps do not overlap', () => {
  const { stages, width, height } = layoutOf(build, 3 * SIZES.column);
  expect(width).toBe(3 * SIZES.column);
  let y = 0;
  for (const { box, steps } of stages) {
    expect(box.y).toBeGreaterThanOrEqual(y);
    for (const { box: own } of steps) {
      expect(own.y).toBeGreaterThan(y);
      y = own.y + own.height;
    }
    expect(box.y + box.height).toBeGreaterThan(y);
    y = box.y + box.height;
  }
  expect(height).toBeGreaterThanOrEqual(y);
});

test('a build that came to no stage, and one of a single stage on a phone', () => {
  expect(layoutOf({ ...build, stages: [] }, 300)).toMatchObject({ stages: [], edges: [] });
  const { width } = layoutOf({ ...build, stages: [build.stages[0]!] }, 300);
  expect(width).toBe(300);
});
