/** `docker search`. Models docker/cli `cli/command/registry/search.go` and `formatter_search.go`. */
import type { SearchResult } from '../../api/images.ts';
import { encodeBase64Url } from '../base64.ts';
import type { Action } from '../command.ts';
import { credentialKey, findCredentials } from '../credential-store.ts';
import { ellipsis } from '../format/identifiers.ts';
import { formatList } from '../format/list.ts';
import { filtersOf } from './filters.ts';

const HEADERS = { Name: 'NAME', Description: 'DESCRIPTION', StarCount: 'STARS', IsOfficial: 'OFFICIAL' };

export const search: Action = async (cli, { flags, args, config }) => {
  const filters = filtersOf(flags.list('filter'));
  if (filters.has('is-automated'))
    await cli.err(
      'WARNING: the "is-automated" filter is deprecated, and searching for "is-automated=true" will not yield any results in future.\n',
    );
  const term = args[0]!;
  const key = credentialKey(registryIn(term));
  // Who cannot log in searches as nobody.
  const found = await findCredentials(cli, config, key).catch(() => undefined);
  const auth = found === undefined ? {} : { ...found, serveraddress: key };
  const limit = flags.int('limit');
  const results = await cli.engine.json<SearchResult[] | null>('GET', '/images/search', {
    query: {
      term,
      limit: limit > 0 ? String(limit) : undefined,
      filters: filters.empty ? undefined : filters.toJson(),
    },
    headers: { 'X-Registry-Auth': encodeBase64Url(JSON.stringify(auth)) },
  });
  const truncate = !flags.bool('no-trunc');
  const rows = (results ?? []).map(({ name, description, star_count, is_official }) => {
    const text = description.replace(/[\n\r]/g, ' ');
    return {
      Name: name,
      Description: truncate ? ellipsis(text, 45) : text,
      StarCount: String(star_count),
      IsOfficial: is_official ? '[OK]' : '',
    };
  });
  const inJson = rows.map((row) => ({ ...row, IsOfficial: String(row.IsOfficial !== '') }));
  const list = {
    type: '*registry.searchContext',
    headers: HEADERS,
    format: flags.string('format'),
    table: '{{.Name}}\t{{.Description}}\t{{.StarCount}}\t{{.IsOfficial}}',
  };
  await cli.out(formatList(list, rows, inJson));
  return undefined;
};

/** The registry that a term names, or Docker Hub. */
function registryIn(term: string): string {
  const slash = term.indexOf('/');
  const first = term.slice(0, slash);
  return slash !== -1 && (/[.:]/.test(first) || first === 'localhost') ? first : 'docker.io';
}
