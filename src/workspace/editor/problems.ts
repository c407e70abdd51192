import { effect } from '@preact/signals';
import { connect } from '../../lab/client.ts';
import type { DockerfileClient, Problem as DockerfileProblem } from '../../lab/dockerfile/protocol.ts';
import DockerfileWorker from '../../lab/dockerfile/worker.ts?worker';
import type { OpenFile } from '../files/open-files.ts';
import { folderOf, joined } from '../files/tree-rows.ts';
import type { FilesWords } from '../files/words.ts';
import { whenIdle } from '../idle.ts';
import type { Session } from '../session.ts';
import { fill } from '../words/index.ts';
import { languageOf } from './file-language.ts';
import { oddCharacters } from './typography.ts';

export type Problem = DockerfileProblem;

let client: DockerfileClient | undefined;

/** The worker that knows Dockerfiles; it starts when the first is opened. */
export function dockerfileClient(): DockerfileClient {
  client ??= connect(new DockerfileWorker());
  return client;
}

/** How long nothing must be typed before a text is checked. */
const PAUSE = 250;

/** Checks a file whenever its text has changed; what is found is in `file.checked`. Returns how to stop. */
export function watchProblems(file: OpenFile, session: Session, words: FilesWords): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let cancel = () => {};
  let isFirst = true;
  const check = async (path: string, text: string) => {
    const language = languageOf(path, text);
    const odd = oddCharacters(text, language).map((one) => oddProblem(one, words));
    // Dockerfiles that cannot be checked can still be written.
    const found =
      language === 'dockerfile' ? await dockerfileProblems(path, text, session).catch(() => []) : [];
    if (file.text.peek() !== text) return;
    const problems = [...found, ...odd].sort((a, b) => a.span.startLine - b.span.startLine);
    file.checked.value = { text, problems };
  };
  const stop = effect(() => {
    const [path, text] = [file.path.value, file.text.value];
    clearTimeout(timer);
    cancel();
    const now = () => void check(path, text);
    // At first an editor is on its way, which is wanted sooner.
    if (isFirst) cancel = whenIdle(now);
    else timer = setTimeout(now, PAUSE);
    isFirst = false;
  });
  return () => {
    clearTimeout(timer);
    cancel();
    stop();
  };
}

async function dockerfileProblems(path: string, text: string, session: Session): Promise<Problem[]> {
  const ignore = await ignoreFile(path, session);
  return dockerfileClient().call('check', { text, ...(ignore === undefined ? {} : { ignore }) });
}

/** What the build leaves out, if its context is the folder that the Dockerfile is in. */
async function ignoreFile(path: string, session: Session): Promise<string | undefined> {
  for (const name of [`${path}.dockerignore`, joined(folderOf(path), '.dockerignore')]) {
    try {
      return new TextDecoder().decode(await session.call('files.read', { path: name }));
    } catch {
      // There is none of this name.
    }
  }
  return undefined;
}

function oddProblem(
  { sign, plain, edit }: ReturnType<typeof oddCharacters>[number],
  words: FilesWords,
): Problem {
  const code = `U+${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
  const shown = plain === ' ' ? words.blank : plain;
  const message =
    plain === '' ? fill(words.oddInvisible, { code }) : fill(words.odd, { sign, code, plain: shown });
  const fix: Problem['fix'] =
    plain === ''
      ? { does: 'remove', what: code, edits: [edit] }
      : { does: 'write', what: shown, edits: [edit] };
  return { severity: 'warning', message, span: edit.span, fix };
}

/** What a fix is called. */
export const fixTitle = ({ does, what }: NonNullable<Problem['fix']>, words: FilesWords): string =>
  fill(words[`fix_${does}`], { what });
