import type { ProgressMessage } from '../../api/progress.ts';
import type { HttpResponse } from '../../net/http/message.ts';
import { describeError } from '../error.ts';
import { Feed, jsonLine } from '../lines.ts';

/**
 * Answers with what `run` reports, line by line, from its first word on. An error is the last line; before the first word it is thrown,
 * unless `errorsAreLines`.
 */
export async function progressResponse(
  run: (report: (message: ProgressMessage) => void) => Promise<void>,
  { errorsAreLines = false, onAbandon }: { errorsAreLines?: boolean; onAbandon?: () => void } = {},
): Promise<HttpResponse> {
  const feed = new Feed<ProgressMessage>();
  feed.onAbandon = onAbandon;
  const first = new Promise<void>((begun, failed) => {
    const report = (message: ProgressMessage) => {
      begun();
      feed.push(message);
    };
    run(report)
      .catch((error: unknown) => {
        const { message } = describeError(error);
        if (!errorsAreLines) failed(error);
        report({ errorDetail: { message }, error: message });
      })
      .finally(() => {
        begun();
        feed.end();
      });
  });
  await first;
  return { status: 200, headers: [['Content-Type', 'application/json']], body: lines(feed) };
}

async function* lines(feed: Feed<ProgressMessage>): AsyncGenerator<Uint8Array> {
  for await (const message of feed) yield jsonLine(message, '\r\n');
}
