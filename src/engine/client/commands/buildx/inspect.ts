/** `docker buildx inspect`. Models buildx commands/inspect.go. */
import type { PruneInfo, WorkerInfo } from '../../../api/buildkit.ts';
import { alignColumns } from '../../../base/go-tabwriter.ts';
import { bytesSize } from '../../../base/go-units.ts';
import { builderFor, workersOf } from '../../buildx/builder.ts';
import { lastActivity } from '../../buildx/local-state.ts';
import { goTime } from '../../buildx/usage.ts';
import { CliError } from '../../cli-error.ts';
import type { Action } from '../../command.ts';

export const inspectBuilder: Action = async (cli, invocation) => {
  const builder = await builderFor(cli, invocation, invocation.args[0], true);
  const activity = await lastActivity(cli, invocation.directory, builder.name);
  let lines: string[];
  try {
    const workers = await workersOf(builder);
    lines = [
      'Driver:\tdocker',
      ...(activity === undefined ? [] : [`Last Activity:\t${goTime(activity)}`]),
      '',
      'Nodes:',
      ...workers.map((one) => nodeLines(builder.name, one).join('\n')),
    ];
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    lines = ['Driver:\t', `Error:\t${error.message.replace(/^ERROR: /, '')}`];
  }
  await cli.out(alignColumns(`${[`Name:\t${builder.name}`, ...lines].join('\n')}\n`, 0, 1));
  return undefined;
};

function nodeLines(name: string, { Version, Platforms, Labels, GCPolicy }: WorkerInfo): string[] {
  const labels = Object.entries(Labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    `Name:\t${name}`,
    `Endpoint:\t${name}`,
    'Status:\trunning',
    `BuildKit version:\t${Version}`,
    `Platforms:\t${Platforms.join(', ')}`,
    ...(labels.length === 0 ? [] : ['Labels:', ...labels.map(([key, value]) => `\t${key}:\t${value}`)]),
    ...GCPolicy.flatMap((rule, i) => [`GC Policy rule#${i}:`, ...ruleLines(rule)]),
  ];
}

function ruleLines({ all, filter, keepDuration, ...space }: PruneInfo): string[] {
  const sizes: [string, number][] = [
    ['Reserved Space', space.reservedSpace],
    ['Max Used Space', space.maxUsedSpace],
    ['Min Free Space', space.minFreeSpace],
  ];
  return [
    `\tAll:\t${all}`,
    ...(filter === null ? [] : [`\tFilters:\t${filter.join(' ')}`]),
    ...(keepDuration === 0 ? [] : [`\tKeep Duration:\t${keepDuration / 3600e9}h0m0s`]),
    ...sizes.filter(([, size]) => size > 0).map(([name, size]) => `\t${name}:\t${bytesSize(size)}`),
  ];
}
