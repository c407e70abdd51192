/** `docker history`. Models docker/cli `cli/command/image/history.go` and `formatter_history.go`. */
import type { ImageHistoryItem } from '../../api/images.ts';
import { humanSize } from '../../base/go-units.ts';
import type { Action } from '../command.ts';
import { ellipsis, shortId } from '../format/identifiers.ts';
import { formatList, type Headers } from '../format/list.ts';
import { ago, rfc3339 } from '../format/time.ts';
import { imagePath } from './each.ts';
import { platformQuery } from './platform.ts';

const HEADERS: Headers = {
  ID: 'IMAGE',
  CreatedSince: 'CREATED',
  CreatedAt: 'CREATED AT',
  CreatedBy: 'CREATED BY',
  Size: 'SIZE',
  Comment: 'COMMENT',
};

export const history: Action = async (cli, { flags, args }) => {
  const steps = await cli.engine.json<ImageHistoryItem[] | null>(
    'GET',
    `/images/${imagePath(args[0]!)}/history`,
    {
      query: { platform: platformQuery(flags.string('platform'), 'invalid platform: ') },
    },
  );
  const human = flags.bool('human');
  const truncate = !flags.bool('no-trunc');
  let format = flags.string('format');
  if (format === '' || format === 'table') format = flags.bool('quiet') ? '{{.ID}}' : '';
  const table = `{{.ID}}\t${human ? '{{.CreatedSince}}' : '{{.CreatedAt}}'}\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}`;
  const rows = (steps ?? []).map((step) => {
    const by = step.CreatedBy.replaceAll('\t', ' ');
    return {
      ID: truncate ? shortId(step.Id) : step.Id,
      CreatedAt: rfc3339(step.Created),
      CreatedSince: human
        ? step.Created <= 0
          ? 'N/A'
          : ago(cli.now(), step.Created)
        : rfc3339(step.Created),
      CreatedBy: truncate ? ellipsis(by, 45) : by,
      Size: human ? humanSize(step.Size, 3) : String(step.Size),
      Comment: step.Comment,
    };
  });
  await cli.out(formatList({ type: '*image.historyContext', headers: HEADERS, format, table }, rows));
  return undefined;
};
