import { decode } from '../../../base/bytes.ts';
import { isErrno } from '../../../base/errno.ts';
import { digestOf } from '../../../oci/digest.ts';
import { readText } from '../../../runtime/files.ts';
import type { Stdio } from '../../lib/stdio.ts';
import { newest, type Offer, type PackageIndex } from './package-index.ts';
import { readMetadata, type Site } from './site.ts';
import {
  canonical,
  compareVersions,
  InvalidRequirement,
  parseRequirement,
  type Requirement,
  satisfies,
} from './version.ts';

export interface InstallOptions {
  upgrade: boolean;
  quiet: boolean;
  dependencies: boolean;
  /** Whether to warn those who run it as root. */
  warnRoot: boolean;
}

/** Ends pip with a message. */
export class PipError extends Error {}

interface Wanted extends Requirement {
  /** By whom: ` (from flask->-r requirements.txt (line 1))`. */
  origin: string;
}

interface Chosen {
  name: string;
  offer: Offer;
  requires: string[];
}

/** The requirements of a file (`-r`), those of files that it names included. */
export async function requirementsFile({ sys }: Stdio, path: string): Promise<Wanted[]> {
  let text: string;
  try {
    text = await readText(sys, path);
  } catch (error) {
    if (!isErrno(error)) throw error;
    const number = error.code === 'ENOENT' ? 2 : error.code === 'EACCES' ? 13 : 21;
    throw new PipError(`Could not open requirements file: [Errno ${number}] ${error.message}: '${path}'`);
  }
  const found: Wanted[] = [];
  for (const [i, raw] of text.split('\n').entries()) {
    const line = raw.replace(/(^|\s)#.*$/, '').trim();
    if (line === '') continue;
    if (line.startsWith('-'))
      throw new PipError(`Drydock's pip reads no options in files of requirements: ${line}`);
    const origin = ` (from -r ${path} (line ${i + 1}))`;
    try {
      const requirement = parseRequirement(line);
      if (requirement) found.push({ ...requirement, origin });
    } catch (error) {
      if (!(error instanceof InvalidRequirement)) throw error;
      throw new PipError(`Invalid requirement: '${line}' (from line ${i + 1} of ${path})`);
    }
  }
  return found;
}

const kilobytes = (bytes: number): string => {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 10_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${Math.round(bytes / 1000)} kB`;
};

/** One run of `pip install`. */
export class Installation {
  readonly #io: Stdio;
  readonly #index: PackageIndex;
  readonly #site: Site;
  readonly #python: string;
  readonly #pip: string;
  readonly #options: InstallOptions;

  constructor(
    io: Stdio,
    index: PackageIndex,
    site: Site,
    versions: { python: string; pip: string },
    options: InstallOptions,
  ) {
    this.#io = io;
    this.#index = index;
    this.#site = site;
    this.#python = versions.python;
    this.#pip = versions.pip;
    this.#options = options;
  }

  async #say(text: string): Promise<void> {
    if (!this.#options.quiet) await this.#io.stdout.write(`${text}\n`);
    await this.#io.stdout.flush();
  }

  async run(wanted: readonly Wanted[]): Promise<void> {
    const chosen = await this.#resolve(wanted);
    if (chosen.length > 0) await this.#install(chosen);
    const { warnRoot } = this.#options;
    if (warnRoot && this.#io.sys.geteuid() === 0 && compareVersions(this.#pip, '21.1') >= 0)
      await this.#io.stderr.write(
        "WARNING: Running pip as the 'root' user can result in broken permissions and conflicting behaviour with the system package manager, possibly rendering your system unusable. It is recommended to use a virtual environment instead: https://pip.pypa.io/warnings/venv. Use the --root-user-action option if you know what you are doing and want to suppress this warning.\n",
      );
  }

  async #resolve(wanted: readonly Wanted[]): Promise<Chosen[]> {
    const installed = new Map((await this.#site.installed()).map((p) => [canonical(p.name), p]));
    const chosen = new Map<string, Chosen>();
    const queue = [...wanted];
    for (let at = 0; at < queue.length; at++) {
      const { name, conditions, text, origin } = queue[at]!;
      const key = canonical(name);
      const before = chosen.get(key);
      if (before) {
        if (!satisfies(before.offer.version, conditions)) throw this.#conflict(queue, key);
        continue;
      }
      const present = installed.get(key);
      const topmost = wanted.includes(queue[at]!);
      if (present && satisfies(present.version, conditions) && !(this.#options.upgrade && topmost)) {
        await this.#say(
          `Requirement already satisfied: ${text} in ${this.#site.directory}${origin} (${present.version})`,
        );
        this.#follow(queue, present.requires, present.name, origin);
        continue;
      }
      await this.#say(`Collecting ${text}${origin}`);
      // All that is asked of a project, by whomever: the first to come decides together with those who wait already.
      const together = queue
        .slice(at)
        .filter((other) => canonical(other.name) === key)
        .map((other) => other.conditions)
        .join(',');
      const found = await this.#choose(name, text, together);
      chosen.set(key, found);
      this.#follow(queue, found.requires, name, origin);
    }
    return [...chosen.values()];
  }

  #follow(queue: Wanted[], requires: readonly string[], by: string, origin: string): void {
    if (!this.#options.dependencies) return;
    const path = origin === '' ? ` (from ${by})` : origin.replace(' (from ', ` (from ${by}->`);
    for (const text of requires) {
      const requirement = parseRequirement(text);
      if (requirement) queue.push({ ...requirement, origin: path });
    }
  }

  #conflict(queue: readonly Wanted[], key: string): PipError {
    const asking = queue.filter(({ name }) => canonical(name) === key).map(({ text }) => text);
    return new PipError(
      `Cannot install ${asking.join(' and ')} because these package versions have conflicting dependencies.\nERROR: ResolutionImpossible: for help visit https://pip.pypa.io/en/latest/topics/dependency-resolution/#dealing-with-dependency-conflicts`,
    );
  }

  async #choose(name: string, text: string, conditions: string): Promise<Chosen> {
    const offers = await this.#index.offers(name);
    const offer = newest(offers, conditions, this.#python);
    if (offer === undefined) {
      const fitting = offers.filter(({ requiresPython }) => satisfies(this.#python, requiresPython));
      const versions = fitting.map(({ version }) => version).join(', ') || 'none';
      const known = await this.#index.projects();
      const hint =
        offers.length === 0 && known.length > 0
          ? `\n[notice] The simulated index of Drydock has ${known.join(', ')}.`
          : '';
      throw new PipError(
        `Could not find a version that satisfies the requirement ${text} (from versions: ${versions})\nERROR: No matching distribution found for ${text}${hint}`,
      );
    }
    const metadata = await this.#index.file(`${offer.url}.metadata`);
    const modern = compareVersions(this.#pip, '23.3') >= 0;
    if (metadata !== undefined && modern)
      await this.#say(`  Downloading ${offer.filename}.metadata (${kilobytes(metadata.length)})`);
    if (!modern) await this.#say(`  Downloading ${offer.filename} (${kilobytes(offer.size ?? 0)})`);
    return { name, offer, requires: metadata === undefined ? [] : readMetadata(decode(metadata)).requires };
  }

  async #install(chosen: readonly Chosen[]): Promise<void> {
    const wheels = new Map<Chosen, Uint8Array>();
    for (const one of chosen) {
      if (compareVersions(this.#pip, '23.3') >= 0)
        await this.#say(`Downloading ${one.offer.filename} (${kilobytes(one.offer.size ?? 0)})`);
      const wheel = await this.#index.file(one.offer.url);
      if (wheel === undefined) throw new PipError(`HTTP error while getting ${one.offer.url}`);
      const digest = digestOf(wheel).slice('sha256:'.length);
      if (one.offer.sha256 !== undefined && digest !== one.offer.sha256)
        throw new PipError(
          `THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. ${one.name} from ${one.offer.url}:\n        Expected sha256 ${one.offer.sha256}\n             Got        ${digest}`,
        );
      wheels.set(one, wheel);
    }
    const ordered = inOrder(chosen);
    await this.#say(`Installing collected packages: ${ordered.map(({ name }) => name).join(', ')}`);
    const installed = new Map((await this.#site.installed()).map((p) => [canonical(p.name), p]));
    for (const one of ordered) {
      const old = installed.get(canonical(one.name));
      if (old) {
        await this.#say(
          `  Attempting uninstall: ${one.name}\n    Found existing installation: ${old.name} ${old.version}`,
        );
        await this.#site.uninstall(old);
        await this.#say(
          `    Uninstalling ${old.name}-${old.version}:\n      Successfully uninstalled ${old.name}-${old.version}`,
        );
      }
      await this.#site.install(wheels.get(one)!);
    }
    if (compareVersions(this.#pip, '25.1') >= 0) await this.#say('');
    const names = [...ordered].sort((a, b) => (canonical(a.name) < canonical(b.name) ? -1 : 1));
    await this.#say(
      `Successfully installed ${names.map(({ name, offer }) => `${name}-${offer.version}`).join(' ')}`,
    );
  }
}

/** What others need comes before them. */
function inOrder(chosen: readonly Chosen[]): Chosen[] {
  const ordered: Chosen[] = [];
  const visit = (one: Chosen, above: readonly Chosen[]): void => {
    if (ordered.includes(one) || above.includes(one)) return;
    for (const text of one.requires) {
      const name = parseRequirement(text)?.name;
      const needed = chosen.find((other) => name !== undefined && canonical(other.name) === canonical(name));
      if (needed) visit(needed, [...above, one]);
    }
    ordered.push(one);
  };
  for (const one of chosen) visit(one, []);
  return ordered;
}
