/** `docker buildx history inspect`. Models buildx commands/history/inspect.go. */
import type { SolveStatus } from '../../../api/build.ts';
import type { BuildRecord } from '../../../api/buildkit.ts';
import { decode, encode } from '../../../base/bytes.ts';
import { marshal } from '../../../base/go-json.ts';
import { alignToTabs } from '../../../base/go-tabwriter.ts';
import { decodeBase64, encodeBase64 } from '../../../userland/lib/base64.ts';
import { type Builder, builderFor, control } from '../../buildx/builder.ts';
import { type LocalState, stateOf } from '../../buildx/local-state.ts';
import { buildName, recordOf, shortDuration } from '../../buildx/records.ts';
import { excerptText } from '../../buildx/report.ts';
import type { Cli } from '../../cli.ts';
import { CliError } from '../../cli-error.ts';
import type { Action } from '../../command.ts';
import { parseJson } from '../../format/json.ts';
import { GO_FUNCTIONS } from '../../go-template/functions.ts';
import { Template } from '../../go-template/template.ts';
import { GoMap, GoNil, GoStruct } from '../../go-template/value.ts';

export const inspectRecord: Action = async (cli, invocation) => {
  const builder = await builderFor(cli, invocation);
  const record = await recordOf(builder, invocation.args[0]);
  const state = await stateOf(cli, invocation.directory, builder.name, record.Ref);
  const found = await describe(cli, builder, record, state);
  const format = invocation.flags.string('format');
  if (format === 'pretty') {
    await cli.out(pretty(builder, record, found, invocation.debug));
    return undefined;
  }
  const json = marshal(found);
  if (format === 'json') {
    await cli.out(`${JSON.stringify(JSON.parse(json), null, 2)}\n`);
    return undefined;
  }
  const template = attempt('parse', () => new Template(format, 'inspect', GO_FUNCTIONS));
  const config = struct('history.configOutput', NO_CONFIG, found.Config);
  const value = struct('history.inspectOutput', NOTHING, found);
  const fields = new Map(value.fields).set('Config', config);
  if (found.Error === undefined) fields.set('Error', new GoNil('*history.errorOutput'));
  if (found.CompletedAt === undefined) fields.set('CompletedAt', new GoNil('*time.Time'));
  await cli.out(`${attempt('execute', () => template.execute(new GoStruct(value.type, fields)))}\n`);
  return undefined;
};

/** A struct of Go's from what would be its JSON, over what its fields hold otherwise. */
function struct(type: string, otherwise: object, members: object): GoStruct {
  const known = Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
  const value = parseJson(marshal({ ...otherwise, ...known }));
  return new GoStruct(type, value instanceof GoMap ? value.entries : new Map());
}

function attempt<T>(step: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new CliError(`ERROR: failed to ${step} format template: ${(error as Error).message}`);
  }
}

/** What the fields of history.inspectOutput hold where nothing is known. */
const NOTHING = {
  Name: '',
  Context: '',
  Dockerfile: '',
  VCSRepository: '',
  VCSRevision: '',
  Target: '',
  Platform: [],
  KeepGitDir: false,
  NamedContexts: [],
  BuildArgs: [],
  Labels: [],
  Materials: [],
  Attachments: [],
  Errors: [],
};

const NO_CONFIG = {
  Network: '',
  ExtraHosts: [],
  Hostname: '',
  CgroupParent: '',
  ImageResolveMode: '',
  MultiPlatform: false,
  NoCache: false,
  NoCacheFilter: [],
  ShmSize: '',
  Ulimit: '',
  CacheMountNS: '',
  DockerfileCheckConfig: '',
  SourceDateEpoch: '',
  SandboxHostname: '',
  RestRaw: [],
};

/** Of what a build has become, an image's configuration is in `docker image inspect`; nothing else is kept. */
export const inspectAttachment: Action = async (_cli, { flags, args }) => {
  if (args[1] === undefined && flags.string('type') === '' && flags.string('platform') === '')
    throw new CliError('ERROR: at least one of --type, --platform or DIGEST must be specified');
  throw new CliError('ERROR: docker buildx history inspect attachment is not modelled in Drydock yet');
};

interface Named {
  Name: string;
  Value: string;
}

/** What is known of a build, in the order in which it is written. */
async function describe(cli: Cli, builder: Builder, record: BuildRecord, state: LocalState | undefined) {
  const attributes = record.FrontendAttrs;
  const named = (prefix: string): Named[] | undefined => {
    const all = Object.entries(attributes)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, Value]) => ({ Name: name.slice(prefix.length), Value }))
      .sort((a, b) => (a.Name < b.Name ? -1 : 1));
    return all.length === 0 ? undefined : all;
  };
  const context =
    state === undefined ? (attributes['context'] ?? '') : below(await cli.cwd(), state.LocalPath);
  const file = state === undefined ? '' : below(state.LocalPath, state.DockerfilePath);
  const failure = record.Error;
  return {
    Name: buildName(record, state) || undefined,
    Ref: record.Ref,
    Context: context || undefined,
    Dockerfile: file || attributes['filename'] || undefined,
    Target: attributes['target'],
    Platform: attributes['platform']?.split(','),
    StartedAt: record.CreatedAt,
    CompletedAt: record.CompletedAt ?? undefined,
    Duration: record.Duration,
    Status: record.CompletedAt === null ? 'running' : failure === undefined ? 'completed' : 'failed',
    Error:
      failure === undefined
        ? undefined
        : {
            Code: failure.Code,
            Message: failure.Message,
            ...(await failedStep(builder, record)),
            ...(failure.Source ? { Sources: base64(`${excerptText(failure.Source)}\n`) } : {}),
            // Where in BuildKit's code it was is not known.
            Stack: base64(`${failure.Message}\n`),
          },
    NumCompletedSteps: record.NumCompletedSteps,
    NumTotalSteps: record.NumTotalSteps,
    NumCachedSteps: record.NumCachedSteps,
    BuildArgs: named('build-arg:'),
    Labels: named('label:'),
    Config: {
      Network: attributes['force-network-mode'],
      ExtraHosts: attributes['add-hosts']?.split(','),
      ImageResolveMode: attributes['image-resolve-mode'],
      NoCache: attributes['no-cache'] === '' ? true : undefined,
      SourceDateEpoch: attributes['build-arg:SOURCE_DATE_EPOCH'] || undefined,
      RestRaw: named('dockerfilekey')?.map(({ Value }) => ({ Name: 'dockerfilekey', Value })),
    },
    Materials:
      record.Materials === null || record.Materials.length === 0
        ? undefined
        : record.Materials.map(({ URI, Digest }) => ({ URI, Digests: [Digest] })),
    Attachments: record.Attachments.length === 0 ? undefined : record.Attachments,
  };
}

