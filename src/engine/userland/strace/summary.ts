import { CALL_NUMBERS } from './call-names.ts';

/** What is counted of one call: times in µs. */
interface Count {
  name: string;
  calls: number;
  errors: number;
  time: number;
}

export type SortKey = 'time' | 'calls' | 'errors' | 'name' | 'nothing';

/** The words of `-S`. */
export const SORT_KEYS: Readonly<Record<string, SortKey>> = {
  time: 'time',
  'time-total': 'time',
  total_time: 'time',
  calls: 'calls',
  count: 'calls',
  errors: 'errors',
  error: 'errors',
  name: 'name',
  syscall: 'name',
  'syscall-name': 'name',
  none: 'nothing',
  nothing: 'nothing',
};

/** The table of `-c`: how often each call was made, and what it cost. */
export class Summary {
  readonly #counts = new Map<string, Count>();

  add(name: string, microseconds: number, failed: boolean): void {
    const count = this.#counts.get(name) ?? { name, calls: 0, errors: 0, time: 0 };
    this.#counts.set(name, count);
    count.calls++;
    count.time += microseconds;
    if (failed) count.errors++;
  }

  text(sortBy: SortKey): string {
    const counts = [...this.#counts.values()].sort((a, b) => numberOf(a) - numberOf(b));
    counts.sort(ORDERS[sortBy]);
    const total: Count = { name: 'total', calls: 0, errors: 0, time: 0 };
    for (const { calls, errors, time } of counts) {
      total.calls += calls;
      total.errors += errors;
      total.time += time;
    }
    const rows = counts.map((count) => row(count, total.time === 0 ? 0 : (100 * count.time) / total.time));
    return [HEADER, RULE, ...rows, RULE, row(total, 100)].map((line) => `${line}\n`).join('');
  }
}

const HEADER = '% time     seconds  usecs/call     calls    errors syscall';
const RULE = '------ ----------- ----------- --------- --------- ----------------';

const numberOf = ({ name }: Count): number => CALL_NUMBERS.get(name) ?? Number.POSITIVE_INFINITY;

const ORDERS: Readonly<Record<SortKey, (a: Count, b: Count) => number>> = {
  time: (a, b) => b.time - a.time,
  calls: (a, b) => b.calls - a.calls,
  errors: (a, b) => b.errors - a.errors,
  name: (a, b) => (a.name < b.name ? -1 : 1),
  nothing: () => 0,
};

function row({ name, calls, errors, time }: Count, percent: number): string {
  const perCall = calls === 0 ? 0 : Math.floor(time / calls);
  return [
    percent.toFixed(2).padStart(6),
    (time / 1e6).toFixed(6).padStart(11),
    String(perCall).padStart(11),
    String(calls).padStart(9),
    (errors === 0 ? '' : String(errors)).padStart(9),
    name,
  ].join(' ');
}
