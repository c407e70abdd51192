/** How much of the window the workspace may take, in per cent: beside the text, and as a sheet over it. */
const limits = { width: { least: 28, most: 70, first: 50 }, height: { least: 25, most: 90, first: 60 } };
type Axis = keyof typeof limits;

const step = 2;
const wide = '(min-width: 64rem)';

/** Where the divider stands, a whole per cent within its limits. */
export function within(axis: Axis, value: number): number {
  return Math.round(Math.min(limits[axis].most, Math.max(limits[axis].least, value)));
}

/** Where a key moves the divider, or nothing for a key that does not. */
export function afterKey(axis: Axis, value: number, key: string): number | undefined {
  const { least, most, first } = limits[axis];
  const grow = axis === 'width' ? 'ArrowLeft' : 'ArrowUp';
  const shrink = axis === 'width' ? 'ArrowRight' : 'ArrowDown';
  if (key === grow) return within(axis, value + step);
  if (key === shrink) return within(axis, value - step);
  if (key === 'PageUp') return within(axis, value + 5 * step);
  if (key === 'PageDown') return within(axis, value - 5 * step);
  if (key === 'Home') return least;
  if (key === 'End') return most;
  if (key === 'Enter') return first;
  return undefined;
}

/** Lets the divider between text and workspace be moved by mouse, touch and keyboard, and remembers where it was. */
export function wireDivider(divider: HTMLElement): void {
  const root = document.documentElement;
  const media = matchMedia(wide);
  const values: Record<Axis, number> = { width: limits.width.first, height: limits.height.first, ...read() };
  const axis = (): Axis => (media.matches ? 'width' : 'height');

  const announce = () => {
    divider.setAttribute('aria-orientation', axis() === 'width' ? 'vertical' : 'horizontal');
    divider.setAttribute('aria-valuemin', String(limits[axis()].least));
    divider.setAttribute('aria-valuemax', String(limits[axis()].most));
    divider.setAttribute('aria-valuenow', String(values[axis()]));
  };
  const place = (value: number) => {
    values[axis()] = within(axis(), value);
    root.style.setProperty('--workspace', `${values.width}%`);
    root.style.setProperty('--sheet', `${values.height}dvh`);
    announce();
  };
  const keep = () => {
    try {
      localStorage.setItem('drydock.split', JSON.stringify(values));
    } catch {
      // The divider then starts in the middle next time.
    }
  };

  divider.addEventListener('keydown', (event) => {
    const value = afterKey(axis(), values[axis()], event.key);
    if (value === undefined) return;
    event.preventDefault();
    place(value);
    keep();
  });
  divider.addEventListener('dblclick', () => {
    place(limits[axis()].first);
    keep();
  });
  divider.addEventListener('pointerdown', (event) => {
    event.preventDefault();
    divider.focus();
    divider.setPointerCapture(event.pointerId);
    divider.classList.add('moving');
    document.body.classList.add('resizing');
    const move = (at: PointerEvent) => {
      const size = axis() === 'width' ? root.clientWidth : innerHeight;
      place(100 * (1 - (axis() === 'width' ? at.clientX : at.clientY) / size));
    };
    const end = () => {
      divider.classList.remove('moving');
      document.body.classList.remove('resizing');
      divider.removeEventListener('pointermove', move);
      keep();
    };
    divider.addEventListener('pointermove', move);
    divider.addEventListener('lostpointercapture', end, { once: true });
  });
  media.addEventListener('change', announce);
  announce();
}

function read(): Partial<Record<Axis, number>> {
  try {
    return JSON.parse(localStorage.getItem('drydock.split') ?? '{}');
  } catch {
    return {};
  }
}
