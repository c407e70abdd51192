import type { Cli } from '../cli.ts';
import { readLine } from './read-line.ts';

/** Asks; only `y` on standard input is a yes. */
export async function confirm(cli: Cli, question: string): Promise<boolean> {
  return (await readLine(cli, `${question} [y/N] `)).toLowerCase() === 'y';
}
