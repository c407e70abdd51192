import { marshal } from '../../base/go-json.ts';
import type { CopyAction, ExecMount, InlineOp, Root, Vertex } from '../../builder/plan/vertex.ts';
import { type Digest, digestOf } from '../../oci/digest.ts';

/** What identifies what a step takes. */
export interface Inputs {
  /** The root that it begins with, or files that it is shown while it runs. */
  rootOf: (root: Root) => string;
  /** Files that are mounted, where more is known of them than where they come from. */
  mountOf: (mount: ExecMount) => string | undefined;
  /** Files that it copies. */
  contentOf: (action: CopyAction) => Promise<string>;
}

/** What a step's key is the digest of. */
export interface Definition {
  kind: string;
  [field: string]: unknown;
}

/** What identifies a step's result. */
export const keyOf = (definition: Definition): Digest => digestOf(marshal(definition));

/** What a step is made of: what it does, and what it takes, each by what identifies it. */
export async function definitionOf({ op }: Vertex, inputs: Inputs): Promise<Definition> {
  const { rootOf, mountOf, contentOf } = inputs;
  switch (op.kind) {
    case 'exec': {
      const { proxies: _, mounts, root, ...rest } = op;
      const taken = mounts.map((mount) => {
        if (mount.kind === 'secret') return { ...mount, kind: 'secret' };
        if (!('from' in mount)) return mount;
        const { from, ...own } = mount;
        return { ...own, from: mountOf(mount) ?? rootOf(from) };
      });
      return { ...rest, mounts: taken, root: rootOf(root) };
    }
    case 'file': {
      const actions = [];
      for (const action of op.actions)
        if (action.kind === 'mkdir') actions.push(action);
        else {
          const { from: _, source: __, ...rest } = action;
          actions.push({ ...rest, content: await contentOf(action) });
        }
      return { kind: op.kind, actions, root: rootOf(op.root) };
    }
    default:
      return { ...op };
  }
}

/** What identifies the files of an image, by the chain of its layers. */
export const imageKey = (chain: Digest): Digest => digestOf(`image ${chain}`);

/** What identifies a file of the Dockerfile's own. */
export const inlineKey = ({ filename, data, mode }: InlineOp): Digest =>
  digestOf(marshal(['inline', filename, data, mode]));