type Description = Awaited<ReturnType<typeof describe>>;

const base64 = (text: string): string => encodeBase64(encode(text));

/** A path as it is seen from a directory, where it is within. */
function below(directory: string, path: string): string {
  if (path === directory) return '.';
  return path.startsWith(`${directory}/`) ? path.slice(directory.length + 1) : path;
}

/** The step that failed, and the last lines of what it printed. */
async function failedStep(
  builder: Builder,
  { Ref, Error: failure }: BuildRecord,
): Promise<{ Name?: string | undefined; Logs?: string[] }> {
  if (failure?.Vertex === undefined || failure.Source === undefined) return {};
  const statuses = await control<SolveStatus[]>(builder, 'Status', { ref: Ref });
  const name = statuses
    .flatMap(({ vertexes = [] }) => vertexes)
    .find(({ digest }) => digest === failure.Vertex)?.name;
  const text = statuses
    .flatMap(({ logs = [] }) => logs)
    .filter(({ vertex }) => vertex === failure.Vertex)
    .map(({ data }) => decode(decodeBase64(encode(data), true).bytes))
    .join('');
  const lines = text.split('\n').filter(Boolean).slice(-16);
  return { Name: name, ...(lines.length === 0 ? {} : { Logs: lines }) };
}

function pretty(builder: Builder, record: BuildRecord, found: Description, debug: boolean): string {
  const block = (rows: readonly (readonly [string, string | undefined])[]) =>
    `${alignToTabs(
      rows
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => `${name}:\t${value}\n`)
        .join(''),
    )}\n`;
  const table = (title: string, rows: readonly Named[] = []) =>
    rows.length === 0
      ? ''
      : `${alignToTabs(`${title}\tVALUE\n${rows.map(({ Name, Value }) => `${Name}\t${Value}\n`).join('')}`)}\n`;
  const { Config: config, Error: failure } = found;
  const share = ((found.NumCachedSteps / found.NumTotalSteps) * 100).toFixed(0);
  const running = found.Status === 'running' ? ' (running)' : '';
  let out = block([
    ['Name', found.Name],
    ['Ref', found.Ref],
    ['Context', found.Context],
    ['Dockerfile', found.Dockerfile],
    ['Target', found.Target],
    ['Platforms', found.Platform?.join(', ')],
  ]);
  out += block([
    ['Started', found.StartedAt.slice(0, 19).replace('T', ' ')],
    ['Duration', `${shortDuration(found.Duration)}${running}`],
    ['Error', failure === undefined ? undefined : `Unknown ${failure.Message}`],
    ['Build Steps', `${found.NumCompletedSteps}/${found.NumTotalSteps} (${share}% cached)`],
  ]);
  out += block([
    ['Network', config.Network],
    ['Extra Hosts', config.ExtraHosts?.join(', ')],
    ['Image Resolve Mode', config.ImageResolveMode],
    ['No Cache', config.NoCache === undefined ? undefined : String(config.NoCache)],
    ['Source Date Epoch', config.SourceDateEpoch],
    ...(config.RestRaw ?? []).map(({ Name, Value }): [string, string] => [Name, Value]),
  ]);
  out += table('BUILD ARG', found.BuildArgs) + table('LABEL', found.Labels);
  if (found.Materials !== undefined) {
    const rows = found.Materials.map(({ URI, Digests }) => `${URI}\t${Digests.join(', ')}\n`);
    out += `Materials:\n${alignToTabs(`URI\tDIGEST\n${rows.join('')}`)}\n`;
  }
  if (found.Attachments !== undefined) {
    const rows = found.Attachments.map(({ Digest, Type }) => `${Digest}\t\t${Type}\n`);
    out += `Attachments:\n${alignToTabs(`DIGEST\tPLATFORM\tTYPE\n${rows.join('')}`)}\n`;
  }
  if (failure !== undefined) {
    if (record.Error?.Source) out += `${excerptText(record.Error.Source)}\n`;
    if (failure.Logs !== undefined)
      out += `Logs:\n> => ${failure.Name}:\n${failure.Logs.map((line) => `> ${line}\n`).join('')}\n`;
    out += debug ? `\n${failure.Message}\n\n` : 'Enable --debug to see stack traces for error\n';
  }
  out += `Print build logs: docker buildx history logs ${found.Ref}\n`;
  const path = `${builder.name}/${builder.name}/${found.Ref}`;
  return `${out}View build in Docker Desktop: docker-desktop://dashboard/build/${path}\n`;
}
