import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface Question<Answer extends string> {
  text: string;
  /** Answer → what its button says; the last one is the safe one, and what Escape means. */
  answers: Partial<Record<Answer, string>>;
}

export type Ask = <Answer extends string>(question: Question<Answer>) => Promise<Answer>;

/** A dialog that asks one question at a time, and the function that asks. */
export function useAsk(): [dialog: VNode, ask: Ask] {
  const asked = useSignal<(Question<string> & { tell: (answer: string) => void }) | undefined>(undefined);
  const dialog = useRef<HTMLDialogElement>(null);
  const now = asked.value;
  const answers = Object.entries(now?.answers ?? {});

  useEffect(() => {
    if (now) dialog.current?.showModal();
  }, [now]);
  const tell = (answer: string | undefined) => {
    asked.value = undefined;
    now?.tell(answer ?? (answers.at(-1)?.[0] as string));
  };
  return [
    <dialog
      key="ask"
      ref={dialog}
      class="ws-dialog"
      aria-label={now?.text ?? ''}
      onClose={({ currentTarget }) => {
        const answer = currentTarget.returnValue;
        currentTarget.returnValue = '';
        tell(answer || undefined);
      }}
    >
      <form method="dialog">
        <p>{now?.text}</p>
        <div class="ws-row">
          {answers.map(([answer, text], i) => (
            <button
              key={answer}
              type="submit"
              value={answer}
              class={`button ${i === answers.length - 1 ? 'primary' : ''}`}
            >
              {text}
            </button>
          ))}
        </div>
      </form>
    </dialog>,
    (question) =>
      new Promise((resolve) => {
        asked.value = { ...question, tell: resolve as (answer: string) => void };
      }),
  ];
}
