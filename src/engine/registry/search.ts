import type { HttpHandler } from '../net/http/message.ts';

/** What Docker Hub's search knows of a repository. */
export interface SearchEntry {
  name: string;
  description: string;
  stars: number;
  official: boolean;
}

/** What a search finds: names and descriptions with the term in them, those with more stars first. */
export const matching = (entries: readonly SearchEntry[], term: string): SearchEntry[] =>
  entries
    .filter(
      ({ name, description }) =>
        name.includes(term) || description.toLowerCase().includes(term.toLowerCase()),
    )
    .sort((a, b) => b.stars - a.stars || (a.name < b.name ? -1 : 1));

const PAGE = 25;

/**
 * `GET /v1/search?q=TERM&n=COUNT`, which `docker search` asks (Docker Hub's index; no other registry has it). An unlimited one gives
 * all it finds, whatever the count.
 */
export function search(
  entries: () => readonly SearchEntry[],
  { unlimited = false }: { unlimited?: boolean | undefined } = {},
): HttpHandler {
  return async (request) => {
    const query = new URLSearchParams(request.target.split('?')[1] ?? '');
    const term = (query.get('q') ?? '').replace(/^library\//, '');
    const count = Math.min(Math.max(Number(query.get('n') ?? PAGE) || PAGE, 1), 100);
    const found = matching(entries(), term);
    const results = (unlimited ? found : found.slice(0, count)).map(
      ({ name, description, stars, official }) => ({
        name,
        description,
        star_count: stars,
        is_official: official,
        is_automated: false,
      }),
    );
    const body = {
      num_pages: Math.ceil(found.length / count),
      num_results: found.length,
      page: 1,
      page_size: count,
      query: term,
      results,
    };
    return { status: 200, headers: [['Content-Type', 'application/json']], body: JSON.stringify(body) };
  };
}
