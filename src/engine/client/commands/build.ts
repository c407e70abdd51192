/** `docker build`: what `docker buildx build` does with the default builder. Models buildx commands/build.go. */
import {
  type BuildMessage,
  CHECK_ID,
  type CheckResult,
  FILES_ID,
  IMAGE_ID,
  type SentFiles,
  type SolveStatus,
  type SourceExcerpt,
  TRACE_ID,
  type VertexWarning,
} from '../../api/build.ts';
import { REQUEST_ID, type RequestAnswer } from '../../api/build-requests.ts';
import type { ByteReader } from '../../base/byte-stream.ts';
import { encode } from '../../base/bytes.ts';
import { marshal } from '../../base/go-json.ts';
import { quote } from '../../base/go-quote.ts';
import { InvalidReference, parseNormalizedNamed } from '../../oci/reference.ts';
import { newBuildId } from '../../userland/lib/build-id.ts';
import { namedContexts } from '../buildx/build-contexts.ts';
import { builderFor } from '../buildx/builder.ts';
import { type CacheEntry, importable, isInline, parseCacheEntries } from '../buildx/cache-entries.ts';
import { calledFunction } from '../buildx/call.ts';
import { type CallResult, showCallResult } from '../buildx/call-result.ts';
import { prepareContext } from '../buildx/context.ts';
import { type Display, openDisplay } from '../buildx/display.ts';
import { extraHosts } from '../buildx/extra-hosts.ts';
import { rememberBuild } from '../buildx/local-state.ts';
import { writeMetadata } from '../buildx/metadata.ts';
import { openBuilder } from '../buildx/open-builder.ts';
import {
  forDockerDriver,
  isPushed,
  type Output,
  openOutputs,
  parseOutputs,
  withShorthands,
} from '../buildx/outputs.ts';
import { pushWithEngine } from '../buildx/push-with-engine.ts';
import { Receiver } from '../buildx/receive.ts';
import { excerptText, warningsText } from '../buildx/report.ts';
import { parseSecrets, readSecrets } from '../buildx/secrets.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { Action, Invocation } from '../command.ts';
import { DEPARTURES } from '../fidelity/departures.ts';
import { goText } from '../files/go-file.ts';
import type { ParsedFlags } from '../flags/parsed.ts';
import { jsonLines } from '../json-lines.ts';
import { parseUlimit } from '../parse/ulimit.ts';
import { assignments, registries } from './build-request.ts';

