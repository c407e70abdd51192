/** `docker images --tree`. Models docker/cli `cli/command/image/tree.go`. */
import type { ImageSummary } from '../../api/images.ts';
import { humanSize } from '../../base/go-units.ts';
import type { Cli } from '../cli.ts';
import { shortId } from '../format/identifiers.ts';

interface Column {
  readonly title: string;
  readonly width: number;
  readonly align: 'left' | 'right';
  readonly cell: (image: ImageSummary, colour: Colours) => [text: string, style: string];
}

/** Escape sequences; '' where the output is no terminal. The heading of columns has its own everywhere. */
interface Colours {
  readonly warning: string;
  readonly name: string;
  readonly untagged: string;
  readonly normal: string;
  readonly chip: string;
}

const PLAIN: Colours = { warning: '', name: '', untagged: '', normal: '', chip: '' };
const TERMINAL: Colours = {
  warning: '\x1b[93m',
  name: '\x1b[34m\x1b[1m',
  untagged: '\x1b[39m\x1b[2m',
  normal: '\x1b[39m',
  chip: '\x1b[38;5;0m\x1b[48;5;14m',
};
const HEADING = '\x1b[39m\x1b[1m';

const SPACING = '   ';
/** Columns go when the names would have less than this. */
const LEAST = 12;

const COLUMNS: readonly Column[] = [
  { title: 'ID', width: 12, align: 'left', cell: (image, c) => [shortId(image.Id), c.normal] },
  {
    title: 'DISK USAGE',
    width: 10,
    align: 'right',
    cell: (image, c) => [humanSize(image.Size, 3), c.normal],
  },
  // Of a store that keeps no compressed content the tree says 0B.
  { title: 'CONTENT SIZE', width: 12, align: 'right', cell: (_, c) => [humanSize(0, 3), c.normal] },
  {
    title: 'EXTRA',
    width: 5,
    align: 'left',
    cell: (image, c) => [image.Containers > 0 ? (c.chip === '' ? 'U' : ' U ') : '', c.chip],
  },
];

const styled = (text: string, style: string) =>
  style === '' || text === '' ? text : `${style}${text}\x1b[0m`;

/** The text of the tree; an image here is for one platform, so it has no branches. */
export async function imageTree(cli: Cli, images: readonly ImageSummary[], all: boolean): Promise<string> {
  const size = await cli.windowSize(1);
  const colours = cli.terminal.stdout ? TERMINAL : PLAIN;
  const width = Math.max(20, size?.columns || 80);
  const shown = images
    .filter((image) => all || (image.RepoTags ?? []).length > 0)
    .sort((a, b) => b.Created - a.Created);
  const { columns, nameWidth } = layout(width, shown);
  const padded = (text: string, style: string, to: number, align: 'left' | 'right') => {
    const fill = ' '.repeat(Math.max(0, to - text.length));
    return align === 'left' ? styled(text, style) + fill : fill + styled(text, style);
  };
  const heading = [{ title: 'IMAGE', width: nameWidth }, ...columns].map(({ title, width: to }, i, row) =>
    i === row.length - 1 ? styled(title, HEADING) : padded(title, HEADING, to, 'left'),
  );
  const lines = [
    styled(
      "WARNING: This is an experimental feature. The output may change and shouldn't be depended on.",
      colours.warning,
    ),
    legend(width, cli.terminal.stdout),
    '',
    heading.join(SPACING),
  ];
  for (const image of shown) {
    const tags = image.RepoTags ?? [];
    const names = tags.length > 0 ? tags : ['<untagged>'];
    const style = tags.length > 0 ? colours.name : colours.untagged;
    const fitting = names.map((name) =>
      name.length > nameWidth ? `${name.slice(0, nameWidth - 1)}…` : name,
    );
    lines.push(...fitting.slice(0, -1).map((name) => styled(name, style)));
    const cells = columns.map((column) => {
      const [text, cellStyle] = column.cell(image, colours);
      return padded(text, cellStyle, column.width, column.align);
    });
    lines.push([padded(fitting.at(-1)!, style, nameWidth, 'left'), ...cells].join(SPACING));
  }
  return `${lines.join('\n')}\n`;
}

function layout(
  width: number,
  images: readonly ImageSummary[],
): { columns: readonly Column[]; nameWidth: number } {
  let left = width;
  let count = 0;
  for (const column of COLUMNS) {
    const needs = column.width + SPACING.length;
    if (left - needs < LEAST) break;
    left -= needs;
    count++;
  }
  const names = images.flatMap((image) =>
    (image.RepoTags ?? []).length > 0 ? image.RepoTags! : ['<untagged>'],
  );
  const widest = Math.max('IMAGE'.length, ...names.map((name) => name.length));
  return { columns: COLUMNS.slice(0, count), nameWidth: Math.min(left, widest) };
}

/** What the mark in the last column means, at the right edge. */
function legend(width: number, terminal: boolean): string {
  const text = terminal
    ? '\x1b[1m\x1b[106m\x1b[30mi\x1b[0m\x1b[0m \x1b[96mInfo → \x1b[0m\x1b[0m \x1b[38;5;0m\x1b[48;5;14m U \x1b[0m In Use '
    : 'Info ->  U In Use ';
  const visible = terminal ? 21 : text.length;
  return ' '.repeat(Math.max(0, width - visible)) + text;
}
