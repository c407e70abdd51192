/** `docker buildx du`. Models buildx commands/diskusage.go. */
import type { UsageInfo } from '../../../api/buildkit.ts';
import { alignToTabs } from '../../../base/go-tabwriter.ts';
import { humanSize } from '../../../base/go-units.ts';
import { builderFor, control } from '../../buildx/builder.ts';
import { goTime, lastUsed, selectionOf } from '../../buildx/usage.ts';
import type { Cli } from '../../cli.ts';
import { CliError } from '../../cli-error.ts';
import type { Action } from '../../command.ts';
import { formatList, type Headers, type Row } from '../../format/list.ts';
import { GoSlice } from '../../go-template/value.ts';

const HEADERS: Headers = {
  ID: 'ID',
  Parents: 'PARENTS',
  CreatedAt: 'CREATED AT',
  Mutable: 'MUTABLE',
  Reclaimable: 'RECLAIMABLE',
  Shared: 'SHARED',
  Size: 'SIZE',
  Description: 'DESCRIPTION',
  UsageCount: 'USAGE COUNT',
  LastUsedAt: 'LAST ACCESSED',
  Type: 'TYPE',
};
const TABLE = '{{.ID}}\t{{.Reclaimable}}\t{{.Size}}\t{{.LastUsedAt}}';
/** All of a record, what it lies on in a list of its own. */
const PRETTY = [
  'ID:           {{.ID}}',
  '{{- if .Parents}}\nParents:{{range .Parents}}\n - {{.}}{{end}}{{end}}',
  'Created at:   {{.CreatedAt}}',
  'Mutable:      {{.Mutable}}',
  'Reclaimable:  {{.Reclaimable}}',
  'Shared:       {{.Shared}}',
  'Size:         {{.Size}}',
  '{{- if .Description}}\nDescription:  {{.Description}}{{end}}',
  'Usage count:  {{.UsageCount}}',
  '{{- if .LastUsedAt}}\nLast used:    {{.LastUsedAt}}{{end}}',
  '{{- if .Type}}\nType:         {{.Type}}{{end}}\n',
].join('\n');

export const diskUsage: Action = async (cli, invocation) => {
  const { flags } = invocation;
  const asked = flags.string('format');
  if (asked !== '' && flags.bool('verbose'))
    throw new CliError('ERROR: --format and --verbose cannot be used together');
  const isPretty = flags.bool('verbose') || asked === 'pretty';
  const isTable = !isPretty && (asked === '' || asked.startsWith('table'));
  const given = flags.list('filter');
  const { filter } = selectionOf(given);
  const builder = await builderFor(cli, invocation);
  const records = await control<UsageInfo[]>(builder, 'DiskUsage', { filter }).catch((error: unknown) => {
    if (!(error instanceof CliError)) throw error;
    throw new CliError(error.message.replace('ERROR: failed', 'ERROR: failed to call diskusage: failed'));
  });
  try {
    await cli.out(
      formatList(
        {
          type: '*commands.diskusageContext',
          headers: HEADERS,
          format: isPretty ? PRETTY : asked,
          table: TABLE,
        },
        records.map((record) => rowOf(cli, record, isTable)),
      ),
    );
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw new CliError(`ERROR: ${error.message}`);
  }
  if (given.length === 0 && (isPretty || asked === '' || asked === 'table')) await cli.out(summary(records));
  return undefined;
};

function rowOf(cli: Cli, record: UsageInfo, isTable: boolean): Row {
  const size = humanSize(record.Size);
  return {
    ID: isTable && record.Mutable ? `${record.ID}*` : record.ID,
    Parents: new GoSlice(record.Parents ?? [], '[]string', record.Parents === null),
    CreatedAt: goTime(record.CreatedAt),
    Mutable: record.Mutable,
    Reclaimable: !record.InUse,
    Shared: record.Shared,
    Size: isTable && record.Shared ? `${size}*` : size,
    Description: record.Description,
    UsageCount: record.UsageCount,
    LastUsedAt: lastUsed(cli, record),
    Type: record.RecordType,
  };
}

function summary(records: readonly UsageInfo[]): string {
  const sum = (list: readonly UsageInfo[]) => list.reduce((total, { Size }) => total + Size, 0);
  const total = sum(records);
  const shared = sum(records.filter(({ Shared }) => Shared));
  const lines = [
    ...(shared > 0 ? [`Shared:\t${humanSize(shared)}`, `Private:\t${humanSize(total - shared)}`] : []),
    `Reclaimable:\t${humanSize(sum(records.filter(({ InUse }) => !InUse)))}`,
    `Total:\t${humanSize(total)}`,
  ];
  return alignToTabs(`${lines.join('\n')}\n`);
}
