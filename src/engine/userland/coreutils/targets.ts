import { basename, isDirectory, join, statOf } from '../files.ts';
import type { Stdio } from '../lib/stdio.ts';
import { type Flavour, type Given, Misuse, quoteName } from '../utility.ts';

/** What cp, mv, install and ln share: one destination, or a directory for several. */
export async function toTargets(
  io: Stdio,
  operands: readonly string[],
  given: Given,
  flavour: Flavour,
  act: (from: string, to: string) => Promise<boolean>,
): Promise<number> {
  const sources = [...operands];
  let directory = given.value('t');
  if (sources.length === 0) throw new Misuse('missing file operand');
  if (directory === undefined && sources.length === 1)
    throw new Misuse(`missing destination file operand after ${quoteName(sources[0]!)}`);
  const target = directory ?? sources.pop()!;
  if (given.has('T') && sources.length > 1)
    throw new Misuse(`extra operand ${quoteName(operands[2] ?? sources[1]!)}`);
  const stat = await statOf(io.sys, target);
  if (!given.has('T') && isDirectory(stat)) directory = target;
  // BusyBox tries, and fails at the first.
  else if (flavour === 'busybox' && sources.length > 1) directory = target;
  else if (given.has('t') || sources.length > 1)
    return io.fail(
      flavour === 'gnu'
        ? `target ${quoteName(target)}: ${stat ? 'Not a directory' : 'No such file or directory'}`
        : stat
          ? `'${target}' is not a directory`
          : `can't stat '${target}': No such file or directory`,
    );
  let status = 0;
  for (const from of sources)
    if (!(await act(from, directory === undefined ? target : join(directory, basename(from))))) status = 1;
  return status;
}
