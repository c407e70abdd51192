import { marshal } from '../../base/go-json.ts';
import type { ExecMount, Op, Root, Vertex } from './vertex.ts';

/**
 * The same plan with each step once: steps that do the same to the same are one, under the name of the last of them. So BuildKit's
 * definitions come out, in which a step is known by the digest of what it does.
 * @param onto hears which step each of the plan has become
 */
export function canonical(root: Root, onto: (planned: Vertex, step: Vertex) => void = () => undefined): Root {
  const known = new Map<string, { vertex: Vertex; id: number }>();
  const done = new Map<Vertex, { vertex: Vertex; id: number }>();
  const visit = (vertex: Vertex): { vertex: Vertex; id: number } => {
    const before = done.get(vertex);
    if (before !== undefined) return before;
    const ids: number[] = [];
    const op = withInputs(vertex.op, (input) => {
      const found = input === undefined ? undefined : visit(input);
      ids.push(found?.id ?? -1);
      return found?.vertex;
    });
    const key = marshal([withInputs(vertex.op, () => undefined), ids]);
    const same = known.get(key);
    const made = same ?? { vertex: { ...vertex, op }, id: known.size };
    made.vertex.name = vertex.name;
    made.vertex.ignoreCache ||= vertex.ignoreCache;
    known.set(key, made);
    done.set(vertex, made);
    onto(vertex, made.vertex);
    return made;
  };
  return root === undefined ? undefined : visit(root).vertex;
}

/** What a step does, taking from other ones. */
function withInputs(op: Op, replace: (input: Root) => Root): Op {
  switch (op.kind) {
    case 'exec': {
      const root = replace(op.root);
      const mounts = op.mounts.map(
        (mount): ExecMount => ('from' in mount ? { ...mount, from: replace(mount.from) } : mount),
      );
      return { ...op, root, mounts };
    }
    case 'file': {
      const root = replace(op.root);
      const actions = op.actions.map((action) =>
        action.kind === 'copy' ? { ...action, from: replace(action.from) } : action,
      );
      return { ...op, root, actions };
    }
    default:
      return op;
  }
}