export const build: Action = async (cli, invocation) => {
  const { flags, args, debug } = invocation;
  const progress = flags.string('progress');
  if (flags.bool('quiet') && !['', 'auto', 'quiet', 'none'].includes(progress))
    throw new CliError(`ERROR: progress=${progress} and quiet cannot be used together`);
  refuseUnmodelled(flags);
  const asked = parseOutputs(flags.list('output'));
  const idFile = flags.string('iidfile');
  if (idFile !== '' && asked.some(({ type }) => type === 'local' || type === 'tar'))
    throw new CliError('ERROR: local and tar exporters are incompatible with image ID file');
  const askedSecrets = parseSecrets(flags.list('secret'));
  const cacheFrom = parseCacheEntries(flags.list('cache-from'));
  const cacheTo = parseCacheEntries(flags.list('cache-to'));
  const call = calledFunction(flags);
  if (flags.bool('squash')) await cli.err(SQUASH);
  if (flags.changed('isolation')) await cli.err('WARNING: isolation flag is deprecated with BuildKit.\n');
  if (flags.changed('security-opt'))
    await cli.err(
      'WARNING: security-opt flag is deprecated. "RUN --security=insecure" should be used with BuildKit.\n',
    );
  const opened = await openOutputs(cli, asked);
  const all = withShorthands(opened, flags.bool('push'), flags.bool('load'));
  for (const pair of [...flags.list('build-arg'), ...flags.list('label')])
    if (pair.startsWith('=')) throw new CliError(`ERROR: invalid key-value pair ${quote(pair)}: empty key`);
  const buildArgs = buildArgsOf(cli, invocation);
  const cacheInline = isInline(cacheTo, buildArgs);
  const tags = flags.list('tag');
  for (const tag of tags) checkTag(tag);
  const outputs = forDockerDriver(all, tags);
  if (call !== undefined && outputs.some(({ type }) => type === 'moby'))
    throw new CliError('ERROR: docker build: an image of what --call answers is not modelled in Drydock yet');
  if (flags.bool('no-cache') && flags.list('no-cache-filter').length > 0)
    throw new CliError(
      'ERROR: failed to build: --no-cache and --no-cache-filter cannot currently be used together',
    );
  const builder = await builderFor(cli, invocation);
  await openBuilder(cli, invocation.directory);
  const beside = await namedContexts(cli, flags.list('build-context'));
  const context = await prepareContext(cli, args[0]!, flags.string('file'), beside);
  const mode = flags.bool('quiet') ? 'quiet' : progress;
  const ref = newBuildId(cli.sys);
  const isPiped = args[0] === '-' || flags.string('file') === '-';
  if (call === undefined)
    await rememberBuild(cli, invocation.directory, builder.name, ref, {
      context: args[0]!,
      file: flags.string('file'),
    });

  const hosts = await extraHosts(builder, flags.list('add-host'));
  const secrets = await readSecrets(cli, askedSecrets);
  const imports = await importable(cli, cacheFrom);
  const display = await openDisplay(cli, mode);
  const response = await cli.engine.request('POST', '/build', {
    query: {
      ...(await queryOf(cli, invocation, secrets)),
      extrahosts: hosts,
      buildid: ref,
      contexts: beside.length === 0 ? undefined : marshal(beside.map(({ name, image }) => ({ name, image }))),
      call: call?.name,
      cacheimports: imports.entries.length === 0 ? undefined : entriesQuery(imports.entries),
      cacheinline: cacheInline ? '1' : undefined,
      ...(all.length === 0 && call === undefined ? { t: tags } : { outputs: entriesQuery(outputs) }),
      remote: context.remote || undefined,
      session: context.sharedKey,
      dockerfile: context.dockerfile,
      dockerfilekey: isPiped && context.remote === 'client-session' ? 'dockerfile' : undefined,
    },
    headers: { 'Content-Type': 'application/x-tar', 'X-Registry-Config': await registries(cli, invocation) },
    ...(context.body === undefined ? {} : { rawBody: context.body }),
  });
  const made = await follow(cli, response.body, outputs, display);
  let { failure } = made;
  if (failure === undefined && call === undefined)
    failure = await failureOf(() => pushAll(cli, invocation, outputs, (status) => display.update(status)));
  await display.end();
  for (const warning of imports.warnings) await cli.err(warning);
  if (mode !== 'quiet' && mode !== 'rawjson') await cli.err(warningsText(made.warnings, debug));
  if (made.excerpt !== undefined) await cli.err(excerptText(made.excerpt));
  if (failure !== undefined) throw failure;
  // Who has written an archive to standard output has closed it; only some of the tables find that out.
  const isClosed = outputs.some(({ place }) => place?.kind === 'stdout');
  if (mode === 'quiet' && !isClosed) await cli.out(`${made.id}\n`);
  const metadataFile = flags.string('metadata-file');
  if (metadataFile !== '' && call === undefined)
    await writeMetadata(cli, builder, metadataFile, { id: made.id, ref, tags });
  if (call !== undefined && made.called !== undefined) {
    if (isClosed) {
      if (call.format === 'json' || call.name === 'outline' || call.name === 'lint') return undefined;
      throw new CliError('ERROR: write /dev/stdout: file already closed');
    }
    return showCallResult(cli, call, made.called, context.shownAs);
  }
  if (idFile !== '')
    await cli.writeFile(idFile, encode(made.id), 0o644).catch((error: unknown) => {
      throw new CliError(`ERROR: writing image ID file: open ${idFile}: ${goText(error)}`);
    });
  return undefined;
};

/** What has come of a build. */
interface Made {
  /** Of the image; empty where none was asked for. */
  id: string;
  called?: CallResult;
  warnings: VertexWarning[];
  failure?: CliError;
  /** The lines that it failed for. */
  excerpt?: SourceExcerpt;
}

