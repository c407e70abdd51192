import { shortRef } from './fetching.ts';
import type { Repository } from './repository.ts';

/** How a branch stands to the one that it follows. */
export interface Tracking {
  /** As it is shown: `origin/main`. */
  upstream: string;
  ref: string;
  /** Undefined where that is gone. */
  counts: { ahead: number; behind: number } | undefined;
}

/** The remote of a branch and the ref there; undefined where none is set. */
export function upstreamOf(
  { config }: Repository,
  branch: string,
): { remote: string; merge: string; ref: string } | undefined {
  const name = shortRef(branch);
  const remote = config.get(`branch.${name}.remote`);
  const merge = config.get(`branch.${name}.merge`);
  if (remote === undefined || merge === undefined) return undefined;
  return { remote, merge, ref: remote === '.' ? merge : `refs/remotes/${remote}/${shortRef(merge)}` };
}

/** How the branch that is checked out, or another one, stands to what it follows. */
export async function tracking(repository: Repository, branch?: string): Promise<Tracking | undefined> {
  const own = branch ?? (await repository.branch());
  const upstream = own && upstreamOf(repository, own);
  if (!own || !upstream) return undefined;
  const [mine, other] = [await repository.refs.read(own), await repository.refs.read(upstream.ref)];
  const shown = shortRef(upstream.ref);
  if (mine === undefined || other === undefined)
    return { upstream: shown, ref: upstream.ref, counts: undefined };
  return { upstream: shown, ref: upstream.ref, counts: await aheadBehind(repository, mine, other) };
}

/** How many commits only the one has, and how many only the other. */
async function aheadBehind(
  repository: Repository,
  mine: string,
  other: string,
): Promise<{ ahead: number; behind: number }> {
  const [ours, theirs] = [await ancestors(repository, mine), await ancestors(repository, other)];
  return {
    ahead: [...ours].filter((id) => !theirs.has(id)).length,
    behind: [...theirs].filter((id) => !ours.has(id)).length,
  };
}

/** A commit and all before it that are here. */
export async function ancestors(repository: Repository, from: string): Promise<Set<string>> {
  const shallow = await repository.shallow();
  const found = new Set<string>();
  const pending = [from];
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    if (!shallow.has(id)) pending.push(...(await repository.commit(id)).parents);
  }
  return found;
}

const commits = (count: number): string => `${count} commit${count === 1 ? '' : 's'}`;

/** As `status` and `checkout` tell it; empty where nothing is followed. */
export function trackingText(found: Tracking | undefined): string {
  if (found === undefined) return '';
  const { upstream, counts } = found;
  if (counts === undefined)
    return `Your branch is based on '${upstream}', but the upstream is gone.\n  (use "git branch --unset-upstream" to fixup)\n`;
  const { ahead, behind } = counts;
  if (ahead === 0 && behind === 0) return `Your branch is up to date with '${upstream}'.\n`;
  if (behind === 0)
    return `Your branch is ahead of '${upstream}' by ${commits(ahead)}.\n  (use "git push" to publish your local commits)\n`;
  if (ahead === 0)
    return `Your branch is behind '${upstream}' by ${commits(behind)}, and can be fast-forwarded.\n  (use "git pull" to update your local branch)\n`;
  return `Your branch and '${upstream}' have diverged,\nand have ${ahead} and ${behind} different commits each, respectively.\n  (use "git pull" to merge the remote branch into yours)\n`;
}

/** As the short form of `status` has it: `main...origin/main [ahead 1]`. */
export async function branchLine(repository: Repository): Promise<string> {
  const branch = await repository.branch();
  if (branch === undefined) return 'HEAD (no branch)';
  const name = shortRef(branch);
  if ((await repository.head()) === undefined) return `No commits yet on ${name}`;
  const found = await tracking(repository);
  if (found === undefined) return name;
  const parts =
    found.counts === undefined
      ? ['gone']
      : [
          ...(found.counts.ahead > 0 ? [`ahead ${found.counts.ahead}`] : []),
          ...(found.counts.behind > 0 ? [`behind ${found.counts.behind}`] : []),
        ];
  return `${name}...${found.upstream}${parts.length === 0 ? '' : ` [${parts.join(', ')}]`}`;
}
