/** Records of builds, as buildx finds and names them. Models buildx commands/history/utils.go and util/history. */
import type { BuildRecord } from '../../api/buildkit.ts';
import { parseRfc3339 } from '../../base/calendar.ts';
import { parseDuration } from '../../base/go-duration.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { isUrl } from '../files/build-context.ts';
import { type Builder, control } from './builder.ts';
import type { LocalState } from './local-state.ts';

/** Records from the latest to the oldest: all, that of a reference, or with `^N` the one N builds before the last. */
export async function recordsOf(builder: Builder, ref = ''): Promise<BuildRecord[]> {
  if (!ref.startsWith('^')) return control<BuildRecord[]>(builder, 'ListenBuildHistory', { ref });
  if (!/^\^[+-]?\d+$/.test(ref))
    throw new CliError(
      `ERROR: invalid offset ${JSON.stringify(ref)}: strconv.Atoi: parsing ${JSON.stringify(ref.slice(1))}: invalid syntax`,
    );
  const all = await control<BuildRecord[]>(builder, 'ListenBuildHistory');
  const offset = Number(ref.slice(1));
  if (offset >= all.length && offset > 0 && offset - all.length > 0)
    throw new CliError(`ERROR: no completed build found with offset ${offset - all.length}`);
  return all.slice(offset, offset + 1);
}

/** The one record that is asked for. */
export async function recordOf(builder: Builder, ref = ''): Promise<BuildRecord> {
  const [record] = await recordsOf(builder, ref);
  if (record !== undefined) return record;
  throw new CliError(
    ref === '' ? 'ERROR: no records found' : `ERROR: no record found for ref ${JSON.stringify(ref)}`,
  );
}

/** `1.4s`, `2m  5s` */
export function shortDuration(nanoseconds: number): string {
  const seconds = nanoseconds / 1e9;
  if (seconds < 60) return `${seconds.toFixed(1)}s`;
  return `${Math.floor(seconds / 60)}m ${String(Math.floor(seconds) % 60).padStart(2)}s`;
}

/** What a build is called: the directory it was of, with the Dockerfile and the target where they are not the usual ones. */
export function buildName({ FrontendAttrs: attributes }: BuildRecord, state: LocalState | undefined): string {
  const own = attributes['build-arg:BUILDKIT_BUILD_NAME'];
  if (own) return own;
  const isLocal = state !== undefined && !isUrl(state.LocalPath);
  const path = isLocal && state.LocalPath !== '-' ? state.LocalPath : '';
  let file = attributes['filename'] === 'Dockerfile' ? '' : (attributes['filename'] ?? '');
  if (isLocal && !['', '-', 'Dockerfile'].includes(state.DockerfilePath)) file = state.DockerfilePath;
  const isUsual = file === '' || file.endsWith('/Dockerfile');
  file = file.replace(/\/Dockerfile$/, '');
  let name = '';
  if (file.startsWith(path) && file.length > path.length) name = file.slice(path.lastIndexOf('/') + 1);
  else {
    const whole = file === '' ? path : file;
    const at = whole.lastIndexOf('/');
    name = whole.slice(at + 1);
    if (whole !== '' && !isUsual)
      name = `${(at === -1 ? whole : whole.slice(0, at)).split('/').at(-1)}/${name}`;
  }
  if (attributes['context']) name = attributes['context'];
  const target = attributes['target'] ?? '';
  if (target === '') return name;
  return name === '' ? target : `${name} (${target})`;
}

/** Reads the `--filter` flags of `history ls`. Throws `CliError`. */
export function recordFilter(cli: Cli, given: readonly string[]): (record: BuildRecord) => boolean {
  const all = given.map((text) => condition(cli, text));
  return (record) => all.every((holds) => holds(record));
}

const fail = (why: string) => new CliError(`ERROR: ${why}`);

function condition(cli: Cli, text: string): (record: BuildRecord) => boolean {
  const operator = ['!=', '=', '<=', '<', '>=', '>'].find((one) => text.includes(one));
  if (operator === undefined) throw fail(`invalid filter ${JSON.stringify(text)}`);
  const at = text.indexOf(operator);
  const [key, value] = [text.slice(0, at), text.slice(at + operator.length)];
  if (['ref', 'repository', 'status'].includes(key)) {
    if (operator !== '=' && operator !== '!=')
      throw fail(`invalid separator for ${JSON.stringify(text)}, expected = or !=`);
    return (record) => {
      const found = key === 'ref' ? record.Ref : key === 'status' ? statusOf(record).toLowerCase() : '';
      if (operator === '!=') return found !== value;
      return key === 'status' ? found === value : found.includes(value);
    };
  }
  if (!['startedAt', 'completedAt', 'duration'].includes(key))
    throw fail(`unsupported filter ${JSON.stringify(text)}`);
  if (operator === '=' || operator === '!=')
    throw fail(`invalid separator for ${JSON.stringify(text)}, expected <=, <, >= or >`);
  const limit = key === 'duration' ? lengthOf(value) : instantOf(cli, value);
  return (record) => {
    const found =
      key === 'duration'
        ? record.Duration
        : (parseRfc3339((key === 'startedAt' ? record.CreatedAt : record.CompletedAt) ?? '') ?? 0);
    if (operator === '>=') return found >= limit;
    if (operator === '>') return found > limit;
    return operator === '<=' ? found <= limit : found < limit;
  };
}

function lengthOf(text: string): number {
  try {
    return parseDuration(text);
  } catch {
    throw fail(`invalid duration ${text}`);
  }
}

/** So long ago, or a time. */
function instantOf(cli: Cli, text: string): number {
  try {
    return cli.now() - parseDuration(text) / 1e6;
  } catch {
    const instant = parseRfc3339(text);
    if (instant === undefined) throw fail(`invalid time ${text}`);
    return instant;
  }
}

/** What has become of a build. */
export function statusOf({ CompletedAt, Error: failure }: BuildRecord): 'Running' | 'Error' | 'Completed' {
  if (CompletedAt === null) return 'Running';
  return failure === undefined ? 'Completed' : 'Error';
}
