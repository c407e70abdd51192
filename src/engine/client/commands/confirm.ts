import type { Cli } from '../cli.ts';

/** Asks; only `y` on standard input is a yes. */
export async function confirm(cli: Cli, question: string): Promise<boolean> {
  await cli.out(`${question} [y/N] `);
  const decoder = new TextDecoder();
  let answer = '';
  while (!answer.includes('\n')) {
    const chunk = await cli.stdin.read();
    if (chunk === null) break;
    answer += decoder.decode(chunk, { stream: true });
  }
  return answer.trim().toLowerCase() === 'y';
}
