import type { Shell } from './shell.ts';

/** The reserved word `time`: the clock and the processor time of this shell and its children, in milliseconds. */
export async function clocks(shell: Shell): Promise<[number, number, number]> {
  const times = await shell.sys.times();
  return [
    shell.sys.clock_gettime('monotonic'),
    times.user + times.childUser,
    times.system + times.childSystem,
  ];
}

/** What has passed since, as TIMEFORMAT's default or (`-p`) POSIX prints it. */
export async function reportTime(shell: Shell, before: readonly number[], posix: boolean): Promise<void> {
  const after = await clocks(shell);
  const format = shell.variables.get('TIMEFORMAT');
  if (format === '') return;
  const lines = ['real', 'user', 'sys'].map((label, i) => {
    const seconds = (after[i]! - before[i]!) / 1000;
    if (posix) return `${label} ${seconds.toFixed(2)}\n`;
    return `${label}\t${Math.floor(seconds / 60)}m${(seconds % 60).toFixed(3)}s\n`;
  });
  await shell.error(`${posix ? '' : '\n'}${lines.join('')}`);
}
