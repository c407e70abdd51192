import { type Share, wireSeparator, within } from '../workspace/separator.ts';

/** How much of the window the workspace may take, in per cent: beside the text, and as a sheet over it. */
const limits = { width: { least: 28, most: 70, first: 50 }, height: { least: 25, most: 90, first: 60 } };
type Axis = Share['axis'];

const wide = '(min-width: 64rem)';

/** Lets the divider between text and workspace be moved, and remembers where it was. */
export function wireDivider(divider: HTMLElement): void {
  const root = document.documentElement;
  const media = matchMedia(wide);
  const values: Record<Axis, number> = { width: limits.width.first, height: limits.height.first, ...read() };

  const share = (axis: Axis): Share => ({
    axis,
    limits: limits[axis],
    value: within(limits[axis], values[axis]),
    place(value) {
      values[axis] = value;
      root.style.setProperty('--workspace', `${values.width}%`);
      root.style.setProperty('--sheet', `${values.height}dvh`);
    },
    under: ({ clientX, clientY }) =>
      100 * (1 - (axis === 'width' ? clientX / root.clientWidth : clientY / innerHeight)),
    rest() {
      try {
        localStorage.setItem('drydock.split', JSON.stringify(values));
      } catch {
        // The divider then starts in the middle next time.
      }
    },
  });
  media.addEventListener(
    'change',
    wireSeparator(divider, () => share(media.matches ? 'width' : 'height')),
  );
}

function read(): Partial<Record<Axis, number>> {
  try {
    return JSON.parse(localStorage.getItem('drydock.split') ?? '{}');
  } catch {
    return {};
  }
}
