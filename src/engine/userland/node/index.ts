import type { Program } from '../../kernel/program.ts';
import { npm } from '../npm/npm.ts';
import { type ChosenHost, node } from './program.ts';
import type { QuickJsBuild } from './quickjs.ts';
import type { Library } from './runtime.ts';

/** The programs of Node's images: what they need is fetched by the host (world/late). */
export const nodePrograms = (
  build: QuickJsBuild,
  library: Library,
): ReadonlyMap<string, (version: string, chosen?: ChosenHost) => Program> =>
  new Map([
    ['node', node(build, library)],
    ['npm', npm],
  ]);
