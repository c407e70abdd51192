import type { HealthConfig } from '../../api/containers.ts';
import { formatDuration } from '../../base/go-duration.ts';
import { quote, quoteRune } from '../../base/go-quote.ts';

/** Values as Go's fmt prints them in lines of the history. */
export const go = {
  /** `%v` of a list. */
  list: (words: readonly string[]): string => `[${words.join(' ')}]`,
  /** `%q` of a list. */
  quotedList: (words: readonly string[]): string => `[${words.map(quote).join(' ')}]`,
  /** `%q` of a pointer to a health check: its count of retries is taken for a character. */
  healthcheck: ({ Test, Interval, Timeout, StartPeriod, StartInterval, Retries }: HealthConfig): string => {
    const times = [Interval, Timeout, StartPeriod, StartInterval].map((time) =>
      quote(formatDuration(time ?? 0)),
    );
    return `&{${go.quotedList(Test ?? [])} ${times.join(' ')} ${quoteRune(String.fromCodePoint(Retries ?? 0))}}`;
  },
};
