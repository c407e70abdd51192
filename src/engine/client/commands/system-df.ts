/** `docker system df`. Models docker/cli `cli/command/formatter/disk_usage.go`. */
import type { ContainerSummary } from '../../api/containers.ts';
import type { DiskUsageResponse } from '../../api/disk-usage.ts';
import type { ImageSummary } from '../../api/images.ts';
import { humanSize } from '../../base/go-units.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { Action } from '../command.ts';
import { formatList, type Headers, type Row, rowValue, unescapeFormat } from '../format/list.ts';
import { Template } from '../go-template/template.ts';
import { GoSlice, GoStruct, type GoValue } from '../go-template/value.ts';
import { CACHE_HEADERS, cacheRows } from './build-cache-row.ts';
import { HEADERS as IMAGE_HEADERS, imageRow, named } from './images.ts';
import { HEADERS as CONTAINER_HEADERS, containerRow } from './ps.ts';
import { HEADERS as VOLUME_HEADERS, volumeRow } from './volume.ts';

const HEADERS: Headers = {
  Type: 'TYPE',
  TotalCount: 'TOTAL',
  Active: 'ACTIVE',
  Size: 'SIZE',
  Reclaimable: 'RECLAIMABLE',
};
const TABLE = '{{.Type}}\t{{.TotalCount}}\t{{.Active}}\t{{.Size}}\t{{.Reclaimable}}';

export const systemDf: Action = async (cli, { flags }) => {
  const usage = await cli.engine.json<DiskUsageResponse>('GET', '/system/df');
  const format = flags.string('format');
  if (flags.bool('verbose')) await cli.out(verbose(cli, usage, format));
  else
    await cli.out(
      formatList(
        { type: '*formatter.diskUsageImagesContext', headers: HEADERS, format, table: TABLE },
        summary(usage),
      ),
    );
  return undefined;
};

/** A row for each kind: how many there are, how many are in use, what they take, and what of it could be had back. */
function summary({ LayersSize, Images, Containers, Volumes, BuildCache }: DiskUsageResponse): Row[] {
  const used = Images.filter(({ Containers }) => Containers !== 0);
  const held = used.reduce(
    (sum, { Size, SharedSize }) => sum + (SharedSize === -1 ? 0 : Size - SharedSize),
    0,
  );
  const runs = ({ State }: ContainerSummary) => /running|paused|restarting/.test(State);
  const sizes = (list: readonly ContainerSummary[]) => list.reduce((sum, { SizeRw = 0 }) => sum + SizeRw, 0);
  const volumes = Volumes.map(({ UsageData }) => UsageData ?? { RefCount: 0, Size: 0 });
  const total = (list: readonly { Size: number }[]) =>
    list.reduce((sum, { Size }) => sum + Math.max(0, Size), 0);
  const unused = volumes.filter(({ RefCount }) => RefCount === 0);
  const idle = BuildCache.filter(({ InUse, Shared }) => !InUse && !Shared);
  return [
    row('Images', Images.length, used.length, LayersSize, LayersSize - held),
    row(
      'Containers',
      Containers.length,
      Containers.filter(runs).length,
      sizes(Containers),
      sizes(Containers.filter((one) => !runs(one))),
    ),
    row('Local Volumes', volumes.length, volumes.length - unused.length, total(volumes), total(unused)),
    {
      ...row(
        'Build Cache',
        BuildCache.length,
        BuildCache.filter(({ InUse }) => InUse).length,
        total(BuildCache),
        0,
      ),
      Reclaimable: humanSize(total(idle)),
    },
  ];
}

function row(type: string, count: number, active: number, size: number, reclaimable: number): Row {
  const share = size > 0 ? ` (${Math.trunc((reclaimable * 100) / size)}%)` : '';
  return {
    Type: type,
    TotalCount: String(count),
    Active: String(active),
    Size: humanSize(size),
    Reclaimable: `${humanSize(reclaimable)}${share}`,
  };
}

/** -v: everything by itself, in tables or as one value for a template. */
function verbose(cli: Cli, usage: DiskUsageResponse, format: string): string {
  const plain = format === '' || format === 'table';
  const images = usage.Images.map((image) => imageRow(cli, image, firstName(image), plain));
  // Of containers only what they have written themselves is shown.
  const containers = usage.Containers.map(({ SizeRootFs: _root, ...one }) => containerRow(cli, one, plain));
  const volumes = usage.Volumes.map(volumeRow);
  const cache = cacheRows(cli, usage.BuildCache, plain);
  if (!plain) {
    const rows = (type: string, list: readonly Row[]): GoValue =>
      new GoSlice(list.map((one) => rowValue(type, one)));
    const value = new GoStruct(
      '*formatter.diskUsageContext',
      new Map([
        ['Images', rows('*formatter.imageContext', images)],
        ['Containers', rows('*formatter.ContainerContext', containers)],
        ['Volumes', rows('*formatter.volumeContext', volumes)],
        ['BuildCache', rows('*formatter.buildCacheContext', cache)],
      ]),
    );
    try {
      return new Template(unescapeFormat(format === 'json' ? '{{json .}}' : format)).execute(value);
    } catch (error) {
      throw new CliError((error as Error).message);
    }
  }
  const table = (type: string, headers: Headers, columns: string, list: readonly Row[]) =>
    formatList({ type, headers, format: '', table: columns }, list);
  return [
    'Images space usage:\n',
    table(
      '*formatter.imageContext',
      IMAGE_HEADERS,
      '{{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}\t{{.SharedSize}}\t{{.UniqueSize}}\t{{.Containers}}',
      images,
    ),
    'Containers space usage:\n',
    table(
      '*formatter.ContainerContext',
      CONTAINER_HEADERS,
      '{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.LocalVolumes}}\t{{.Size}}\t{{.RunningFor}}\t{{.Status}}\t{{.Names}}',
      containers,
    ),
    'Local Volumes space usage:\n',
    table('*formatter.volumeContext', VOLUME_HEADERS, '{{.Name}}\t{{.Links}}\t{{.Size}}', volumes),
    `Build cache usage: ${humanSize(usage.BuildCache.reduce((sum, { Size }) => sum + Size, 0))}\n`,
    table(
      '*formatter.buildCacheContext',
      CACHE_HEADERS,
      '{{.ID}}\t{{.CacheType}}\t{{.Size}}\t{{.CreatedSince}}\t{{.LastUsedSince}}\t{{.UsageCount}}\t{{.Shared}}',
      cache,
    ),
  ].join('\n');
}

/** Of several tags the first is shown. */
function firstName({ RepoTags }: ImageSummary): { repository: string; tag: string; digest: string } {
  const reference = named(RepoTags?.[0] ?? '');
  return { repository: reference?.name ?? '<none>', tag: reference?.tag ?? '<none>', digest: '' };
}
