import type { OpenFile } from '../files/open-files.ts';
import type { FilesWords } from '../files/words.ts';
import { fill } from '../words/index.ts';
import { edited } from './edits.ts';
import { fixTitle } from './problems.ts';

/** What is wrong with the file, in words below it, each with the button that mends it. For every editor and every reader. */
export function ProblemList({
  file,
  words,
  onGo,
}: {
  file: OpenFile;
  words: FilesWords;
  onGo: (line: number, column: number) => void;
}) {
  const { text, problems } = file.checked.value;
  if (problems.length === 0) return null;
  // While something is being typed, what is known is of the text before.
  const isCurrent = text === file.text.value;
  return (
    <section class="ws-problems" aria-label={words.problems}>
      <ul>
        {problems.map(({ severity, message, span, rule, fix }) => (
          <li key={`${span.startLine}:${span.startColumn} ${message}`} class={severity}>
            <button type="button" class="ws-tool" onClick={() => onGo(span.startLine, span.startColumn)}>
              {fill(words.line, { n: span.startLine })}
            </button>
            <span>
              <strong>{words[severity]}</strong>{' '}
              <span {...(isEnglish(message) ? { lang: 'en' } : {})}>{message}</span>{' '}
              {rule && (
                <a href={rule.url} target="_blank" rel="noreferrer">
                  {fill(words.explained, { rule: rule.name })}
                </a>
              )}
              {fix && (
                <button
                  type="button"
                  class="ws-tool"
                  disabled={!isCurrent}
                  onClick={() => {
                    file.text.value = edited(text, fix.edits);
                  }}
                >
                  {fixTitle(fix, words)}
                </button>
              )}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What Docker says is English; what we say of odd characters is in the page's language. */
const isEnglish = (message: string): boolean => !/\p{Script=Han}/u.test(message);
