import { readFile, type Stdio } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';
import type { Accounts } from '../lib/users.ts';
import { afterSignal, become, must, quit, wholeNumber } from './steps.ts';

/** A run of ids: the first outside the namespace, the first inside, how many. */
export interface IdRange {
  outer: number;
  inner: number;
  count: number;
}

/** Whom to map: the one id that the caller becomes, and a run of others that newuidmap or newgidmap sets. */
export interface IdMapping {
  own: number | undefined;
  range: IdRange | undefined;
}

/** `OUTER,INNER,COUNT` */
export async function idRange(io: Stdio, text: string): Promise<IdRange> {
  const parts = text.split(',');
  if (parts.length > 3) return quit(io, `too many elements for mapping '${text}'`);
  if (parts.length < 3) return quit(io, `mapping '${text}' contains only ${parts.length} elements`);
  const numbers: number[] = [];
  for (const part of parts) numbers.push(await wholeNumber(io, part, 'could not parse ID'));
  const [outer, inner, count] = numbers as [number, number, number];
  return { outer, inner, count };
}

/** The first line of /etc/subuid or /etc/subgid for a user, by name or by number (subuid(5)). */
export async function subordinateRange(
  io: Stdio,
  file: string,
  accounts: Accounts,
  uid: number,
): Promise<IdRange> {
  const user = accounts.user(uid);
  if (user === undefined) return quit(io, `you (user ${uid}) don't exist.`);
  const text = bytesToText(await must(io, `could not open '${file}'`, () => readFile(io.sys, file)));
  for (const line of text.split('\n')) {
    const [name, first, count] = line.split(':');
    if (count === undefined || (name !== user.name && Number(name) !== uid)) continue;
    return {
      inner: 0,
      outer: await wholeNumber(io, first!, 'failed to parse subid map'),
      count: await wholeNumber(io, count, 'failed to parse subid map'),
    };
  }
  return quit(io, `no line matching user "${user.name}" in ${file}: Success`);
}

/**
 * Lets newuidmap and newgidmap, which have the right, write the maps of this process from outside once its namespace is
 * there. Gives what tells that it is.
 */
export function mapThroughHelpers(
  io: Stdio,
  users: IdMapping,
  groups: IdMapping,
): Promise<() => Promise<void>> {
  const parent = io.sys.getpid();
  const [euid, egid] = [io.sys.geteuid(), io.sys.getegid()];
  return afterSignal(io, async (child) => {
    const jobs: string[][] = [];
    if (users.range) jobs.push(['newuidmap', `${parent}`, ...mapArguments(euid, users.own, users.range)]);
    if (groups.range) jobs.push(['newgidmap', `${parent}`, ...mapArguments(egid, groups.own, groups.range)]);
    for (const job of jobs.slice(0, -1)) {
      const done = await afterSignal(child, async (own) => become(own, job));
      await done();
    }
    return become(child, jobs.at(-1)!);
  });
}

/**
 * The triples for newuidmap. An id of one's own takes a place out of the run on either side of the map, for nothing may be mapped
 * twice: then the run falls into up to three.
 */
function mapArguments(outer: number, inner: number | undefined, range: IdRange): string[] {
  const triple = (one: IdRange) => (one.count === 0 ? [] : [one.inner, one.outer, one.count].map(String));
  if (inner === undefined) return triple(range);
  const inRange = (id: number, first: number) => id >= first && id <= first + range.count;
  const count = range.count - (inRange(outer, range.outer) || inRange(inner, range.inner) ? 1 : 0);
  const outerOffset = Math.min(Math.max(outer - range.outer, 0), count);
  const innerOffset = Math.min(Math.max(inner - range.inner, 0), count);
  const skip = (id: number, own: number) => (id === own ? id + 1 : id);
  const after = ({ outer: o, inner: i, count: c }: IdRange, length: number): IdRange => ({
    outer: skip(o + c, outer),
    inner: skip(i + c, inner),
    count: length,
  });
  const low = { ...range, count: Math.min(innerOffset, outerOffset) };
  const middle = after(low, Math.abs(outerOffset - innerOffset));
  const high = after(middle, count - low.count - middle.count);
  return [String(inner), String(outer), '1', ...triple(low), ...triple(middle), ...triple(high)];
}
