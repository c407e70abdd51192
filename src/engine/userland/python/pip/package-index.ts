import { decode } from '../../../base/bytes.ts';
import type { Syscalls } from '../../../kernel/syscalls.ts';
import { fetchFrom, Unreachable } from './fetch.ts';
import { canonical, compareVersions, satisfies } from './version.ts';

/** A package that an index offers. */
export interface Offer {
  filename: string;
  version: string;
  url: string;
  requiresPython: string;
  sha256: string | undefined;
  size: number | undefined;
}

const JSON_TYPE = 'application/vnd.pypi.simple.v1+json';
const RETRIES = 5;

interface SimpleFile {
  filename: string;
  url: string;
  hashes?: { sha256?: string };
  'requires-python'?: string;
  size?: number;
}

/** Where packages come from: an index of the simple API (PEP 503), in its form of JSON (PEP 691). */
export class PackageIndex {
  readonly #sys: Syscalls;
  readonly #url: string;
  readonly #warn: (text: string) => Promise<unknown>;

  readonly #roots: string | undefined;
  #reached = false;

  constructor(
    sys: Syscalls,
    url: string,
    roots: string | undefined,
    warn: (text: string) => Promise<unknown>,
  ) {
    this.#sys = sys;
    this.#roots = roots;
    this.#url = url.replace(/\/*$/, '/');
    this.#warn = warn;
  }

  /** The packages of a project, from old to new. */
  async offers(name: string): Promise<Offer[]> {
    const found = await this.#get(`${this.#url}${canonical(name)}/`, JSON_TYPE);
    if (found === undefined) return [];
    const { files } = JSON.parse(decode(found)) as { files: SimpleFile[] };
    return files
      .filter(({ filename }) => filename.endsWith('.whl'))
      .map((file) => ({
        filename: file.filename,
        version: file.filename.split('-')[1] ?? '0',
        url: new URL(file.url, this.#url).href,
        requiresPython: file['requires-python'] ?? '',
        sha256: file.hashes?.sha256,
        size: file.size,
      }))
      .sort((a, b) => compareVersions(a.version, b.version));
  }

  /** All projects; none where the index cannot be reached. */
  async projects(): Promise<string[]> {
    if (!this.#reached) return [];
    const found = await this.#get(this.#url, JSON_TYPE);
    return found === undefined
      ? []
      : (JSON.parse(decode(found)) as { projects: { name: string }[] }).projects.map(({ name }) => name);
  }

  async file(url: string): Promise<Uint8Array | undefined> {
    return this.#get(url, '*/*');
  }

  /** Tries again a few times, each after a longer wait; undefined for what is not there. */
  async #get(url: string, accept: string): Promise<Uint8Array | undefined> {
    for (let left = RETRIES; ; left--) {
      try {
        const { status, type, body } = await fetchFrom(this.#sys, url, accept, this.#roots);
        this.#reached = true;
        if (status === 200 && (accept === '*/*' || type.startsWith(accept))) return body;
        if (status < 500) return undefined;
        throw new Unreachable(`too many ${status} error responses`);
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
        if (left === 0) return undefined;
        const { pathname } = new URL(url);
        await this.#warn(
          `WARNING: Retrying (Retry(total=${left - 1}, connect=None, read=None, redirect=None, status=None)) after connection broken by 'NewConnectionError('<pip._vendor.urllib3.connection.HTTPSConnection object>: ${error.message}')': ${pathname}\n`,
        );
        await this.#sys.nanosleep(250 * 2 ** (RETRIES - left));
      }
    }
  }
}

/** The newest of the offers that conditions and the running Python allow. */
export const newest = (offers: readonly Offer[], conditions: string, python: string): Offer | undefined =>
  offers
    .filter(
      ({ version, requiresPython }) => satisfies(version, conditions) && satisfies(python, requiresPython),
    )
    .at(-1);
