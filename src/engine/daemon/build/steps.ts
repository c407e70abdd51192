import { inputsOf, type Vertex } from '../../builder/plan/vertex.ts';

/** All steps that one needs, itself last. */
export function inOrder(root: Vertex, seen = new Set<Vertex>()): Vertex[] {
  if (seen.has(root)) return [];
  seen.add(root);
  return [...inputsOf(root).flatMap((input) => (input === undefined ? [] : inOrder(input, seen))), root];
}

/** What of a context the steps name. */
export function contextPaths(all: readonly Vertex[], context: Vertex): string[] {
  return all.flatMap(({ op }) => {
    if (op.kind === 'file')
      return op.actions.flatMap((action) =>
        action.kind === 'copy' && action.from === context
          ? action.include.length > 0
            ? action.include.map((pattern) => `${action.source}/${pattern}`)
            : [action.source]
          : [],
      );
    if (op.kind !== 'exec') return [];
    return op.mounts.flatMap((mount) =>
      mount.kind === 'bind' && mount.from === context ? [mount.source] : [],
    );
  });
}
