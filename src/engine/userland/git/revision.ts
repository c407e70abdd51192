import { readCommit, targetOfTag } from '../../git/commit.ts';
import { isObjectId, type ObjectType } from '../../git/objects.ts';
import { MODE, readTree } from '../../git/tree.ts';
import { fatal } from './fatal.ts';
import type { Repository } from './repository.ts';

/** Where a name is looked for (gitrevisions(7)). */
const PLACES = ['', 'refs/', 'refs/tags/', 'refs/heads/', 'refs/remotes/'];

/** The ref that a short name stands for, with its id. */
export async function findRef(
  { refs }: Repository,
  name: string,
): Promise<{ ref: string; id: string } | undefined> {
  const asked = name === '@' ? 'HEAD' : name;
  if (!/^[\w][\w./+-]*$/.test(asked)) return undefined;
  for (const place of [...PLACES.map((one) => `${one}${asked}`), `refs/remotes/${asked}/HEAD`]) {
    if (!place.startsWith('refs/') && !/^[A-Z_]+$/.test(place)) continue;
    const id = await refs.read(place);
    if (id !== undefined) return { ref: place, id };
  }
  return undefined;
}

/** The object that a revision names; undefined where there is none. Of gitrevisions(7): names, ids, `~`, `^`, `^{…}`, `:PATH`. */
export async function findRevision(repository: Repository, text: string): Promise<string | undefined> {
  const colon = text.indexOf(':');
  if (colon > 0) {
    const commit = await findRevision(repository, text.slice(0, colon));
    return commit && findInTree(repository, commit, text.slice(colon + 1));
  }
  const [, base = '', steps = ''] = /^(.*?)((?:~\d*|\^\{\w*\}|\^\d*)*)$/.exec(text) ?? [];
  let id = (await findRef(repository, base))?.id ?? (await findId(repository, base));
  for (const step of steps.match(/~\d*|\^\{\w*\}|\^\d*/g) ?? []) {
    if (id === undefined) return undefined;
    if (step.startsWith('^{')) {
      id = await peelTo(repository, id, step.slice(2, -1));
      continue;
    }
    id = await peelTo(repository, id, 'commit');
    const count = step.length === 1 ? 1 : Number(step.slice(1));
    if (step.startsWith('^')) id = id && (count === 0 ? id : await parentOf(repository, id, count - 1));
    else for (let i = 0; i < count && id !== undefined; i++) id = await parentOf(repository, id, 0);
  }
  return id;
}

async function findId({ objects }: Repository, text: string): Promise<string | undefined> {
  const prefix = text.toLowerCase();
  if (isObjectId(prefix)) return prefix;
  if (!/^[0-9a-f]{4,39}$/.test(prefix)) return undefined;
  const found = await objects.matching(prefix);
  return found.length === 1 ? found[0] : undefined;
}

async function parentOf({ objects }: Repository, id: string, which: number): Promise<string | undefined> {
  const object = await objects.find(id);
  return object && readCommit(object.body).parents[which];
}

async function peelTo({ objects }: Repository, id: string, type: string): Promise<string | undefined> {
  for (let at = id; ; ) {
    const object = await objects.find(at);
    if (object === undefined) return undefined;
    if (object.type === type || (type === '' && object.type !== 'tag')) return at;
    if (object.type === 'tag') at = targetOfTag(object.body);
    else if (object.type === 'commit' && type === 'tree') at = readCommit(object.body).tree;
    else return undefined;
  }
}

async function findInTree(repository: Repository, from: string, path: string): Promise<string | undefined> {
  let id = await peelTo(repository, from, 'tree');
  for (const name of path.split('/').filter((part) => part !== '' && part !== '.')) {
    if (id === undefined) return undefined;
    const { type, body } = await repository.objects.get(id);
    if (type !== ('tree' satisfies ObjectType)) return undefined;
    id = readTree(body).find((entry) => entry.name === name && entry.mode !== MODE.commit)?.id;
  }
  return id;
}

/** The commit that a revision names. Throws `Failure`. */
export async function commitOf(repository: Repository, text: string): Promise<string> {
  const id = await findRevision(repository, text);
  const commit = id && (await peelTo(repository, id, 'commit'));
  if (commit === undefined) throw ambiguous(text);
  return commit;
}

export const ambiguous = (text: string) =>
  fatal(
    `ambiguous argument '${text}': unknown revision or path not in the working tree.\nUse '--' to separate paths from revisions, like this:\n'git <command> [<revision>...] -- [<file>...]'`,
  );

/** An id as it is shown: its first seven digits. */
export const short = (id: string): string => id.slice(0, 7);

/** The first paragraph of a message, in one line. */
export const subjectOf = (message: string): string =>
  message
    .replace(/^\n+/, '')
    .split(/\n\s*\n/)[0]!
    .trimEnd()
    .replace(/\n/g, ' ');
