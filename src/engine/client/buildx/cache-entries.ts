import { isErrno } from '../../base/errno.ts';
import { parseBool } from '../../base/go-bool.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { fieldsOf } from './call.ts';
import { unsupported } from './outputs.ts';

/** Where results are looked for, or are to be kept. */
export interface CacheEntry {
  type: string;
  attributes: Record<string, string>;
}

/** `REF[,REF]` or `type=TYPE[,key=value]`. Models buildx util/buildflags/cache.go. Throws `CliError`. */
export const parseCacheEntries = (given: readonly string[]): CacheEntry[] =>
  given.filter((text) => text !== '').flatMap(parseEntry);

function parseEntry(text: string): CacheEntry[] {
  const fields = fieldsOf(text);
  if (!text.includes('=')) return fields.map((ref) => ({ type: 'registry', attributes: { ref } }));
  const entry: CacheEntry = { type: '', attributes: {} };
  for (const field of fields) {
    const equals = field.indexOf('=');
    if (equals === -1) throw new CliError(`ERROR: invalid value ${field}`);
    const key = field.slice(0, equals).toLowerCase();
    const value = field.slice(equals + 1);
    if (key === 'type') entry.type = value;
    else entry.attributes[key] = value;
  }
  if (entry.type === '') throw new CliError(`ERROR: type required form> "${text}"`);
  return [entry];
}

/**
 * Whether images are to keep what their steps were made of; every other place is refused, for the driver is the engine's own. Throws
 * `CliError`.
 */
export function isInline(to: readonly CacheEntry[], buildArgs: Readonly<Record<string, string>>): boolean {
  if (to.filter(isThere).some(({ type }) => type !== 'inline'))
    throw new CliError(`ERROR: failed to build: ${unsupported('Cache export', 'build-cache-backends')}`);
  return (
    to.some(({ type }) => type === 'inline') || parseBool(buildArgs['BUILDKIT_INLINE_CACHE'] ?? '') === true
  );
}

/** The cache of GitHub's actions is there for who runs in one. */
const isThere = ({ type, attributes }: CacheEntry): boolean =>
  type !== 'gha' || Boolean(attributes['token'] && (attributes['url'] || attributes['url_v2']));

/** What the engine is to look through, and what there is to warn of. Models BuildKit client/solve.go. Throws `CliError`. */
export async function importable(
  cli: Cli,
  from: readonly CacheEntry[],
): Promise<{ entries: CacheEntry[]; warnings: string[] }> {
  const entries: CacheEntry[] = [];
  const warnings: string[] = [];
  for (const entry of from.filter(isThere)) {
    const { type, attributes } = entry;
    // The engine has no client of these.
    if (type === 's3' || type === 'gha') continue;
    if (type === 'registry' && !attributes['ref'])
      throw new CliError('ERROR: failed to build: registry cache importer requires ref');
    const warning = type === 'local' ? await refuseLocal(cli, attributes['src'] ?? '') : undefined;
    if (warning === undefined) entries.push(entry);
    else warnings.push(warning);
  }
  return { entries, warnings };
}

/** A directory has a cache in it only if another driver has left one there. */
async function refuseLocal(cli: Cli, directory: string): Promise<string | undefined> {
  if (directory === '') throw new CliError('ERROR: failed to build: local cache importer requires src');
  const missing = (why: string) =>
    `WARNING: local cache import at ${directory} not found due to err: ${why}\n`;
  const index = `${directory}/index.json`;
  const here = async (path: string) => {
    try {
      await cli.sys.stat(path);
      return true;
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return false;
      throw error;
    }
  };
  if (!(await here(directory)))
    return missing(`could not lock ${index}.lock: open ${index}.lock: no such file or directory`);
  if (!(await here(index)))
    return missing(`could not read ${index}: open ${index}: no such file or directory`);
  throw new CliError(
    'ERROR: docker build: --cache-from of a directory with an index is not modelled in Drydock yet',
  );
}
