import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { ExerciseText, TaskReport } from '../lab/protocol.ts';
import { ArrangeBox } from './arrange-box.tsx';
import type { PaneProps } from './controls.ts';
import { MarkedText } from './marked-text.tsx';
import { fill } from './words/index.ts';

/** The exercise: its tasks, what a check saw, hints one at a time, the solution behind a question. */
export function TasksPane(props: PaneProps) {
  const { session, controls, words } = props;
  const id = controls.exercise;
  const text = useSignal<{ of: string; text?: ExerciseText; problem?: string } | undefined>(undefined);
  const ready = session.stage.value.is === 'ready';

  useEffect(() => {
    if (!id || !ready) return;
    session.exerciseText(id).then(
      (loaded) => {
        text.value = { of: id, text: loaded };
      },
      (error: Error) => {
        text.value = { of: id, problem: error.message };
      },
    );
  }, [id, ready]);

  if (!id) return <p class="ws-note">{words.tasksNone}</p>;
  if (text.value?.of !== id) return <p class="ws-note">{words.tasksLoading}</p>;
  if (text.value.problem) {
    return (
      <div class="ws-problem" role="alert">
        <p>
          <strong>{words.problem}</strong> <code>{text.value.problem}</code>
        </p>
      </div>
    );
  }
  const loaded = text.value.text as ExerciseText;
  return controls.onMachine === id ? (
    <Exercise {...props} text={loaded} />
  ) : (
    <Invitation {...props} text={loaded} />
  );
}

/** On the lesson's machine: what the exercise is about, and the way to its own machine. */
function Invitation({ controls, words, locale, text }: PaneProps & { text: ExerciseText }) {
  return (
    <div class="ws-tasks">
      <header>
        <h2>{text.title[locale]}</h2>
        <MarkedText text={text.intro[locale]} />
        <p>{words.exerciseOwnMachine}</p>
      </header>
      <button type="button" class="button primary" onClick={() => controls.go(text.id)}>
        {words.exerciseBegin}
      </button>
    </div>
  );
}

function Exercise({ session, controls, words, locale, text }: PaneProps & { text: ExerciseText }) {
  const reports = useSignal<Record<string, TaskReport>>({});
  const checking = useSignal<string | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  const spoken = useSignal('');

  const check = async (task?: string) => {
    if (checking.value !== undefined) return;
    checking.value = task ?? '*';
    problem.value = undefined;
    spoken.value = words.checking;
    try {
      const found = await session.call('exercise.check', { exercise: text.id, ...(task ? { task } : {}) });
      reports.value = {
        ...reports.value,
        ...Object.fromEntries(found.map((report) => [report.task, report])),
      };
      spoken.value = found.map((report) => verdict(report)).join(' ');
      if (allPassed()) spoken.value += ` ${words.allDone}`;
    } catch (error) {
      problem.value = (error as Error).message;
      spoken.value = '';
    } finally {
      checking.value = undefined;
    }
  };
  const verdict = (report: TaskReport) => {
    const n = text.tasks.findIndex((task) => task.id === report.task) + 1;
    return fill(report.passed ? words.checkPassed : words.checkNotYet, { n });
  };
  const allPassed = () => text.tasks.every((task) => reports.value[task.id]?.passed);
  const reset = async () => {
    await session.restart();
    reports.value = {};
    spoken.value = '';
  };

  return (
    <div class="ws-tasks">
      <header>
        <h2>{text.title[locale]}</h2>
        <MarkedText text={text.intro[locale]} />
      </header>
      <ol>
        {text.tasks.map((task, at) => (
          <Task
            key={task.id}
            n={at + 1}
            goal={task.goal[locale]}
            arrange={
              task.arrange && (
                <ArrangeBox {...task.arrange} session={session} onTry={controls.put} words={words} />
              )
            }
            hints={task.hints.map((hint) => hint[locale])}
            report={reports.value[task.id]}
            mistakes={text.mistakes
              .filter((mistake) => reports.value[task.id]?.mistakes.includes(mistake.id))
              .map((mistake) => mistake.explanation[locale])}
            busy={checking.value !== undefined}
            onCheck={() => void check(task.id)}
            onLook={controls.put}
            words={words}
            locale={locale}
          />
        ))}
      </ol>
      <p class="ws-verdict" role="status">
        {spoken.value}
      </p>
      {problem.value && (
        <div class="ws-problem" role="alert">
          <p>
            <strong>{words.problem}</strong> <code>{problem.value}</code>
          </p>
        </div>
      )}
      <div class="ws-row">
        <button
          type="button"
          class="button primary"
          aria-disabled={checking.value !== undefined}
          onClick={() => void check()}
        >
          {words.checkAll}
        </button>
        <Ask
          label={words.reset}
          question={words.restartAsk}
          yes={words.restartYes}
          no={words.restartNo}
          onYes={() => void reset()}
        />
      </div>
      <Solution lines={text.solution} words={words} />
    </div>
  );
}

