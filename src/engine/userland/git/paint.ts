import type { Stdio } from '../lib/stdio.ts';
import type { Config } from './config.ts';

/** Colours as git's own (git-config(1), color.*), and only where somebody sees them. */
export interface Paint {
  isOn: boolean;
  (colour: Colour, text: string): string;
}

type Colour = keyof typeof CODES;

const CODES = {
  red: '31',
  green: '32',
  yellow: '33',
  blue: '34',
  cyan: '36',
  bold: '1',
  boldRed: '1;31',
  boldGreen: '1;32',
  boldYellow: '1;33',
  boldCyan: '1;36',
} as const;

export async function paintOf({ sys }: Stdio, config: Config): Promise<Paint> {
  const wanted = config.get('color.ui') ?? 'auto';
  const isOn =
    wanted === 'always' || (/^(auto|true)$/.test(wanted) && (await sys.isatty(1).catch(() => false)));
  return Object.assign(
    (colour: Colour, text: string) => (isOn && text !== '' ? `\x1b[${CODES[colour]}m${text}\x1b[m` : text),
    { isOn },
  );
}
