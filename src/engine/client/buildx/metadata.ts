/** What `--metadata-file` keeps of a build. Models buildx commands/build.go, writeMetadataFile, and BuildKit's provenance of mode min. */
import type { BuildRecord } from '../../api/buildkit.ts';
import { encode } from '../../base/bytes.ts';
import { parseBool } from '../../base/go-bool.ts';
import { parseNormalizedNamed, referenceString } from '../../oci/reference.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { goText } from '../files/go-file.ts';
import { type Builder, workersOf } from './builder.ts';
import { recordOf } from './records.ts';

interface Made {
  /** Of the image; empty where none was made. */
  id: string;
  ref: string;
  tags: readonly string[];
}

/** Writes the file. Throws `CliError`. */
export async function writeMetadata(cli: Cli, builder: Builder, path: string, made: Made): Promise<void> {
  const directory = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) || '/' : '.';
  await cli.sys.stat(directory).catch((error: unknown) => {
    throw new CliError(`ERROR: invalid output path: stat ${directory}: ${goText(error)}`);
  });
  const wanted = cli.env('BUILDX_METADATA_PROVENANCE') || 'min';
  const isWanted = wanted !== 'disabled' && parseBool(wanted) !== false;
  const provenance = isWanted
    ? provenanceOf(await recordOf(builder, made.ref), await platformOf(builder))
    : undefined;
  const names = made.tags.map((tag) => referenceString(parseNormalizedNamed(tag)));
  const metadata = {
    'buildx.build.provenance': provenance,
    'buildx.build.ref': `${builder.name}/${builder.name}/${made.ref}`,
    ...(made.id === ''
      ? {}
      : {
          'containerimage.config.digest': made.id,
          'containerimage.digest': made.id,
          'image.name': names.length === 0 ? undefined : names.join(','),
        }),
  };
  await cli.writeFile(path, encode(JSON.stringify(metadata, null, 2)), 0o644);
}

/** What the builder builds for unless it is told. */
async function platformOf(builder: Builder): Promise<string> {
  const [worker] = await workersOf(builder);
  return (worker?.Platforms[0] ?? '').split('/').slice(0, 2).join('/');
}

/** What holds for one machine only, or stands elsewhere (BuildKit solver/llbsolver/provenance, FilterArgs). */
const LEFT_OUT = ['cgroup-parent', 'context', 'filename', 'image-resolve-mode', 'platform'];

/** Undefined where nothing was done to tell of. */
function provenanceOf(
  { FrontendAttrs: attributes, Materials: materials }: BuildRecord,
  own: string,
): object | undefined {
  if (materials === null) return undefined;
  const args = Object.fromEntries(
    Object.entries(attributes)
      .filter(([name]) => !LEFT_OUT.includes(name))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  return {
    builder: { id: '' },
    buildType: 'https://mobyproject.org/buildkit@v1',
    materials:
      materials.length === 0
        ? undefined
        : materials.map(({ URI, Digest }) => ({
            uri: URI,
            digest: { sha256: Digest.replace('sha256:', '') },
          })),
    invocation: {
      configSource: { uri: attributes['context'], entryPoint: attributes['filename'] },
      parameters: {
        frontend: 'dockerfile.v0',
        args: Object.keys(args).length === 0 ? undefined : args,
        locals:
          attributes['context'] === undefined ? [{ name: 'context' }, { name: 'dockerfile' }] : undefined,
      },
      environment: { platform: attributes['platform'] ?? own },
    },
  };
}
