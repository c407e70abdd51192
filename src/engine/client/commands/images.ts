/** `docker images`. Models docker/cli `cli/command/image/list.go` and `formatter/image.go`. */
import type { ImageSummary } from '../../api/images.ts';
import { humanSize } from '../../base/go-units.ts';
import { familiarName, parseNormalizedNamed } from '../../oci/reference.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { Action } from '../command.ts';
import type { ParsedFlags } from '../flags/parsed.ts';
import { shortId } from '../format/identifiers.ts';
import { formatList, type Headers, type Row } from '../format/list.ts';
import { ago, unixTime } from '../format/time.ts';
import { filtersOf } from './filters.ts';
import { imageTree } from './image-tree.ts';

const SINCE = '{{if .CreatedSince }}{{.CreatedSince}}{{else}}N/A{{end}}';
const TABLE = `{{.Repository}}\t{{.Tag}}\t{{.ID}}\t${SINCE}\t{{.Size}}`;
const DIGEST_TABLE = `{{.Repository}}\t{{.Tag}}\t{{.Digest}}\t{{.ID}}\t${SINCE}\t{{.Size}}`;

export const HEADERS: Headers = {
  ID: 'IMAGE ID',
  Repository: 'REPOSITORY',
  Tag: 'TAG',
  Digest: 'DIGEST',
  CreatedSince: 'CREATED',
  CreatedAt: 'CREATED AT',
  Size: 'SIZE',
  Containers: 'CONTAINERS',
  VirtualSize: 'SIZE',
  SharedSize: 'SHARED SIZE',
  UniqueSize: 'UNIQUE SIZE',
};

export const images: Action = async (cli, { flags, args, config, path }) => {
  const tree = flags.bool('tree');
  if (tree) refuseWithTree(flags);
  const filters = filtersOf(flags.list('filter'));
  if (args[0]) filters.add('reference', args[0]);
  const list = await cli.engine.json<ImageSummary[] | null>('GET', '/images/json', {
    query: {
      all: flags.bool('all') ? '1' : undefined,
      filters: filters.empty ? undefined : filters.toJson(),
    },
  });
  if (tree) {
    await cli.out(await imageTree(cli, list ?? [], flags.bool('all')));
    return undefined;
  }
  const digests = flags.bool('digests');
  let format = flags.string('format');
  if (format === '' && !flags.bool('quiet')) format = config.formats['imagesFormat'] ?? '';
  const plain = format === '' || format === 'table';
  if (flags.bool('quiet') && plain) format = '{{.ID}}';
  if (format === 'raw')
    format =
      'repository: {{.Repository}}\\ntag: {{.Tag}}\\nimage_id: {{.ID}}\\ncreated_at: {{.CreatedAt}}\\nvirtual_size: {{.Size}}\\n';
  const table = digests ? DIGEST_TABLE : TABLE;
  const wantDigest = digests || format.includes('{{.Digest}}');
  const rows = (list ?? []).flatMap((image) =>
    names(image, wantDigest, digests).map((name) => imageRow(cli, image, name, !flags.bool('no-trunc'))),
  );
  await cli.out(formatList({ type: '*formatter.imageContext', headers: HEADERS, format, table }, rows));
  const [name = ''] = args;
  if (path === 'docker images' && (list ?? []).length === 0 && SUBCOMMANDS.includes(name))
    await cli.err(
      `\nNo images found matching ${JSON.stringify(name)}: did you mean "docker image ${name}"?\n`,
    );
  return undefined;
};

/** Who asks `docker images` for these means `docker image`. */
const SUBCOMMANDS = 'build history import inspect list load ls prune pull push rm save tag'.split(' ');

/** Models docker/cli `image/list.go`: what the tree cannot be combined with, in its order and words. */
function refuseWithTree(flags: ParsedFlags): void {
  const refuse = (what: string) => new CliError(`${what} is not yet supported with --tree`);
  if (flags.bool('quiet')) throw refuse('--quiet');
  if (flags.bool('no-trunc')) throw refuse('--no-trunc');
  if (flags.bool('digests')) throw refuse('--show-digest');
  if (flags.string('format') !== '') throw refuse('--format');
}

interface ImageName {
  repository: string;
  tag: string;
  digest: string;
}

/** The rows that one image has: one for each tag, and with digests for each tag and digest. */
function names(image: ImageSummary, wantDigest: boolean, digestRows: boolean): ImageName[] {
  const tags = new Map<string, string[]>();
  const digests = new Map<string, string[]>();
  for (const text of image.RepoTags ?? []) {
    const reference = named(text);
    if (reference?.tag !== undefined) push(tags, reference.name, reference.tag);
  }
  for (const text of image.RepoDigests ?? []) {
    const reference = named(text);
    if (reference?.digest !== undefined) push(digests, reference.name, reference.digest);
  }
  if (tags.size === 0 && digests.size === 0)
    return [{ repository: '<none>', tag: '<none>', digest: '<none>' }];
  const rows: ImageName[] = [];
  for (const [repository, own] of tags) {
    const known = wantDigest ? (digests.get(repository) ?? []) : [];
    digests.delete(repository);
    for (const tag of own)
      for (const digest of known.length > 0 ? known : ['<none>']) rows.push({ repository, tag, digest });
  }
  for (const [repository, own] of digests) {
    if (digestRows) for (const digest of own) rows.push({ repository, tag: '<none>', digest });
    else rows.push({ repository, tag: '<none>', digest: '' });
  }
  return rows;
}

/** The parts of a reference as they are shown; undefined where it is none. */
export function named(
  text: string,
): { name: string; tag?: string | undefined; digest?: string | undefined } | undefined {
  try {
    const reference = parseNormalizedNamed(text);
    return { name: familiarName(reference), tag: reference.tag, digest: reference.digest };
  } catch {
    return undefined;
  }
}

function push(map: Map<string, string[]>, key: string, value: string): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}

/** A row of a list of images. */
export function imageRow(cli: Cli, image: ImageSummary, name: ImageName, truncate: boolean): Row {
  const { Size: size, SharedSize: shared } = image;
  return {
    ID: truncate ? shortId(image.Id) : image.Id,
    Repository: name.repository,
    Tag: name.tag,
    Digest: name.digest,
    CreatedSince: image.Created < 0 ? '' : ago(cli.now(), image.Created),
    CreatedAt: unixTime(image.Created),
    Size: humanSize(size, 3),
    Containers: image.Containers === -1 ? 'N/A' : String(image.Containers),
    VirtualSize: humanSize(size),
    SharedSize: shared === -1 ? 'N/A' : humanSize(shared),
    UniqueSize: size === -1 || shared === -1 ? 'N/A' : humanSize(size - shared),
  };
}

/** For completion: names of images as they are typed. */
export async function imageNames(cli: Cli): Promise<string[]> {
  const list = await cli.engine.json<ImageSummary[] | null>('GET', '/images/json');
  return (list ?? []).flatMap((image) => (image.RepoTags ?? []).filter((tag) => tag !== '<none>:<none>'));
}
