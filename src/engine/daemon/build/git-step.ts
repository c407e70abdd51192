import type { GitRef } from '../../builder/git-ref.ts';
import { GoError } from '../../runtime/go-error.ts';
import type { Engine } from '../engine.ts';
import { gitFiles, isGitHere, resolveGit } from './git-source.ts';
import type { Progress } from './progress.ts';

/** The step that brings the files of a repository; gives where they are. Throws `GoError` as the build fails. */
export async function gitStep(
  engine: Engine,
  progress: Progress,
  name: string,
  source: GitRef,
): Promise<string> {
  const step = progress.begin(name);
  const log = (stream: number, bytes: Uint8Array) => step.log(stream, bytes);
  try {
    if (/^ssh:|^[^/]*@[^/]*:/.test(source.remote)) throw new GoError('unset ssh forward key default');
    const resolved = await resolveGit(engine, source, log).catch((error: unknown) => {
      step.fail(error);
      throw new NotResolved(`failed to load cache key: ${(error as Error).message}`);
    });
    const isHere = isGitHere(engine, resolved);
    const directory = await gitFiles(engine, resolved, log);
    step.end(isHere);
    return directory;
  } catch (error) {
    if (!(error instanceof NotResolved)) step.fail(error);
    throw error;
  }
}

/** What the step itself has said in fewer words. */
class NotResolved extends GoError {}
