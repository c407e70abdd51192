import { isErrno } from '../../base/errno.ts';
import { S_IFDIR, S_IFMT, S_IFREG, type Stat } from '../../vfs/inode.ts';
import { basename, isDirectory, sortedNamesIn, statOf } from '../files.ts';
import { readFile, type Stdio } from '../lib/stdio.ts';
import type { Given } from '../utility.ts';
import { equalBytes } from './differ.ts';
import { edits } from './edits.ts';
import { plain, unified } from './formats.ts';
import { isBinary, sideOf, textFile } from './text-file.ts';

/** BusyBox' diff: unified differences, without times. */
export async function busyboxDiff(io: Stdio, given: Given, left: string, right: string): Promise<number> {
  const { sys } = io;
  const stats: (Stat | undefined)[] = [];
  for (const name of [left, right]) {
    const stat = name === '-' ? await sys.fstat(0) : await statOf(sys, name);
    if (!stat && !given.has('N')) return missing(io, name, 2);
    stats.push(stat);
  }
  if (isDirectory(stats[0]) && isDirectory(stats[1])) return directories(io, given, left, right);
  const names: [string, string] = [left, right];
  if (isDirectory(stats[0])) names[0] = `${left}/${basename(right)}`;
  if (isDirectory(stats[1])) names[1] = `${right}/${basename(left)}`;
  for (const name of names)
    if (name !== '-' && !(await statOf(sys, name)) && !given.has('N')) return missing(io, name, 1);
  return files(io, given, names[0], names[1], given.values('L'));
}

/** Says why a name cannot be looked at. */
async function missing(io: Stdio, name: string, status: number): Promise<number> {
  try {
    await io.sys.stat(name);
    return 0;
  } catch (error) {
    if (!isErrno(error)) throw error;
    return io.fail(`can't stat '${name}': ${error.message}`, status);
  }
}

/** Without `-r` the entries of both; with it all files below them, by their paths. */
async function directories(io: Stdio, given: Given, left: string, right: string): Promise<number> {
  const start = given.value('S');
  const list = (directory: string, other: string) =>
    given.has('r')
      ? filesBelow(io, directory, given.has('N') ? undefined : other)
      : sortedNamesIn(io.sys, directory);
  const [there, here] = [new Set(await list(left, right)), new Set(await list(right, left))];
  const names = [...new Set([...there, ...here])].sort((x, y) => (x < y ? -1 : x > y ? 1 : 0));
  let status = 0;
  for (const name of names) {
    if (start !== undefined && name < start) continue;
    const [a, b] = [`${left}/${name}`, `${right}/${name}`];
    if (there.has(name) && here.has(name)) status = Math.max(status, await entries(io, given, a, b));
    else if (given.has('N'))
      status = Math.max(
        status,
        await files(io, given, there.has(name) ? a : '/dev/null', here.has(name) ? b : '/dev/null', []),
      );
    else {
      io.stdout.write(`Only in ${there.has(name) ? left : right}: ${name}\n`);
      status = Math.max(status, 1);
    }
  }
  return status;
}

/** The paths of all files below a directory; directories that `other` has no counterpart of are passed over. */
async function filesBelow(
  io: Stdio,
  directory: string,
  other: string | undefined,
  prefix = '',
): Promise<string[]> {
  const found: string[] = [];
  for (const name of await sortedNamesIn(io.sys, directory)) {
    const path = `${directory}/${name}`;
    const counterpart = other === undefined ? undefined : `${other}/${name}`;
    if (!isDirectory(await statOf(io.sys, path))) found.push(prefix + name);
    else if (counterpart === undefined || isDirectory(await statOf(io.sys, counterpart)))
      found.push(...(await filesBelow(io, path, counterpart, `${prefix}${name}/`)));
  }
  return found;
}

async function entries(io: Stdio, given: Given, left: string, right: string): Promise<number> {
  const [a, b] = [await statOf(io.sys, left), await statOf(io.sys, right)];
  const [first, second] = [(a?.mode ?? 0) & S_IFMT, (b?.mode ?? 0) & S_IFMT];
  if (first === S_IFDIR && second === S_IFDIR) {
    io.stdout.write(`Common subdirectories: ${left} and ${right}\n`);
    return 0;
  }
  if (first === S_IFREG && second === S_IFREG) return files(io, given, left, right, []);
  const type = (mode: number) =>
    mode === S_IFDIR ? 'directory' : mode === S_IFREG ? 'regular file' : 'special file';
  io.stdout.write(`File ${left} is a ${type(first)} while file ${right} is a ${type(second)}\n`);
  return 1;
}

async function files(
  io: Stdio,
  given: Given,
  left: string,
  right: string,
  labels: readonly string[],
): Promise<number> {
  const read = async (name: string) => {
    if (name === '-') return io.stdin.readAll();
    return (await statOf(io.sys, name)) ? readFile(io.sys, name) : new Uint8Array(0);
  };
  const [a, b] = [await read(left), await read(right)];
  if (equalBytes(a, b)) {
    if (given.has('s') && left !== right) io.stdout.write(`Files ${left} and ${right} are identical\n`);
    return 0;
  }
  if (!given.has('a') && (isBinary(a) || isBinary(b))) {
    io.stdout.write(`Files ${left} and ${right} differ\n`);
    return 1;
  }
  const texts = [textFile(a), textFile(b)] as const;
  const comparing = {
    ignoreCase: given.has('i'),
    space: given.has('w') ? 'all' : given.has('b') ? 'amount' : 'exact',
    stripCarriageReturn: false,
  } as const;
  const changes = await edits(sideOf(texts[0], comparing), sideOf(texts[1], comparing), 3, (steps) =>
    io.process.work(steps),
  );
  const counted = given.has('B')
    ? changes.filter(
        ({ from, deleted, to, inserted }) =>
          texts[0].lines.slice(from, from + deleted).some((line) => line !== '') ||
          texts[1].lines.slice(to, to + inserted).some((line) => line !== ''),
      )
    : changes;
  if (counted.length === 0) return 0;
  if (given.has('q')) {
    io.stdout.write(`Files ${left} and ${right} differ\n`);
    return 1;
  }
  const headers = [labels[0] ?? left, labels[1] ?? right] as const;
  const text = unified({ files: texts, changes: counted, headers }, Number(given.value('U') ?? 3), plain);
  await io.stdout.write(given.has('T') ? text.replace(/^([ +-])(?!(?:--|\+\+) )/gm, '$1\t') : text);
  return 1;
}
