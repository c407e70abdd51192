/** How much of what it divides the part behind a separator may take, in per cent. */
export interface Limits {
  least: number;
  most: number;
  /** Where it stands at first, and comes back to. */
  first: number;
}

/** The part behind a separator, whose width or height it sets. */
export interface Share {
  readonly axis: 'width' | 'height';
  readonly limits: Limits;
  /** Whole per cent. */
  readonly value: number;
  place(value: number): void;
  /** The share at which the separator would stand under the pointer. */
  under(pointer: PointerEvent): number;
  /** It has come to rest. */
  rest(): void;
}

const step = 2;

/** A whole per cent within the limits. */
export function within({ least, most }: Limits, value: number): number {
  return Math.round(Math.min(most, Math.max(least, value)));
}

/** Where a key moves the separator, or nothing for a key that does not. */
export function afterKey(
  { axis, limits, value }: Pick<Share, 'axis' | 'limits' | 'value'>,
  key: string,
): number | undefined {
  const grow = axis === 'width' ? 'ArrowLeft' : 'ArrowUp';
  const shrink = axis === 'width' ? 'ArrowRight' : 'ArrowDown';
  if (key === grow) return within(limits, value + step);
  if (key === shrink) return within(limits, value - step);
  if (key === 'PageUp') return within(limits, value + 5 * step);
  if (key === 'PageDown') return within(limits, value - 5 * step);
  if (key === 'Home') return limits.least;
  if (key === 'End') return limits.most;
  if (key === 'Enter') return limits.first;
  return undefined;
}

/**
 * Lets a separator (the ARIA role) be moved by mouse, touch, keyboard and double click.
 * @param share what it moves now; asked anew each time, since a separator can change its direction
 * @returns tells assistive technology where it stands; to be called when the direction has changed
 */
export function wireSeparator(separator: HTMLElement, share: () => Share): () => void {
  const announce = () => {
    const { axis, limits, value } = share();
    separator.setAttribute('aria-orientation', axis === 'width' ? 'vertical' : 'horizontal');
    separator.setAttribute('aria-valuemin', String(limits.least));
    separator.setAttribute('aria-valuemax', String(limits.most));
    separator.setAttribute('aria-valuenow', String(value));
  };
  const place = (value: number) => {
    const { limits, place } = share();
    place(within(limits, value));
    announce();
  };
  separator.addEventListener('keydown', (event) => {
    const value = afterKey(share(), event.key);
    if (value === undefined) return;
    event.preventDefault();
    place(value);
    share().rest();
  });
  separator.addEventListener('dblclick', () => {
    place(share().limits.first);
    share().rest();
  });
  separator.addEventListener('pointerdown', (event) => {
    event.preventDefault();
    separator.focus();
    separator.setPointerCapture(event.pointerId);
    separator.classList.add('moving');
    document.body.classList.add('resizing');
    const move = (at: PointerEvent) => place(share().under(at));
    const end = () => {
      separator.classList.remove('moving');
      document.body.classList.remove('resizing');
      separator.removeEventListener('pointermove', move);
      share().rest();
    };
    separator.addEventListener('pointermove', move);
    separator.addEventListener('lostpointercapture', end, { once: true });
  });
  announce();
  return announce;
}
