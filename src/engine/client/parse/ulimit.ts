/** `--ulimit type=soft[:hard]`. Models docker/go-units `ulimit.go`. */
export interface Ulimit {
  Name: string;
  Hard: number;
  Soft: number;
}

const NAMES = [
  'core',
  'cpu',
  'data',
  'fsize',
  'locks',
  'memlock',
  'msgqueue',
  'nice',
  'nofile',
  'nproc',
  'rss',
  'rtprio',
  'rttime',
  'sigpending',
  'stack',
];

export function parseUlimit(text: string): Ulimit {
  const equals = text.indexOf('=');
  if (equals < 0) throw new Error(`invalid ulimit argument: ${text}`);
  const name = text.slice(0, equals);
  const value = text.slice(equals + 1);
  if (!NAMES.includes(name)) throw new Error(`invalid ulimit type: ${name}`);
  const parts = value.split(':');
  if (parts.length > 2)
    throw new Error(`too many limit value arguments - ${value}, can only have up to two, \`soft[:hard]\``);
  // The hard limit is read first, and told of first.
  const hard = parts[1] === undefined ? undefined : number(parts[1]);
  const soft = number(parts[0]!);
  if (hard === undefined) return { Name: name, Hard: soft, Soft: soft };
  if (hard !== -1) {
    if (soft === -1)
      throw new Error(
        `ulimit soft limit must be less than or equal to hard limit: soft: -1 (unlimited), hard: ${hard}`,
      );
    if (soft > hard)
      throw new Error(`ulimit soft limit must be less than or equal to hard limit: ${soft} > ${hard}`);
  }
  return { Name: name, Hard: hard, Soft: soft };
}

function number(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw new Error(`strconv.ParseInt: parsing "${text}": invalid syntax`);
  return Number(text);
}
