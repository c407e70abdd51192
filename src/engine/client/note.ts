/** Notes that commands print beside their output, in colours at a terminal. Models docker/cli `internal/tui`. */

const apply = (code: string, text: string) => `\x1b[${code}m${text}\x1b[0m`;
const BOLD = '1';
const ITALIC = '3';
const UNDERLINE = '4';

interface Header {
  plain: string;
  fancy: string;
  /** How wide it is. */
  width: number;
}

const header = (word: string, letter: string, background: string, colour: string): Header => ({
  plain: ` ${word} -> `,
  fancy: apply(BOLD, `${apply(background, apply('30', letter))} ${apply(colour, `${word} → `)}`),
  width: letter.length + 1 + word.length + 3,
});

const INFO = header('Info', 'i', '106', '96');
const WARN = header('Warn', 'w', '103', '93');

/** A note of one or more lines. */
export const note = (text: string, terminal: boolean, kind: 'info' | 'warn' = 'info'): string => {
  const { plain, fancy, width } = kind === 'info' ? INFO : WARN;
  const indent = ' '.repeat(terminal ? width : plain.length);
  const lines = text.split('\n').map((line) => (terminal ? apply(ITALIC, line) : line));
  return `\n${terminal ? fancy : plain}${lines.join(`\n${indent}`)}\n`;
};

export const underlined = (text: string): string => apply(UNDERLINE, text);
