/** `docker buildx imagetools inspect`. Models buildx util/imagetools. */
import type { InfoResponse } from '../../../api/system.ts';
import { alignColumns } from '../../../base/go-tabwriter.ts';
import { RegistryError, RegistryErrors, UnexpectedAnswer } from '../../../distribution/refusal.ts';
import type { RemoteManifest, Repository } from '../../../distribution/repository.ts';
import { UrlError } from '../../../distribution/transport.ts';
import { isIndex, mediaTypeOf, parseManifest } from '../../../oci/manifest.ts';
import { formatPlatform, platformOf } from '../../../oci/platform.ts';
import {
  InvalidReference,
  parseNormalizedNamed,
  type Reference,
  referenceString,
  tagNameOnly,
} from '../../../oci/reference.ts';
import { builderFor } from '../../buildx/builder.ts';
import type { Cli } from '../../cli.ts';
import { CliError } from '../../cli-error.ts';
import type { Action, Invocation } from '../../command.ts';
import { authFor } from '../../credential-store.ts';
import { TemplateError, TemplateSyntaxError } from '../../go-template/template.ts';
import { formatted, isOfManifest } from './imagetools-format.ts';

export const inspectRemote: Action = async (cli, invocation) => {
  const { flags, args } = invocation;
  const format = flags.string('format');
  if (format !== '' && flags.bool('raw')) throw new CliError('ERROR: format and raw cannot be used together');
  await builderFor(cli, invocation);
  const reference = referenceOf(args[0]!);
  const { found, repository } = await fetch(cli, invocation, reference);
  if (flags.bool('raw')) {
    await cli.outBytes(found.bytes);
    return undefined;
  }
  if (format !== '') {
    // It is read all the same.
    const text = await formatted(format, args[0]!, found, repository).catch(refuseTemplate);
    if (!isOfManifest(format)) {
      await cli.out(text);
      return undefined;
    }
  }
  const document = parseManifest(found.bytes, found.type);
  const name = referenceString(reference);
  await cli.out(
    table([
      ['Name:', name],
      ['MediaType:', mediaTypeOf(document)],
      ['Digest:', found.digest],
      ...(isIndex(document)
        ? ([
            ['', ''],
            ['Manifests:', ''],
          ] as const)
        : []),
    ]),
  );
  if (!isIndex(document)) return undefined;
  const rows = document.manifests.map(({ digest, mediaType, platform, annotations = {} }) => [
    ['  Name:', `${name.replace(/@.*$/, '')}@${digest}`],
    ['  MediaType:', mediaType],
    ...(platform === undefined ? [] : [['  Platform:', formatPlatform(platformOf(platform))]]),
    ...(Object.keys(annotations).length === 0 || platform === undefined ? [] : [['  Annotations:', '']]),
    ...(platform === undefined
      ? []
      : Object.entries(annotations).map(([key, value]) => [`    ${key}:`, value])),
  ]);
  await cli.out(table(rows.flatMap((one, i) => (i === 0 ? one : [['', ''], ...one])) as [string, string][]));
  return undefined;
};

const table = (rows: readonly (readonly [string, string])[]): string =>
  alignColumns(rows.map(([name, value]) => `${name}\t${value}\n`).join(''), 0, 1);

function referenceOf(text: string): Reference {
  try {
    return tagNameOnly(parseNormalizedNamed(text));
  } catch (error) {
    if (!(error instanceof InvalidReference)) throw error;
    throw new CliError(`ERROR: ${error.message}`);
  }
}

function refuseTemplate(error: unknown): never {
  if (error instanceof TemplateError || error instanceof TemplateSyntaxError)
    throw new CliError(`ERROR: ${error.message}`);
  throw error;
}

/** What a registry has under a name; it is asked by the client itself. */
async function fetch(
  cli: Cli,
  { config }: Invocation,
  reference: Reference,
): Promise<{ found: RemoteManifest; repository: Repository }> {
  const { domain, path, tag, digest } = reference;
  const insecure = await isInsecure(cli, domain);
  const credentials = await authFor(cli, config, domain).catch(() => ({}));
  const asked = digest ?? tag ?? 'latest';
  const open = (scheme: string) =>
    cli.openRepository({ scheme, domain, path, actions: 'pull', insecure, credentials });
  let scheme = 'https';
  try {
    const repository = await open(scheme).catch((error: unknown) => {
      if (!insecure || !(error instanceof UrlError)) throw error;
      scheme = 'http';
      return open(scheme);
    });
    return { found: await repository.manifest(asked), repository };
  } catch (error) {
    if (error instanceof UrlError) {
      const host = domain === 'docker.io' ? 'registry-1.docker.io' : domain;
      const why = error.message.replace(/^\w+ "[^"]*": /, '');
      throw new CliError(
        `ERROR: failed to do request: Head "${scheme}://${host}/v2/${path}/manifests/${asked}": ${why}`,
      );
    }
    const first = error instanceof RegistryErrors ? error.all[0] : error;
    const name = referenceString(reference);
    if (first instanceof RegistryError) {
      if (['MANIFEST_UNKNOWN', 'NAME_UNKNOWN'].includes(first.code))
        throw new CliError(`ERROR: ${name}: not found`);
      if (['UNAUTHORIZED', 'DENIED'].includes(first.code)) throw new CliError(DENIED);
    }
    if (first instanceof UnexpectedAnswer) throw new CliError(`ERROR: ${name}: not found`);
    throw new CliError(`ERROR: ${(error as Error).message}`);
  }
}

const DENIED =
  'ERROR: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed';

/** Those of this machine, and those that the engine takes for insecure. */
async function isInsecure(cli: Cli, domain: string): Promise<boolean> {
  if (/^(?:localhost|127\.[\d.]+)(?::\d+)?$/.test(domain)) return true;
  const { RegistryConfig } = await cli.engine.json<InfoResponse>('GET', '/info');
  return RegistryConfig?.IndexConfigs[domain]?.Secure === false;
}
