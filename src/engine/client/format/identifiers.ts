/** Short forms of ids and texts. Models docker/cli `formatter/displayutils.go` and moby `stringid`. */

/** Twelve digits of an id, without its algorithm. */
export function shortId(id: string): string {
  const bare = id.slice(id.indexOf(':') + 1);
  return bare.length > 12 ? bare.slice(0, 12) : bare;
}

/** At most `width` characters, the last of them `…` when something was cut. */
export function ellipsis(text: string, width: number): string {
  const chars = [...text];
  if (chars.length <= width) return text;
  if (width <= 1) return chars.slice(0, width).join('');
  return `${chars.slice(0, width - 1).join('')}…`;
}

/** `a=1,b=2` by key. */
export function joinLabels(labels: Readonly<Record<string, string>> | null | undefined): string {
  return Object.entries(labels ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}
