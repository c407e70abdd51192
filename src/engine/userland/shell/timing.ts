import type { Shell } from './shell.ts';

/** The reserved word `time`: the clock and the processor time of this shell and its children, in milliseconds. */
export async function clocks(shell: Shell): Promise<[real: number, user: number, system: number]> {
  const times = await shell.sys.times();
  return [
    shell.sys.clock_gettime('monotonic'),
    times.user + times.childUser,
    times.system + times.childSystem,
  ];
}

/** What TIMEFORMAT is unless it is set, and with `-p`. */
const DEFAULT = '\nreal\t%3lR\nuser\t%3lU\nsys\t%3lS';
const POSIX = 'real %2R\nuser %2U\nsys %2S';

/** Prints what has passed since, in the form of TIMEFORMAT. */
export async function reportTime(shell: Shell, before: readonly number[], posix: boolean): Promise<void> {
  const after = await clocks(shell);
  const [real, user, system] = after.map((time, i) => time - before[i]!) as [number, number, number];
  const format = posix ? POSIX : (shell.variables.get('TIMEFORMAT') ?? DEFAULT);
  if (format === '') return;
  const percent = real > 0 ? ((user + system) / real) * 100 : 0;
  const text = format.replace(
    /%(?:([0-9])?(l)?([RUS])|(P)|(%))/g,
    (
      _,
      digits: string | undefined,
      long: string | undefined,
      which: string,
      part?: string,
      sign?: string,
    ) => {
      if (sign) return '%';
      if (part) return percent.toFixed(2);
      const seconds = { R: real, U: user, S: system }[which]! / 1000;
      const places = Math.min(3, Number(digits ?? 3));
      if (!long) return seconds.toFixed(places);
      return `${Math.floor(seconds / 60)}m${(seconds % 60).toFixed(places)}s`;
    },
  );
  await shell.error(`${text}\n`);
}
