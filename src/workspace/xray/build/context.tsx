import type { ContextRecord } from '../../../lab/xray/build/builds.ts';
import { fill } from '../../words/index.ts';
import { bytesIn } from '../sizes.ts';
import type { BuildWords } from './words.ts';

/** At most so many names of one kind are shown. */
const SHOWN = 100;

/** What of the directory was sent, what an earlier build had brought, and what was left out, and by which pattern. */
export function Context({ context, words }: { context: ContextRecord; words: BuildWords }) {
  const { sent, bytes, known, leftOut } = context;
  const left = leftOut.paths.length + leftOut.more;
  const counts = [
    fill(words.context_sent, { n: sent, size: bytesIn(bytes, words) }),
    ...(known === 0 ? [] : [fill(words.context_known, { n: known })]),
    ...(left === 0 ? [] : [fill(words.context_leftOut, { n: left })]),
  ];
  return (
    <details class="xr-build-context">
      <summary>{fill(words.context, { counts: counts.join(words.between) })}</summary>
      <Names
        title={words.context_sentList}
        files={context.files.filter(({ isKnown }) => !isKnown)}
        total={sent}
        words={words}
      />
      <Names
        title={words.context_knownList}
        files={context.files.filter(({ isKnown }) => isKnown)}
        total={known}
        words={words}
      />
      {left > 0 && (
        <section aria-label={words.context_leftOutList}>
          <p>{words.context_leftOutList}</p>
          <ul>
            {leftOut.paths.slice(0, SHOWN).map(({ path, pattern }) => (
              <li key={path}>
                <code>{path}</code> <small>{fill(words.context_by, { pattern })}</small>
              </li>
            ))}
            {left > SHOWN && <li>{fill(words.more, { n: left - SHOWN })}</li>}
          </ul>
        </section>
      )}
    </details>
  );
}

interface NamesProps {
  title: string;
  files: ContextRecord['files'];
  /** With those that are not kept by name. */
  total: number;
  words: BuildWords;
}

function Names({ title, files, total, words }: NamesProps) {
  if (total === 0) return null;
  const shown = files.slice(0, SHOWN);
  return (
    <section aria-label={title}>
      <p>{title}</p>
      <ul>
        {shown.map(({ path, size }) => (
          <li key={path}>
            <code>{path}</code> <small>{bytesIn(size, words)}</small>
          </li>
        ))}
        {total > shown.length && <li>{fill(words.more, { n: total - shown.length })}</li>}
      </ul>
    </section>
  );
}