/** Shows what the engine tells of a build until it is over, and takes what it sends of the result. */
async function follow(
  cli: Cli,
  body: ByteReader,
  outputs: readonly Output[],
  display: Display,
): Promise<Made> {
  const made: Made = { id: '', warnings: [] };
  const receiver = new Receiver(cli, outputs);
  for await (const { id, aux, errorDetail } of jsonLines<BuildMessage>(body)) {
    if (id === TRACE_ID) {
      const status = aux as SolveStatus;
      made.warnings.push(...(status.warnings ?? []));
      await display.update(status);
    } else if (id === FILES_ID) await receiver.take(aux as SentFiles);
    else if (id === CHECK_ID) made.called = { found: aux as CheckResult };
    else if (id === REQUEST_ID) made.called = { json: (aux as RequestAnswer)['result.json'] };
    else if (id === IMAGE_ID) made.id = (aux as { ID: string }).ID;
    else if (errorDetail !== undefined) {
      made.failure = new CliError(`ERROR: failed to build: failed to solve: ${errorDetail.message}`);
      if (errorDetail.source !== undefined) made.excerpt = errorDetail.source;
    }
  }
  const failure = await failureOf(() => receiver.end());
  if (failure !== undefined) made.failure ??= failure;
  return made;
}

/** Has the engine push the images that are to be. */
async function pushAll(
  cli: Cli,
  invocation: Invocation,
  outputs: readonly Output[],
  tell: Display['update'],
): Promise<void> {
  for (const { type, attributes } of outputs)
    if (type === 'moby' && isPushed(attributes))
      for (const name of attributes['name']!.split(',')) await pushWithEngine(cli, invocation, name, tell);
}

/** What `body` fails with. */
async function failureOf(body: () => Promise<void>): Promise<CliError | undefined> {
  try {
    await body();
    return undefined;
  } catch (error) {
    if (error instanceof CliError) return error;
    throw error;
  }
}

const SQUASH =
  'WARNING: experimental flag squash is removed with BuildKit. You should squash inside build using a multi-stage Dockerfile for efficiency.\n';

function checkTag(tag: string): void {
  try {
    parseNormalizedNamed(tag);
  } catch (error) {
    if (!(error instanceof InvalidReference)) throw error;
    // buildx has a version of the library that says less.
    const [why = ''] = error.message.replace(/^invalid reference format: (?=repository)/, '').split(' (');
    const short =
      tag === ''
        ? 'repository name must have at least one component'
        : why.startsWith('repository name')
          ? 'repository name must be lowercase'
          : error.message;
    throw new CliError(`ERROR: failed to build: invalid tag "${tag}": ${short}`);
  }
}

/** The environment may say what time the image is to bear. */
function buildArgsOf(cli: Cli, { flags }: Invocation): Record<string, string> {
  const given = assignments(cli, flags.list('build-arg'), undefined);
  const epoch = cli.env('SOURCE_DATE_EPOCH');
  return epoch ? { SOURCE_DATE_EPOCH: epoch, ...given } : given;
}

async function queryOf(cli: Cli, invocation: Invocation, secrets: Record<string, string>) {
  const { flags } = invocation;
  const limits = flags.list('ulimit').map(parseUlimit);
  return {
    version: '2',
    buildargs: json(buildArgsOf(cli, invocation)),
    labels: json(assignments(cli, flags.list('label'), '')),
    target: flags.string('target') || undefined,
    platform: flags.list('platform').join(',') || undefined,
    networkmode: flags.string('network') === 'default' ? undefined : flags.string('network'),
    nocache: flags.bool('no-cache') ? '1' : undefined,
    nocachefilter: flags.list('no-cache-filter'),
    pull: flags.bool('pull') ? '1' : undefined,
    secrets: json(secrets),
    cgroupparent: flags.string('cgroup-parent') || undefined,
    shmsize: flags.int('shm-size') > 0 ? String(flags.int('shm-size')) : undefined,
    ulimits: limits.length === 0 ? undefined : marshal(limits),
  };
}

const entriesQuery = (entries: readonly (Output | CacheEntry)[]): string =>
  marshal(entries.map(({ type, attributes }) => ({ Type: type, Attrs: attributes })));

const json = (map: Record<string, string>): string | undefined =>
  Object.keys(map).length === 0 ? undefined : marshal(map);

/** Refuses what would otherwise be passed over in silence. */
function refuseUnmodelled(flags: ParsedFlags): void {
  const refuse = (what: string) =>
    new CliError(`ERROR: docker build: ${what} is not modelled in Drydock yet`);
  const network = flags.string('network');
  if (!['default', 'none', 'host'].includes(network))
    throw new CliError(
      `ERROR: failed to build: network mode "${network}" not supported by buildkit - you can define a custom network for your builder using the network driver-opt in buildx create`,
    );
  for (const name of DEPARTURES['docker build']?.absent ?? [])
    if (flags.changed(name)) throw refuse(`--${name}`);
}
