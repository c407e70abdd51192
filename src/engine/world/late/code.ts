import type { KernelModule } from '../../kernel/modules.ts';
import type { ProgramTable } from '../../kernel/program.ts';
import type { OpenWeb } from './web.ts';

/**
 * The code that a world can do without until something in it first needs it: in a browser, pieces of their own that come
 * after the prompt. The world's time stands still while one is fetched (`World.load`), so nobody inside can tell.
 */
export interface LateCode {
  /** The programs of Debian's packages and of the images. */
  utilities: ProgramTable;
  /** Programs large enough to be fetched by themselves. */
  jq: ProgramTable;
  strace: ProgramTable;
  /** The programs of Docker's packages. */
  docker: ProgramTable;
  /** The modules of the kernel, by alias. */
  modules: ReadonlyMap<string, KernelModule>;
  /** The web servers of the simulated internet. */
  web: OpenWeb;
}

type Loaders = { readonly [Part in keyof LateCode]: () => Promise<LateCode[Part]> };

const LOADERS: Loaders = {
  utilities: async () => (await import('./utilities.ts')).utilities(),
  jq: async () => (await import('./jq.ts')).jq(),
  strace: async () => (await import('./strace.ts')).strace(),
  docker: async () => (await import('./docker.ts')).docker(),
  modules: async () => (await import('./modules.ts')).modules,
  web: async () => (await import('./web.ts')).openWeb,
};

/** Fetches a piece: `Host.load` wherever code is modules. For the world's hosts; the world itself asks its host. */
export const loadLate: <Part extends keyof LateCode>(part: Part) => Promise<LateCode[Part]> = (part) =>
  LOADERS[part]();
