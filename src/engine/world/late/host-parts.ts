import type { QuickJsBuild } from '../../userland/node/quickjs.ts';
import type { Library } from '../../userland/node/runtime.ts';
import type { RepositoryFiles } from './git/history.ts';
import type { PackageFiles } from './npm/index.ts';

/**
 * What is no module of the engine and only its host can fetch: machine code of interpreters, and texts that run inside the
 * simulated machine. Asked for when a program first needs it.
 */
export interface HostParts {
  /** QuickJS, made to be suspended, compiled. */
  quickjs(): Promise<QuickJsBuild>;
  /** Node's own modules in JavaScript, by file name below `lib/` and `node_modules/`. */
  nodeLibrary(): Promise<Library>;
  /** The files of the packages that npm's registry has, by path below `packages/`. */
  npmPackages(): Promise<PackageFiles>;
  /** The files of the repositories that the host of Git has, by path below `files/`. */
  repositoryFiles(): Promise<RepositoryFiles>;
}
