import { canonical } from '../files.ts';
import { fatal } from './fatal.ts';
import type { Repository } from './repository.ts';

/** Paths of the command line as the repository has them: below its root, empty for the root itself. Throws `Failure`. */
export async function repositoryPaths(
  repository: Repository,
  names: readonly string[],
): Promise<{ asked: string; path: string }[]> {
  const root = await canonical(repository.sys, repository.root, 'any');
  const found: { asked: string; path: string }[] = [];
  for (const asked of names) {
    // The name itself may be a link, and is kept as one.
    const slash = asked.replace(/\/+$/, '').lastIndexOf('/');
    const [directory, name] = [asked.slice(0, slash + 1) || '.', asked.slice(slash + 1).replace(/\/+$/, '')];
    const isPlain = name !== '' && name !== '.' && name !== '..';
    const above = await canonical(repository.sys, isPlain ? directory : asked, 'any');
    const whole = isPlain ? `${above === '/' ? '' : above}/${name}` : above;
    if (whole !== root && !whole.startsWith(root === '/' ? '/' : `${root}/`))
      throw fatal(`${asked}: '${asked}' is outside repository at '${root}'`);
    found.push({ asked, path: whole === root ? '' : whole.slice(root === '/' ? 1 : root.length + 1) });
  }
  return found;
}

/** Whether a path is one that was asked for, or below it. */
export const isBelow = (path: string, asked: string): boolean =>
  asked === '' || path === asked || path.startsWith(`${asked}/`);

/** Paths as one sees them from the working directory. */
export async function relativeTo(repository: Repository): Promise<(path: string) => string> {
  const root = await canonical(repository.sys, repository.root, 'any');
  const cwd = await repository.sys.getcwd();
  const here = cwd.startsWith(`${root}/`) ? cwd.slice(root.length + 1).split('/') : [];
  return (path) => {
    const parts = path.split('/');
    let common = 0;
    while (common < here.length && common < parts.length && here[common] === parts[common]) common++;
    const rest = parts.slice(common).join('/');
    return '../'.repeat(here.length - common) + rest || './';
  };
}
