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

/** The page's colours as xterm wants them. Probes resolve them, for the styles hold formulas (`light-dark(…)`). */
export function terminalTheme(within: HTMLElement): ITheme {
  const names = {
    background: '--screen',
    foreground: '--screen-ink',
    cursor: '--screen-prompt',
    cursorAccent: '--screen',
    selectionBackground: '--screen-selection',
    ...Object.fromEntries(colours.map((colour, at) => [colour, `--ansi-${at}`])),
  };
  const probes = document.createElement('span');
  // All before the first is asked for, so that the browser resolves them in one go.
  probes.innerHTML = Object.values(names)
    .map((name) => `<i style="color:var(${name})"></i>`)
    .join('');
  within.append(probes);
  const theme = Object.fromEntries(
    Object.keys(names).map((key, at) => [key, getComputedStyle(probes.children[at] as Element).color]),
  );
  probes.remove();
  return theme;
}
