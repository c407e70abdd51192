import { Filters } from '../../api/filters.ts';

/** The `--filter` flags, each `name=value`. */
export function filtersOf(flags: readonly string[]): Filters {
  return new Filters(
    flags.map((flag) => {
      const equals = flag.indexOf('=');
      return [flag.slice(0, equals), flag.slice(equals + 1)] as const;
    }),
  );
}