interface TaskProps extends Pick<PaneProps, 'words' | 'locale'> {
  n: number;
  goal: string;
  /** The file that is to be put in order, where the task is about one. */
  arrange?: ComponentChildren;
  hints: string[];
  report: TaskReport | undefined;
  mistakes: string[];
  busy: boolean;
  onCheck: () => void;
  onLook: (command: string) => void;
}

function Task({
  n,
  goal,
  arrange,
  hints,
  report,
  mistakes,
  busy,
  onCheck,
  onLook,
  words,
  locale,
}: TaskProps) {
  const shown = useSignal(0);
  const state = report?.passed ? 'done' : report ? 'not-yet' : 'open';
  return (
    <li class={`ws-task ${state}`}>
      <h3>
        <span class="ws-mark" aria-hidden="true">
          {report?.passed ? '✓' : n}
        </span>
        {fill(words.task, { n })} <small>{report?.passed ? words.taskDone : words.taskOpen}</small>
      </h3>
      <MarkedText text={goal} />
      {arrange}
      <button
        type="button"
        class="button"
        aria-label={`${words.check}: ${fill(words.task, { n })}`}
        aria-disabled={busy}
        onClick={onCheck}
      >
        {words.check}
      </button>
      {report && !report.passed && (
        <div class="ws-report">
          {report.results
            .filter((result) => !result.passed)
            .map((result) => (
              <dl key={result.expected.en}>
                <dt>{words.expected}</dt>
                <dd>
                  <MarkedText text={result.expected[locale]} inline />
                </dd>
                <dt>{words.found}</dt>
                <dd>
                  <MarkedText text={result.found[locale]} inline />
                </dd>
                {result.look && (
                  <>
                    <dt>{words.look}</dt>
                    <dd class="ws-look">
                      <code>{result.look}</code>
                      <button type="button" class="ws-tool" onClick={() => onLook(result.look)}>
                        {words.lookRun}
                      </button>
                    </dd>
                  </>
                )}
              </dl>
            ))}
          {mistakes.map((explanation) => (
            <div key={explanation} class="ws-mistake">
              <strong>{words.mistake}</strong>
              <MarkedText text={explanation} />
            </div>
          ))}
        </div>
      )}
      {shown.value > 0 && (
        <div class="ws-hints" role="status">
          {hints.slice(0, shown.value).map((hint, at) => (
            <div key={hint}>
              <strong>{fill(words.hint, { n: at + 1 })}</strong> <MarkedText text={hint} inline />
            </div>
          ))}
        </div>
      )}
      {shown.value < hints.length && (
        <button type="button" class="ws-tool" onClick={() => shown.value++}>
          {fill(words.hintMore, { n: shown.value + 1, of: hints.length })}
        </button>
      )}
    </li>
  );
}

function Solution({ lines, words }: { lines: string[] } & Pick<PaneProps, 'words'>) {
  const shown = useSignal(false);
  if (!shown.value) {
    return (
      <Ask
        label={words.solution}
        question={words.solutionAsk}
        yes={words.solutionYes}
        no={words.solutionNo}
        onYes={() => {
          shown.value = true;
        }}
      />
    );
  }
  return (
    <section class="ws-solution" aria-label={words.solution}>
      <h3>{words.solution}</h3>
      <pre>{lines.map((line) => `$ ${line}`).join('\n')}</pre>
    </section>
  );
}

interface AskProps {
  label: string;
  question: string;
  yes: string;
  no: string;
  onYes: () => void;
}

/** A button that asks before it acts. */
function Ask({ label, question, yes, no, onYes }: AskProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  return (
    <>
      <button type="button" class="button" onClick={() => dialog.current?.showModal()}>
        {label}
      </button>
      <dialog ref={dialog} class="ws-dialog" aria-label={label}>
        <form method="dialog">
          <p>{question}</p>
          <div class="ws-row">
            <button type="submit" class="button" onClick={onYes}>
              {yes}
            </button>
            <button type="submit" class="button primary">
              {no}
            </button>
          </div>
        </form>
      </dialog>
    </>
  );
}
