import type { Program, ProgramSource } from '../../kernel/program.ts';
import type { JavaScriptHost } from '../../userland/node/javascript-host.ts';
import type { HostParts } from './host-parts.ts';
import { lateTable, type Table } from './table.ts';

/** Makes a program for the version that the binary is of. `chosen`: where JavaScript runs at this moment, if not within. */
type Maker = (version: string, chosen: () => JavaScriptHost | undefined) => Program;

/** The programs of a family of images, by name. */
export type ImagePrograms = ReadonlyMap<string, Maker>;

/** By the part that executables name: `redis/redis-server@8.2.3` is the program `redis-server` of the part `redis`. */
const PARTS: Readonly<Record<string, (host: HostParts) => Promise<ImagePrograms>>> = {
  apache: async () => (await import('../../userland/apache/index.ts')).apache,
  redis: async () => (await import('../../userland/redis/index.ts')).redis,
  gosu: async () => (await import('../../userland/gosu/index.ts')).gosu,
  memcached: async () => (await import('../../userland/memcached/index.ts')).memcached,
  mongo: async () => (await import('../../userland/mongo/index.ts')).mongo,
  mysql: async () => (await import('../../userland/mysql/index.ts')).mysql,
  postgres: async () => (await import('../../userland/postgres/index.ts')).postgres,
  registry: async () => (await import('../../userland/registry/index.ts')).registry,
  traefik: async () => (await import('../../userland/traefik/index.ts')).traefikPrograms,
  portainer: async () => (await import('../../userland/portainer/index.ts')).portainerPrograms,
  python: async () => (await import('../../userland/python/index.ts')).python,
  webapp: async () => (await import('../../userland/webapp/index.ts')).webapp,
  whoami: async () => (await import('../../userland/whoami/index.ts')).whoami,
  async node(host) {
    const [{ nodePrograms }, build, library] = await Promise.all([
      import('../../userland/node/index.ts'),
      host.quickjs(),
      host.nodeLibrary(),
    ]);
    return nodePrograms(build, library);
  },
  languages: async () => (await import('../../userland/languages/index.ts')).languages,
};

/** The programs of one part; none for a part that there is not. */
export const imagePart = async (part: string, host: HostParts): Promise<ImagePrograms> =>
  Object.hasOwn(PARTS, part) ? PARTS[part]!(host) : new Map();

/** The programs of all images; `load` fetches a part when one of its programs is first executed. */
export function imagePrograms(
  load: (part: string) => Promise<ImagePrograms>,
  chosen: () => JavaScriptHost | undefined,
): ProgramSource {
  const parts = new Map<string, Table<Maker>>();
  return {
    get(name) {
      const [, part = '', program = '', version = ''] = /^(\w+)\/([^@]+)@?(.*)$/.exec(name) ?? [];
      const programs = parts.get(part) ?? lateTable(() => load(part));
      parts.set(part, programs);
      const make = programs.get(program);
      return make instanceof Promise ? make.then((made) => made?.(version, chosen)) : make?.(version, chosen);
    },
  };
}
