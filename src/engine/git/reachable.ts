import { readCommit, targetOfTag } from './commit.ts';
import type { GitObject, ObjectSource } from './objects.ts';
import { MODE, readTree } from './tree.ts';

/** What a history is asked for. */
export interface Wanted {
  ids: readonly string[];
  /** Commits that are there already, with all that they hold. */
  known: readonly string[];
  /** How many commits of each line at most. */
  depth?: number | undefined;
}

/** What of a history is to be sent. */
export interface Reachable {
  objects: Map<string, GitObject>;
  /** Commits whose parents are left out, for the depth is used up. */
  shallow: string[];
}

/** All objects that one gets to from those wanted, but not from those known: tags, commits, trees, files. */
export async function reachable(source: ObjectSource, { ids, known, depth }: Wanted): Promise<Reachable> {
  const without = new Set<string>();
  if (known.length > 0) {
    const own = await reachable(source, { ids: known, known: [] });
    for (const id of own.objects.keys()) without.add(id);
  }
  const objects = new Map<string, GitObject>();
  const shallow: string[] = [];
  const take = async (id: string): Promise<GitObject | undefined> => {
    if (without.has(id) || objects.has(id)) return undefined;
    const object = await source.get(id);
    objects.set(id, object);
    return object;
  };
  const addTree = async (id: string): Promise<void> => {
    const tree = await take(id);
    if (tree === undefined) return;
    for (const entry of readTree(tree.body))
      if (entry.mode === MODE.tree) await addTree(entry.id);
      else if (entry.mode !== MODE.commit) await take(entry.id);
  };
  let generation = [...ids];
  const trees: string[] = [];
  for (let level = 1; generation.length > 0; level++) {
    const next: string[] = [];
    for (const id of generation) {
      const object = await take(id);
      if (object?.type === 'tag') {
        // What it names is of the same generation.
        generation.push(targetOfTag(object.body));
      } else if (object?.type === 'commit') {
        const { tree, parents } = readCommit(object.body);
        trees.push(tree);
        if (level !== depth) next.push(...parents);
        else if (parents.length > 0) shallow.push(id);
      } else if (object?.type === 'tree') trees.push(id);
    }
    generation = next;
  }
  for (const tree of trees) await addTree(tree);
  return { objects, shallow };
}
