import type { KernelModule } from '../../kernel/modules.ts';
import type { ProgramTable } from '../../kernel/program.ts';
import type { HttpHandler } from '../../net/http/message.ts';
import type { HostParts } from './host-parts.ts';
import type { ImagePrograms, imagePrograms } from './images.ts';
import type { Web } from './web.ts';

type OpenImagePrograms = typeof imagePrograms;

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
  git: ProgramTable;
  /** Finds the programs of the images, which come a part at a time. */
  images: OpenImagePrograms;
  [part: `images/${string}`]: ImagePrograms;
  /** The programs of Docker's packages. */
  docker: ProgramTable;
  /** The modules of the kernel, by alias. */
  modules: ReadonlyMap<string, KernelModule>;
  /** The web servers of the simulated internet. */
  web: Web;
  /** Of them npm's registry, with its packages. */
  npm: HttpHandler;
  /** Of them the Python Package Index, with its packages. */
  pypi: HttpHandler;
  /** Of them a host of Git repositories. */
  github: HttpHandler;
}

type Whole = Exclude<keyof LateCode, `images/${string}`>;
type Loaders = { readonly [Part in Whole]: (host: HostParts) => Promise<LateCode[Part]> };

const LOADERS: Loaders = {
  utilities: async () => (await import('./utilities.ts')).utilities(),
  jq: async () => (await import('./jq.ts')).jq(),
  strace: async () => (await import('./strace.ts')).strace(),
  git: async () => (await import('./git-program.ts')).git(),
  images: async () => (await import('./images.ts')).imagePrograms,
  docker: async () => (await import('./docker.ts')).docker(),
  modules: async () => (await import('./modules.ts')).modules,
  pypi: async () => (await import('./pypi/index.ts')).pypi,
  web: async () => (await import('./web.ts')).web,
  github: async (host) => (await import('./git/index.ts')).gitHost(await host.repositoryFiles()),
  npm: async (host) => (await import('./npm/index.ts')).npmRegistry(await host.npmPackages()),
};

const isWhole = (part: keyof LateCode): part is Whole => part in LOADERS;

/**
 * Fetches a piece: `Host.load` wherever code is modules, with what only that host can fetch. For the world's hosts; the world
 * itself asks its host.
 */
export const lateLoader =
  (host: HostParts) =>
  async <Part extends keyof LateCode>(part: Part): Promise<LateCode[Part]> =>
    isWhole(part)
      ? LOADERS[part](host)
      : ((await import('./images.ts')).imagePart(part.slice('images/'.length), host) as Promise<
          LateCode[Part]
        >);
