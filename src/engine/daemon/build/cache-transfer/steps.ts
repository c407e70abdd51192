import { inputsOf, type Vertex } from '../../../builder/plan/vertex.ts';
import type { Digest } from '../../../oci/digest.ts';
import { chainIds } from '../../../oci/image-config.ts';
import type { Result } from '../result.ts';
import { inOrder } from '../steps.ts';
import type { DefinitionKeys } from './elsewhere.ts';
import type { ImportedStep, ImportedSteps } from './import.ts';
import type { SolvedStep } from './record.ts';

export interface SolvedPlan {
  /** The chain ids of the image's layers. */
  chain: readonly Digest[];
  keys: DefinitionKeys;
  solved: (vertex: Vertex) => Promise<{ key: Digest; result: Result }> | undefined;
  imported: ImportedSteps;
}

/** The steps of a plan as others may make use of them: those that were passed over are as an image from elsewhere told of them. */
export async function stepsOf(
  root: Vertex,
  { chain, keys, solved, imported }: SolvedPlan,
): Promise<SolvedStep[]> {
  const steps: SolvedStep[] = [];
  for (const vertex of inOrder(root)) {
    const { kind } = vertex.op;
    if (kind === 'context' || kind === 'http' || kind === 'git' || kind === 'inline') continue;
    const own = await keys.of(vertex);
    const done = await solved(vertex);
    const made = done === undefined ? madeElsewhere(imported.get(own)) : madeHere(done.result);
    const index = kind === 'image' || made === undefined ? -1 : chain.indexOf(made.chainId);
    const layer = index === -1 ? undefined : { index, createdAt: made?.created[index] };
    const inputs: Digest[] = [];
    for (const input of inputsOf(vertex)) if (input !== undefined) inputs.push(await keys.of(input));
    // Who has the files that a step copies need not know by what other step they were made.
    for (const digest of new Set([own, ...(done === undefined ? [] : [done.key])]))
      steps.push({ digest, layer, inputs });
  }
  return steps;
}

interface Made {
  chainId: Digest;
  created: readonly (string | undefined)[];
}

const madeHere = ({ top, created }: Result): Made | undefined => top && { chainId: top.chainId, created };

function madeElsewhere(step: ImportedStep | undefined): Made | undefined {
  if (step?.count === undefined) return undefined;
  const { rootfs, history = [] } = step.image.config;
  const lines = history.filter((line) => !line.empty_layer);
  return {
    chainId: chainIds(rootfs.diff_ids)[step.count - 1]!,
    created: lines.map(({ created }) => created),
  };
}
