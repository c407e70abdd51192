/** `docker buildx history ls`, `logs` and `rm`. Models buildx commands/history. */
import type { SolveStatus } from '../../../api/build.ts';
import { parseRfc3339 } from '../../../base/calendar.ts';
import { marshal } from '../../../base/go-json.ts';
import { builderFor, control } from '../../buildx/builder.ts';
import { stateOf } from '../../buildx/local-state.ts';
import { PlainDisplay } from '../../buildx/plain-display.ts';
import {
  buildName,
  recordFilter,
  recordOf,
  recordsOf,
  shortDuration,
  statusOf,
} from '../../buildx/records.ts';
import { Trace } from '../../buildx/trace.ts';
import { CliError } from '../../cli-error.ts';
import type { Action } from '../../command.ts';
import { parseJson } from '../../format/json.ts';
import { formatList, type Headers, type Row } from '../../format/list.ts';
import { ago } from '../../format/time.ts';

const HEADERS: Headers = {
  Ref: 'BUILD ID',
  Name: 'NAME',
  Status: 'STATUS',
  CreatedAt: 'CREATED AT',
  Duration: 'DURATION',
  Link: '',
};
const TABLE = '{{.Ref}}\t{{.Name}}\t{{.Status}}\t{{.CreatedAt}}\t{{.Duration}}\t{{.Link}}';

export const listRecords: Action = async (cli, invocation) => {
  const { flags, directory } = invocation;
  const format = flags.string('format');
  const isTable = format === '' || format.startsWith('table');
  const isJson = format === 'json' || format === '{{json .}}';
  const builder = await builderFor(cli, invocation);
  if (flags.bool('local'))
    throw new CliError(
      'ERROR: could not find git repository for local filter: git is not modelled in Drydock',
    );
  const matches = recordFilter(cli, flags.list('filter'));
  const rows: Row[] = [];
  for (const record of (await recordsOf(builder)).filter(matches)) {
    const full = buildName(record, await stateOf(cli, directory, builder.name, record.Ref));
    const path = `${builder.name}/${builder.name}/${record.Ref}`;
    const name = isTable && !flags.bool('no-trunc') && full.length > 36 ? `..${full.slice(-34)}` : full;
    if (isJson) {
      const fields: Record<string, unknown> = {
        cached_steps: record.NumCachedSteps,
        ...(record.CompletedAt === null ? {} : { completed_at: record.CompletedAt }),
        completed_steps: record.NumCompletedSteps,
        created_at: record.CreatedAt,
        name,
        ref: path,
        status: statusOf(record),
        total_steps: record.NumTotalSteps,
      };
      rows.push(
        Object.fromEntries(
          Object.entries(fields).map(([key, value]) => [key, parseJson(JSON.stringify(value))]),
        ),
      );
      continue;
    }
    const url = `docker-desktop://dashboard/build/${path}`;
    rows.push({
      Ref: record.Ref,
      Name: name,
      Status: statusOf(record),
      CreatedAt: ago(cli.now(), (parseRfc3339(record.CreatedAt) ?? 0) / 1000),
      Duration: shortDuration(record.Duration),
      Link: !isTable ? url : cli.terminal.stdout ? `\x1b]8;;${url}\x1b\\Open\x1b]8;;\x1b\\` : '',
    });
  }
  try {
    await cli.out(formatList({ type: '*history.lsContext', headers: HEADERS, format, table: TABLE }, rows));
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw new CliError(`ERROR: ${error.message}`);
  }
  return undefined;
};

export const showLogs: Action = async (cli, invocation) => {
  const { flags, args } = invocation;
  const builder = await builderFor(cli, invocation);
  const record = await recordOf(builder, args[0]);
  const statuses = await control<SolveStatus[]>(builder, 'Status', { ref: record.Ref });
  const mode = flags.string('progress');
  switch (mode) {
    case 'rawjson':
      for (const status of statuses) await cli.err(`${marshal(status)}\n`);
      return undefined;
    case 'plain':
    case 'auto': {
      const trace = new Trace();
      const display = new PlainDisplay(trace, '', (text) => cli.err(text));
      for (const status of statuses) {
        trace.update(status);
        await display.refresh();
      }
      await cli.err(trace.failures());
      return undefined;
    }
    case 'tty':
      if (!cli.terminal.stderr)
        throw new CliError('ERROR: failed to get console: provided file is not a console');
      throw new CliError('ERROR: docker buildx history logs: --progress=tty is not modelled in Drydock yet');
    default:
      throw new CliError(`ERROR: invalid progress mode ${mode}`);
  }
};

export const removeRecords: Action = async (cli, invocation) => {
  const { flags, args } = invocation;
  const all = flags.bool('all');
  if (args.length === 0 && !all) throw new CliError('ERROR: rm requires at least one argument');
  if (args.length > 0 && all) throw new CliError('ERROR: rm requires either --all or at least one argument');
  const builder = await builderFor(cli, invocation);
  const refs = all
    ? (await recordsOf(builder)).filter(({ CompletedAt }) => CompletedAt !== null).map(({ Ref }) => Ref)
    : args;
  const failures: string[] = [];
  for (const ref of refs)
    await control(builder, 'UpdateBuildHistory', { ref }).catch((error: unknown) => {
      if (!(error instanceof CliError)) throw error;
      failures.push(error.message.replace(/^ERROR: /, ''));
    });
  if (failures.length > 0) throw new CliError(`ERROR: ${failures.join('\n')}`);
  return undefined;
};
