/** `docker buildx ls`. Models buildx commands/ls.go. */
import type { PruneInfo, WorkerInfo } from '../../../api/buildkit.ts';
import { allBuilders, type Builder, workersOf } from '../../buildx/builder.ts';
import { lastActivity } from '../../buildx/local-state.ts';
import { CliError } from '../../cli-error.ts';
import type { Action } from '../../command.ts';
import { parseJson } from '../../format/json.ts';
import { formatList, type Headers, type Row } from '../../format/list.ts';

const HEADERS: Headers = {
  Name: 'NAME/NODE',
  DriverEndpoint: 'DRIVER/ENDPOINT',
  LastActivity: 'LAST ACTIVITY',
  Status: 'STATUS',
  Buildkit: 'BUILDKIT',
  Platforms: 'PLATFORMS',
};
const TABLE = '{{.Name}}\t{{.DriverEndpoint}}\t{{.Status}}\t{{.Buildkit}}\t{{.Platforms}}';

export const listBuilders: Action = async (cli, invocation) => {
  const { flags } = invocation;
  const format = flags.string('format');
  const isTable = format === '' || format.startsWith('table');
  const isJson = format === 'json' || format === '{{json .}}';
  const found: Row[][] = [];
  const failed: Row[][] = [];
  const complaints: string[] = [];
  for (const builder of await allBuilders(cli, invocation)) {
    const { name, isCurrent } = builder;
    const activity = (await lastActivity(cli, invocation.directory, name)) ?? '';
    const shown = isCurrent && isTable ? `${name}*` : name;
    try {
      const workers = await workersOf(builder);
      const own = isJson
        ? asJson(builder, isCurrent, activity, workers)
        : { ...row(shown, 'docker'), LastActivity: activity };
      const nodes = workers.map((worker) => nodeRow(name, worker, isTable, !flags.bool('no-trunc')));
      found.push(isJson ? [own] : [own, ...nodes]);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      const why = error.message.replace(/^ERROR: /, '');
      complaints.push(`Cannot load builder ${name}: ${why}\n`);
      failed.push([
        isJson
          ? asJson(builder, isCurrent, activity, [], why)
          : { ...row(shown, ''), Status: 'error', Error: why },
      ]);
    }
  }
  const rows = [...found, ...failed].flat();
  try {
    await cli.out(formatList({ type: '*commands.lsContext', headers: HEADERS, format, table: TABLE }, rows));
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw new CliError(`ERROR: ${error.message}`);
  }
  if (isTable && complaints.length > 0) await cli.err(`\n${complaints.join('')}`);
  return undefined;
};

const row = (name: string, driver: string): Row => ({
  Name: name,
  DriverEndpoint: driver,
  LastActivity: '',
  Status: '',
  Buildkit: '',
  Platforms: '',
  Error: '',
});

function nodeRow(name: string, worker: WorkerInfo, isTable: boolean, isShort: boolean): Row {
  const shown = isTable ? ` \\_ ${name}` : name;
  return {
    ...row(shown, shown),
    Status: 'running',
    Buildkit: worker.Version,
    Platforms: isTable && isShort ? shortened(worker.Platforms) : worker.Platforms.join(', '),
  };
}

/** Variants of a platform are counted. */
function shortened(platforms: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const platform of platforms) {
    const base = platform.split('/').slice(0, 2).join('/');
    counts.set(base, (counts.get(base) ?? 0) + 1);
  }
  return [...counts].map(([base, count]) => (count === 1 ? base : `${base} (+${count})`)).join(', ');
}

function asJson(
  { name }: Builder,
  isCurrent: boolean,
  activity: string,
  workers: readonly WorkerInfo[],
  why?: string,
): Row {
  const nodes = workers.map(({ ID, Labels, Platforms, GCPolicy, Version }) => ({
    Endpoint: name,
    GCPolicy: GCPolicy.map(ruleInJson),
    IDs: [ID],
    Labels,
    Name: name,
    Platforms,
    Status: 'running',
    Version,
  }));
  const fields: Record<string, unknown> = {
    Current: isCurrent,
    Driver: why === undefined ? 'docker' : '',
    Dynamic: false,
    ...(why === undefined ? {} : { Err: why }),
    ...(activity === '' ? {} : { LastActivity: activity }),
    Name: name,
    Nodes: nodes,
  };
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [key, parseJson(JSON.stringify(value))]),
  );
}

const ruleInJson = ({ all, filter, keepDuration, maxUsedSpace, minFreeSpace, reservedSpace }: PruneInfo) => ({
  all,
  filter,
  keepDuration,
  maxUsedSpace,
  minFreeSpace,
  reservedSpace,
});
