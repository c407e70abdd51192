import type { ITerminalInitOnlyOptions, ITerminalOptions } from '@xterm/xterm';

type Font = Required<Pick<ITerminalOptions, 'fontFamily' | 'fontSize' | 'lineHeight'>>;

/** What xterm keeps free at the right for its scroll bar, px. */
const scrollBar = 14;

/**
 * How large a terminal fits into a box, reckoned as xterm and its fit addon do, before there is a terminal. It may be one off
 * where xterm rounds otherwise; `fit` has the last word. A box that is not shown gets what a terminal has at first.
 */
export function sizeThatFits(box: HTMLElement, font: Font): Required<ITerminalInitOnlyOptions> {
  const { width, height } = getComputedStyle(box);
  const context = new OffscreenCanvas(1, 1).getContext('2d');
  if (context === null || !(Number.parseInt(width, 10) > 0)) return { cols: 80, rows: 24 };
  context.font = `${font.fontSize}px ${font.fontFamily}`;
  const letter = context.measureText('W');
  const dots = Math.ceil((letter.fontBoundingBoxAscent + letter.fontBoundingBoxDescent) * devicePixelRatio);
  const row = Math.floor(dots * font.lineHeight) / devicePixelRatio;
  return {
    cols: Math.max(2, Math.floor((Number.parseInt(width, 10) - scrollBar) / letter.width)),
    rows: Math.max(1, Math.floor(Number.parseInt(height, 10) / row)),
  };
}
