import { maxSatisfying, satisfies, validRange } from 'semver';
import { NpmError } from './npm-error.ts';
import type { Packument, Registry, Release } from './registry.ts';

/** A package in its place: `node_modules/a`, or `node_modules/a/node_modules/b` where another `b` is above. */
export interface Placed {
  release: Release;
  /** Below the project. */
  path: string;
  dev: boolean;
}

/** The version that npm takes for a range or a tag: the latest if it fits, else the highest that does. */
export function pick(packument: Packument, range: string): Release {
  const { versions, 'dist-tags': tags } = packument;
  const tagged = Object.hasOwn(tags, range) ? tags[range] : undefined;
  if (tagged !== undefined) return versions[tagged]!;
  const { latest } = tags;
  if (validRange(range) !== null) {
    if (latest !== undefined && satisfies(latest, range)) return versions[latest]!;
    const found = maxSatisfying(Object.keys(versions), range);
    if (found !== null) return versions[found]!;
  }
  throw new NpmError('ETARGET', 1, [
    `notarget No matching version found for ${packument.name}@${range}.`,
    'notarget In most cases you or one of your dependencies are requesting',
    "notarget a package version that doesn't exist.",
  ]);
}

/**
 * Where all packages go that some dependencies need, and theirs (npm's docs, "folders": as high as they can, and beneath who needs
 * another version than is above).
 */
export async function place(
  registry: Registry,
  wanted: readonly { name: string; range: string; dev: boolean }[],
): Promise<Placed[]> {
  const placed = new Map<string, Placed>();
  const queue = wanted.map((one) => ({ ...one, from: '' }));
  for (let next = queue.shift(); next; next = queue.shift()) {
    const { name, range, dev, from } = next;
    const above = visible(placed, from, name);
    if (above && fits(above.release, range)) {
      if (!dev && above.dev) {
        above.dev = false;
        for (const [dependency, needs] of Object.entries(above.release.dependencies ?? {}))
          queue.push({ name: dependency, range: needs, dev, from: above.path });
      }
      continue;
    }
    const release = pick(await registry.packument(name, range), range);
    const path = above ? `${from}/node_modules/${name}` : `node_modules/${name}`;
    placed.set(path, { release, path, dev });
    for (const [dependency, needs] of Object.entries(release.dependencies ?? {}))
      queue.push({ name: dependency, range: needs, dev, from: path });
  }
  return [...placed.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

const fits = ({ version }: Release, range: string): boolean => satisfied(version, range);

/** Whether a version is one of a range; a tag says nothing of versions. */
export const satisfied = (version: string, range: string): boolean =>
  validRange(range) === null || satisfies(version, range);

/** The package that a program at `from` gets for a name. */
function visible(placed: ReadonlyMap<string, Placed>, from: string, name: string): Placed | undefined {
  for (let at = from; ; at = at.replace(/(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/, '')) {
    const found = placed.get(`${at === '' ? '' : `${at}/`}node_modules/${name}`);
    if (found || at === '') return found;
  }
}
