/** Contexts: engines by name, each a file below the configuration's directory. Models docker/cli `cli/context/store`. */
import { decode, encode } from '../base/bytes.ts';
import { isErrno } from '../base/errno.ts';
import { marshal } from '../base/go-json.ts';
import { O_RDONLY } from '../kernel/fcntl.ts';
import { digestOf, hexOf } from '../oci/digest.ts';
import type { Cli } from './cli.ts';
import { CliError } from './cli-error.ts';

/** What a context says: which engine, and what somebody wrote about it. */
export interface DockerContext {
  name: string;
  description: string;
  /** The engine's address, as it was given. */
  host: string;
  skipTlsVerify: boolean;
}

export const DEFAULT_CONTEXT = 'default';

/** `meta.json`, narrowed to what is modelled. */
interface Stored {
  Name: string;
  Metadata: { Description?: string };
  Endpoints: { docker?: { Host?: string; SkipTLSVerify?: boolean } };
}

/** The contexts below a configuration's directory. */
export class ContextStore {
  readonly #cli: Cli;
  readonly #root: string;

  /** @param directory `~/.docker` */
  constructor(cli: Cli, directory: string) {
    this.#cli = cli;
    this.#root = `${directory}/contexts`;
  }

  metadataPath(name: string): string {
    return `${this.#root}/meta/${hexOf(digestOf(name))}`;
  }

  tlsPath(name: string): string {
    return `${this.#root}/tls/${hexOf(digestOf(name))}`;
  }

  /** Throws `CliError` where there is none of that name. */
  async get(name: string): Promise<DockerContext> {
    const path = this.#file(name);
    try {
      return parsed(decode(await this.#cli.readFile(path)));
    } catch (error) {
      if (!isErrno(error, 'ENOENT', 'ENOTDIR')) throw error;
      throw new CliError(`context "${name}": context not found: open ${path}: no such file or directory`);
    }
  }

  async has(name: string): Promise<boolean> {
    return this.#cli.exists(this.#file(name));
  }

  /** In the order of their names. */
  async all(): Promise<DockerContext[]> {
    const directory = `${this.#root}/meta`;
    if (!(await this.#cli.exists(directory))) return [];
    const out: DockerContext[] = [];
    for (const name of await this.#namesIn(directory))
      out.push(parsed(decode(await this.#cli.readFile(`${directory}/${name}/meta.json`))));
    return out.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async save(context: DockerContext): Promise<void> {
    await this.#cli.replaceFile(this.#file(context.name), encode(marshal(storedForm(context))));
  }

  async remove(name: string): Promise<void> {
    await this.#cli.remove(this.#file(name));
    await this.#cli.sys.rmdir(this.metadataPath(name));
  }

  async #namesIn(directory: string): Promise<string[]> {
    const { sys } = this.#cli;
    const fd = await sys.open(directory, O_RDONLY);
    const names = (await sys.getdents(fd)).map(({ name }) => name);
    await sys.close(fd);
    return names.filter((name) => name !== '.' && name !== '..');
  }

  #file(name: string): string {
    return `${this.metadataPath(name)}/meta.json`;
  }
}

/** A context as `meta.json` has it, and `docker context inspect`. */
export function storedForm({ name, description, host, skipTlsVerify }: DockerContext): Stored {
  return {
    Name: name,
    Metadata: description === '' ? {} : { Description: description },
    Endpoints: { docker: { ...(host === '' ? {} : { Host: host }), SkipTLSVerify: skipTlsVerify } },
  };
}

/** What `meta.json` says. */
export function parsed(text: string): DockerContext {
  const { Name, Metadata, Endpoints } = JSON.parse(text) as Stored;
  return {
    name: Name,
    description: Metadata.Description ?? '',
    host: Endpoints.docker?.Host ?? '',
    skipTlsVerify: Endpoints.docker?.SkipTLSVerify ?? false,
  };
}

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.+-]+$/;

/** Refuses what no context can be called. */
export function checkContextName(name: string): void {
  if (name === DEFAULT_CONTEXT) throw new CliError('"default" is a reserved context name');
  if (!NAME.test(name))
    throw new CliError(
      `context name "${name}" is invalid, names are validated against regexp "^[a-zA-Z0-9][a-zA-Z0-9_.+-]+$"`,
    );
}
