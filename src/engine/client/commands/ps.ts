/** `docker ps`. Models docker/cli `cli/command/container/list.go` and `formatter/container.go`. */
import type { ContainerSummary } from '../../api/containers.ts';
import { quote } from '../../base/go-quote.ts';
import { humanSize } from '../../base/go-units.ts';
import { familiarString, parseNormalizedNamed } from '../../oci/reference.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { Action } from '../command.ts';
import { ellipsis, joinLabels, shortId } from '../format/identifiers.ts';
import { formatList, type Headers, type Row } from '../format/list.ts';
import { displayPorts } from '../format/ports.ts';
import { ago, unixTime } from '../format/time.ts';
import { Template, TemplateSyntaxError } from '../go-template/template.ts';
import { type GoMethod, GoNil, GoStruct } from '../go-template/value.ts';
import { filtersOf } from './filters.ts';

const TYPE = '*formatter.ContainerContext';
const TABLE = '{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}';

export const HEADERS: Headers = {
  ID: 'CONTAINER ID',
  Names: 'NAMES',
  Image: 'IMAGE',
  Command: 'COMMAND',
  CreatedAt: 'CREATED AT',
  RunningFor: 'CREATED',
  Ports: 'PORTS',
  State: 'STATE',
  Status: 'STATUS',
  Size: 'SIZE',
  Labels: 'LABELS',
  Mounts: 'MOUNTS',
  LocalVolumes: 'LOCAL VOLUMES',
  Networks: 'NETWORKS',
  Platform: 'PLATFORM',
};

export const ps: Action = async (cli, { flags, config }) => {
  const quiet = flags.bool('quiet');
  let format = flags.string('format') || (config.formats['psFormat'] ?? '');
  const custom = format !== '' && format !== 'table' && format !== 'raw';
  if (quiet && flags.string('format') !== '')
    await cli.err('WARNING: Ignoring custom format, because both --format and --quiet are set.\n');
  let size = flags.bool('size');
  if (!flags.changed('size') && custom) size = templateAsks(format, ['Size']);
  if (format === 'raw') format = raw(quiet, size);
  else if (quiet) format = '{{.ID}}';
  else if (size && (format === '' || format === 'table')) format = `table ${TABLE}\t{{.Size}}`;
  const filters = filtersOf(flags.list('filter'));
  const last = flags.bool('latest') && !flags.changed('last') ? 1 : flags.int('last');
  const containers = await cli.engine.json<ContainerSummary[] | null>('GET', '/containers/json', {
    query: {
      all: flags.bool('all') ? '1' : undefined,
      limit: last > 0 ? String(last) : undefined,
      size: size ? '1' : undefined,
      filters: filters.empty ? undefined : filters.toJson(),
    },
  });
  const rows = (containers ?? []).map((container) => containerRow(cli, container, !flags.bool('no-trunc')));
  await cli.out(formatList({ type: TYPE, headers: HEADERS, format, table: TABLE }, rows));
  return undefined;
};

/** Whether a template shows one of these fields. Throws when it cannot be executed, before the engine is asked. */
function templateAsks(format: string, names: readonly string[]): boolean {
  if (format === 'json') return false;
  let asked = false;
  const ask = (name: string) => () => {
    if (names.includes(name)) asked = true;
    return '';
  };
  const methods = new Map<string, GoMethod>([['Label', { arity: 1, call: () => '' }]]);
  for (const name of Object.keys(HEADERS)) methods.set(name, { arity: 0, call: ask(name) });
  const probe = new GoStruct(TYPE, new Map(), methods, () => {
    asked = true;
    return '{}';
  });
  try {
    new Template(format).execute(probe);
  } catch (error) {
    if (error instanceof TemplateSyntaxError)
      throw new CliError(`failed to parse template: ${error.message}`);
    throw new CliError(`failed to execute template: ${(error as Error).message}`);
  }
  return asked;
}

const raw = (quiet: boolean, size: boolean) =>
  quiet
    ? 'container_id: {{.ID}}'
    : `container_id: {{.ID}}\nimage: {{.Image}}\ncommand: {{.Command}}\ncreated_at: {{.CreatedAt}}\nstate: {{- pad .State 1 0}}\nstatus: {{- pad .Status 1 0}}\nnames: {{.Names}}\nlabels: {{- pad .Labels 1 0}}\nports: {{- pad .Ports 1 0}}\n${size ? 'size: {{.Size}}\n' : ''}`;

/** A row of a list of containers. */
export function containerRow(cli: Cli, container: ContainerSummary, truncate: boolean): Row {
  const labels = container.Labels ?? {};
  const mounts = container.Mounts ?? [];
  return {
    ID: truncate ? shortId(container.Id) : container.Id,
    Names: names(container.Names, truncate),
    Image: image(container, truncate),
    Command: quote(truncate ? ellipsis(container.Command, 20) : container.Command),
    CreatedAt: unixTime(container.Created),
    RunningFor: ago(cli.now(), container.Created),
    Ports: displayPorts(container.Ports ?? []),
    State: container.State,
    Status: container.Status,
    Size: sizeText(container),
    Labels: joinLabels(labels),
    Label: (name) => labels[name] ?? '',
    Mounts: mounts
      .map((mount) => (mount.Name === undefined || mount.Name === '' ? mount.Source : mount.Name))
      .map((name) => (truncate ? ellipsis(name, 15) : name))
      .join(','),
    LocalVolumes: String(mounts.filter((mount) => mount.Driver === 'local').length),
    Networks: Object.keys(container.NetworkSettings?.Networks ?? {}).join(','),
    Platform: new GoNil('*v1.Platform'),
  };
}

function names(all: readonly string[], truncate: boolean): string {
  const bare = (all ?? []).map((name) => name.replace(/^\//, ''));
  if (!truncate) return bare.join(',');
  // A linked container has names of the form `other/alias` too.
  return bare.find((name) => !name.includes('/')) ?? bare.join(',');
}

function image(container: ContainerSummary, truncate: boolean): string {
  if (container.Image === '') return '<no image>';
  if (!truncate) return container.Image;
  const id = shortId(container.ImageID ?? '');
  if (id === shortId(container.Image)) return id;
  try {
    const reference = parseNormalizedNamed(container.Image);
    if (reference.tag !== undefined && reference.digest !== undefined)
      return familiarString({ ...reference, digest: undefined });
  } catch {
    // Not a reference: an id, shown as it is.
  }
  return container.Image;
}

function sizeText(container: ContainerSummary): string {
  const own = humanSize(container.SizeRw ?? 0, 3);
  const root = container.SizeRootFs ?? 0;
  return root > 0 ? `${own} (virtual ${humanSize(root, 3)})` : own;
}

/** For completion: names of containers. */
export async function containerNames(
  cli: Cli,
  all: boolean,
  accept?: (c: ContainerSummary) => boolean,
): Promise<string[]> {
  const list = await cli.engine.json<ContainerSummary[] | null>('GET', '/containers/json', {
    query: { all: all ? '1' : undefined },
  });
  return (list ?? []).filter((c) => accept?.(c) ?? true).map((c) => names(c.Names, true));
}
