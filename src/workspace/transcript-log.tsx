import { useEffect, useState } from 'preact/hooks';
import type { Session } from './session.ts';
import type { TranscriptEntry } from './transcript.ts';
import type { WorkspaceWords } from './words/index.ts';

/** How long output may gather before it is shown: a screen reader wants sentences, not characters. */
const pause = 200;

/** The terminal's transcript as a log: a heading for each command, what it printed under it. */
export function TranscriptLog({
  session,
  words,
  scrolls = false,
}: {
  session: Session;
  words: WorkspaceWords;
  scrolls?: boolean;
}) {
  const [entries, show] = useState<TranscriptEntry[]>([]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const unsubscribe = session.spoken.subscribe(() => {
      timer ??= setTimeout(() => {
        timer = undefined;
        show(session.transcript.entries.map((entry) => ({ ...entry, lines: [...entry.lines] })));
      }, pause);
    });
    return () => {
      unsubscribe();
      clearTimeout(timer);
    };
  }, []);
  return (
    <section class="ws-log" role="log" aria-label={words.transcript} tabIndex={scrolls ? 0 : undefined}>
      {entries.map(({ id, command, lines }) => {
        const text = lines.join('\n').trimEnd();
        return (
          <div key={id}>
            {command !== undefined && <h3 class="ws-command">{command}</h3>}
            {text && <pre>{text}</pre>}
          </div>
        );
      })}
    </section>
  );
}
