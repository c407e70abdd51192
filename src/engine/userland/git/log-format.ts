import type { Commit } from '../../git/commit.ts';
import { notSimulated } from './fatal.ts';
import { shortRef } from './fetching.ts';
import type { Paint } from './paint.ts';
import type { Repository } from './repository.ts';
import { short, subjectOf } from './revision.ts';

/** What names each commit, as `log` shows it behind the id: `(HEAD -> main, tag: v1, origin/main)`. */
export async function decorations(repository: Repository, paint: Paint): Promise<Map<string, string>> {
  const names = new Map<string, string[]>();
  const add = (id: string, text: string) => names.set(id, [...(names.get(id) ?? []), text]);
  const head = await repository.head();
  const branch = await repository.branch();
  if (head !== undefined)
    add(
      head,
      branch === undefined
        ? paint('boldCyan', 'HEAD')
        : `${paint('boldCyan', 'HEAD -> ')}${paint('boldGreen', shortRef(branch))}`,
    );
  // The last of them comes first.
  for (const [name, id] of [...(await repository.refs.list('refs/'))].reverse()) {
    if (name === branch) continue;
    const text = shortRef(name);
    const shown = name.startsWith('refs/tags/')
      ? paint('boldYellow', `tag: ${text}`)
      : name.startsWith('refs/remotes/')
        ? paint('boldRed', text)
        : paint('boldGreen', text);
    add(await repository.peel(id), shown);
  }
  return new Map(
    [...names].map(([id, list]) => [
      id,
      `${paint('yellow', '(')}${list.join(paint('yellow', ', '))}${paint('yellow', ')')}`,
    ]),
  );
}

/** `--format`: of its placeholders those of ids, people, times and messages (git-log(1), "PRETTY FORMATS"). */
export function formatted(asked: string, id: string, commit: Commit, decoration: string | undefined): string {
  const { author, committer, message, tree, parents } = commit;
  const template = asked.replace(/^(?:t?format):/, '');
  const values: Record<string, string> = {
    H: id,
    h: short(id),
    T: tree,
    t: short(tree),
    P: parents.join(' '),
    p: parents.map(short).join(' '),
    an: author.name,
    ae: author.email,
    at: `${author.time}`,
    cn: committer.name,
    ce: committer.email,
    ct: `${committer.time}`,
    s: subjectOf(message),
    B: message,
    b: message.split(/\n\n/).slice(1).join('\n\n'),
    d: decoration === undefined ? '' : ` ${decoration}`,
    n: '\n',
    '%': '%',
  };
  if (!/%/.test(template) && !/^(?:t?format):/.test(asked)) throw notSimulated(`the format '${asked}'`);
  const text = template.replace(/%(a[net]|c[net]|[HhTtPpsBbdn%]|.)/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) throw notSimulated(`'${whole}' in a format`);
    return value;
  });
  return `${text}\n`;
}
