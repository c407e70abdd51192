import type { ITheme } from '@xterm/xterm';

const colours = [
  'black',
  'red',
  'green',
  'yellow',
  'blue',
  'magenta',
  'cyan',
  'white',
  'brightBlack',
  'brightRed',
  'brightGreen',
  'brightYellow',
  'brightBlue',
  'brightMagenta',
  'brightCyan',
  'brightWhite',
] as const;

/** The page's colours as xterm wants them. A probe resolves them, for the styles hold formulas (`light-dark(…)`). */
export function terminalTheme(within: HTMLElement): ITheme {
  const probe = document.createElement('span');
  within.append(probe);
  const resolve = (name: string) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const theme: ITheme = {
    background: resolve('--screen'),
    foreground: resolve('--screen-ink'),
    cursor: resolve('--screen-prompt'),
    cursorAccent: resolve('--screen'),
    selectionBackground: resolve('--screen-selection'),
  };
  colours.forEach((colour, at) => {
    theme[colour] = resolve(`--ansi-${at}`);
  });
  probe.remove();
  return theme;
}
