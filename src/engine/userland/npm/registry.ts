import { decode } from '../../base/bytes.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { FetchError, fetchFrom } from './fetch.ts';
import type { Manifest } from './manifest.ts';
import { NpmError } from './npm-error.ts';

/** What a registry tells of a package (npm's registry API, "Package Metadata"). */
export interface Packument {
  name: string;
  'dist-tags': Record<string, string>;
  versions: Record<string, Release>;
}

export interface Release extends Manifest {
  name: string;
  version: string;
  dist: { tarball: string; integrity: string; shasum: string };
  deprecated?: string;
}

/** A registry of packages as npm asks it. */
export class Registry {
  readonly #sys: Syscalls;
  readonly #strict: boolean;
  readonly #known = new Map<string, Promise<Packument>>();
  readonly url: string;

  /** `strict`: whether a certificate must be sound (strict-ssl). */
  constructor(sys: Syscalls, url: string, strict: boolean) {
    this.#sys = sys;
    this.#strict = strict;
    this.url = url.replace(/\/*$/, '/');
  }

  /** Rejects with `NpmError`. */
  packument(name: string, range: string): Promise<Packument> {
    const known = this.#known.get(name) ?? this.#fetch(name, range);
    this.#known.set(name, known);
    return known;
  }

  async #fetch(name: string, range: string): Promise<Packument> {
    const url = this.url + name.replace('/', '%2f');
    const { status, body } = await this.#get(url);
    if (status === 404)
      throw new NpmError('E404', 1, [
        `404 Not Found - GET ${url} - Not found`,
        '404',
        `404  '${name}@${range}' is not in this registry.`,
        '404',
        '404 Note that you can also install from a',
        '404 tarball, folder, http url, or git folder.',
      ]);
    if (status !== 200) throw new NpmError(`E${status}`, 1, [`${status} - GET ${url}`]);
    return JSON.parse(decode(body)) as Packument;
  }

  async tarball(url: string): Promise<Uint8Array> {
    const { status, body } = await this.#get(url);
    if (status !== 200) throw new NpmError(`E${status}`, 1, [`${status} - GET ${url}`]);
    return body;
  }

  async #get(url: string): Promise<{ status: number; body: Uint8Array }> {
    try {
      return await fetchFrom(this.#sys, url, this.#strict);
    } catch (error) {
      if (!(error instanceof FetchError)) throw error;
      throw unreachable(error, url);
    }
  }
}

function unreachable(error: FetchError, url: string): NpmError {
  const where = `request to ${url} failed, reason: ${error.message}`;
  if (error.syscall === undefined) return new NpmError(error.code, 1, [`errno ${error.code}`, where]);
  return new NpmError(error.code, 1, [
    `syscall ${error.syscall}`,
    `errno ${error.code}`,
    `network ${where}`,
    'network This is a problem related to network connectivity.',
  ]);
}
