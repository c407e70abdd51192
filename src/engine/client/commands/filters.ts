import { Filters } from '../../api/filters.ts';

/**
 * The same for what is pruned, with what config.json has; where the two contradict each other on labels the flags hold. Models
 * docker/cli `command.PruneFilters`.
 */
export function pruneFilters(flags: readonly string[], configured: readonly string[]): Filters {
  const filters = filtersOf(flags);
  for (const filter of configured) {
    const equals = filter.indexOf('=');
    if (equals < 0) continue;
    const [key, value] = [filter.slice(0, equals), filter.slice(equals + 1)];
    const contrary = { label: 'label!', 'label!': 'label' }[key];
    if (contrary !== undefined && filters.has(contrary) && filters.matches(contrary, value)) continue;
    filters.add(key, value);
  }
  return filters;
}

/** The `--filter` flags, each `name=value`. */
export function filtersOf(flags: readonly string[]): Filters {
  return new Filters(
    flags.map((flag) => {
      const equals = flag.indexOf('=');
      return [flag.slice(0, equals), flag.slice(equals + 1)] as const;
    }),
  );
}
