import type { Cli } from '../cli.ts';

/** Asks, and gives the line that is typed, without white space around it; empty at the end of input. */
export async function readLine(cli: Cli, question: string): Promise<string> {
  await cli.out(question);
  const decoder = new TextDecoder();
  let answer = '';
  while (!answer.includes('\n')) {
    const chunk = await cli.stdin.read();
    if (chunk === null) break;
    answer += decoder.decode(chunk, { stream: true });
  }
  return answer.split('\n')[0]!.trim();
}
