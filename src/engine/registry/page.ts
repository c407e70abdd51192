import { RegistryError } from './errors.ts';
import type { RegistryContext } from './route.ts';

/**
 * One page of a sorted list (distribution-spec, "Listing Tags"): at most `n` items that come after `last`. When there are
 * more, a Link header says where they are.
 */
export function page(
  { query, request }: RegistryContext,
  all: readonly string[],
  most = Number.POSITIVE_INFINITY,
): { items: string[]; headers: [string, string][] } {
  const asked = query.get('n');
  if (asked !== null && !/^\d+$/.test(asked))
    throw new RegistryError('PAGINATION_NUMBER_INVALID', { n: asked });
  const count = Math.min(asked === null ? most : Number(asked), most);
  const last = query.get('last');
  const rest = last === null ? all : all.filter((item) => item > last);
  const items = rest.slice(0, count);
  if (items.length === 0 || items.length === rest.length) return { items, headers: [] };
  const path = request.target.split('?')[0];
  const next = `${path}?last=${encodeURIComponent(items.at(-1)!)}&n=${count}`;
  return { items, headers: [['Link', `<${next}>; rel="next"`]] };
}
