import { type ApiCall, CALLS } from './calls.ts';
import type { Answer, Description } from './description.ts';

/** Runs a command of a shell and gives what it prints. */
export type Run = (cmd: string) => Promise<string>;

/** Makes all calls with curl, and gives what of the answers is not as the description says. */
export async function problemsOf(description: Description, run: Run, socket: string): Promise<string[]> {
  await run('printf "FROM busybox:1.36\\nRUN echo hi\\n" > Dockerfile; tar cf context.tar Dockerfile');
  let exec = '';
  const out: string[] = [];
  for (const one of CALLS) {
    const time = (await run('date +%s')).trim();
    const answer = readAnswer(await run(curl(one, socket, { EXEC: exec, TIME: time })));
    if (one.call === 'POST /containers/{id}/exec' && answer.status === 201)
      exec = (JSON.parse(answer.body) as { Id: string }).Id;
    for (const problem of description.problems(one.call, answer))
      out.push(`${one.call} ${answer.status}: ${problem}`);
  }
  return [...new Set(out)];
}

function curl(
  { call, target, body }: ApiCall,
  socket: string,
  values: Readonly<Record<string, string>>,
): string {
  const method = call.split(' ')[0]!;
  const path = target.replace(/EXEC|TIME/, (name) => values[name]!);
  const sent =
    body !== undefined
      ? `-H 'Content-Type: application/json' -d '${JSON.stringify(body)}'`
      : target.startsWith('/build?')
        ? "-H 'Content-Type: application/x-tar' --data-binary @context.tar"
        : '';
  const how = method === 'HEAD' ? '-I' : `-X ${method}`;
  return `curl -s -i ${how} ${sent} --unix-socket ${socket} 'http://localhost/v1.50${path}'`;
}

function readAnswer(text: string): Answer {
  const end = text.indexOf('\r\n\r\n');
  const head = text.slice(0, end);
  return {
    status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]),
    contentType: /^Content-Type: (.*?)\r?$/im.exec(head)?.[1] ?? '',
    body: text.slice(end + 4),
  };
}
