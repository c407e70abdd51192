import { useEffect, useMemo, useRef } from 'preact/hooks';
import { MarkedText } from '../marked-text.tsx';
import type { Session } from '../session.ts';
import { fill, type Locale } from '../words/index.ts';
import { type Choice, createChoice } from './choice.ts';
import { type JavaScriptWords, javaScriptWords } from './words.ts';
import './setting.css';

interface Props {
  session: Session;
  locale: Locale;
  /** Another number each time the dialog is asked for. */
  asked: number;
}

/** The setting of where Node.js runs: a dialog that says what each place needs and can. */
export function JavaScriptSetting({ session, locale, asked }: Props) {
  const words = javaScriptWords(locale);
  const dialog = useRef<HTMLDialogElement>(null);
  const choice = useMemo(() => createChoice(session), [session]);
  const now = choice.now.value;
  const { is: stage } = session.stage.value;

  useEffect(() => dialog.current?.showModal(), [asked]);
  useEffect(() => choice.close, [choice]);
  useEffect(() => {
    // A machine that is started afresh knows nothing of what runs for the old one.
    if (stage === 'starting') choice.close();
  }, [stage]);

  return (
    <dialog ref={dialog} class="ws-dialog ws-javascript" aria-labelledby="javascript-title">
      <form method="dialog">
        <h2 id="javascript-title">{words.title}</h2>
        <fieldset>
          <legend>
            <MarkedText inline text={words.intro} />
          </legend>
          <label>
            <input
              type="radio"
              name="javascript"
              checked={now.is === 'embedded'}
              onChange={() => void choice.useEmbedded()}
            />
            {words.embedded}
          </label>
          <p>{words.embeddedAbout}</p>
          <label>
            <input
              type="radio"
              name="javascript"
              checked={now.is !== 'embedded'}
              aria-describedby="javascript-needs"
              onChange={() => void choice.useWebContainer()}
            />
            {words.webcontainer}
          </label>
          <p id="javascript-needs">{words.needs}</p>
          <p>{words.works}</p>
          <p>
            <MarkedText inline text={words.lacks} />
          </p>
        </fieldset>
        <p class="ws-verdict" role="status">
          {standing(now, words)}
        </p>
        <button type="submit" class="button primary">
          {words.close}
        </button>
      </form>
    </dialog>
  );
}

function standing(now: Choice, words: JavaScriptWords): string {
  if (now.is === 'looking') return words.looking;
  if (now.is === 'webcontainer') return words.isOn;
  if (now.absence) return fill(words.none, { why: words[now.absence] });
  if (now.problem) return fill(words.none, { why: fill(words.failed, { problem: now.problem }) });
  return words.isOff;
}
