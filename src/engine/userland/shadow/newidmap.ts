import { isErrno } from '../../base/errno.ts';
import { O_DIRECTORY, O_RDONLY, O_WRONLY } from '../../kernel/fcntl.ts';
import { readFile, type Stdio, writeAll } from '../lib/stdio.ts';
import { bytesToText, textToBytes } from '../lib/text.ts';
import { readAccounts, type User } from '../lib/users.ts';
import type { Utility } from '../utility.ts';

/**
 * newuidmap(1) and newgidmap(1) of shadow: write the map of a process's user namespace for a user who may not, as far as the user has been
 * given the ids (subuid(5), subgid(5)). They are set-user-id root.
 */
interface Kind {
  readonly what: 'uid' | 'gid';
  readonly file: string;
  readonly ownId: (io: Stdio) => number;
}

interface Run {
  readonly upper: number;
  readonly lower: number;
  readonly count: number;
}

const newidmap = (name: string, kind: Kind): Utility => ({
  name,
  usage: '',
  summary: '',
  async run(io, { operands: args }) {
    const { what, file } = kind;
    const { sys } = io;
    const usage = async (): Promise<number> => {
      await io.stderr.write(
        `usage: ${name} <pid> <${what}> <lower${what}> <count> [ <${what}> <lower${what}> <count> ] ... \n`,
      );
      return 1;
    };
    const [pid = '', ...numbers] = args;
    if (!/^\d+$/.test(pid)) return usage();
    let directory: number;
    try {
      directory = await sys.open(`/proc/${pid}`, O_RDONLY | O_DIRECTORY);
    } catch (error) {
      if (!isErrno(error)) throw error;
      return io.fail(`Could not open proc directory for target ${pid}`);
    }
    const user = (await readAccounts(sys)).user(sys.getuid());
    if (user === undefined) return io.fail('Cannot determine your user name.');
    const target = await sys.fstat(directory);
    const { uid, gid } = user;
    if (target.uid !== uid || target.gid !== gid || sys.getgid() !== gid)
      return io.fail(
        `Target process ${pid} is owned by a different user: uid:${sys.getuid()} pw_uid:${uid} st_uid:${target.uid}, ` +
          `gid:${sys.getgid()} pw_gid:${gid} st_gid:${target.gid}`,
      );
    const wanted = Math.ceil(numbers.length / 3);
    if (numbers.length % 3 !== 0) {
      await io.stderr.write(
        `ranges: ${wanted} argc: ${numbers.length}\n${name}: Not enough arguments to form ${wanted} mappings\n`,
      );
      return usage();
    }
    const runs: Run[] = [];
    for (let at = 0; at < numbers.length; at += 3) {
      const [upper, lower, count] = numbers.slice(at, at + 3).map(Number) as [number, number, number];
      if ([upper, lower, count].some((value) => !Number.isInteger(value) || value < 0 || value > 0xffffffff))
        return usage();
      runs.push({ upper, lower, count });
    }
    const given = await subordinates(io, file, user);
    let groupsStay = false;
    for (const { upper, lower, count } of runs) {
      if (count > 0 && given.some((one) => lower >= one.lower && lower + count <= one.lower + one.count))
        continue;
      if (count !== 1 || lower !== kind.ownId(io))
        return io.fail(
          `${what} range [${upper}-${upper + count}) -> [${lower}-${lower + count}) not allowed`,
        );
      groupsStay = true;
    }
    // Who maps no more than the own group could shed others by setgroups(2), and with them what they are refused.
    if (what === 'gid' && groupsStay && !(await put(io, directory, 'setgroups', 'deny'))) return 1;
    const text = runs.map(({ upper, lower, count }) => `${upper} ${lower} ${count}\n`).join('');
    return (await put(io, directory, `${what}_map`, text)) ? 0 : 1;
  },
});

/** Writes a file of the process whose directory is open, all at once; says so where it cannot. */
async function put(io: Stdio, directory: number, name: string, text: string): Promise<boolean> {
  const { sys } = io;
  const path = `/proc/self/fd/${directory}/${name}`;
  let doing = 'open of';
  try {
    const fd = await sys.open(path, O_WRONLY);
    doing = 'write to';
    await writeAll(sys, fd, textToBytes(text));
    await sys.close(fd);
    return true;
  } catch (error) {
    if (!isErrno(error)) throw error;
    await io.fail(`${doing} ${name} failed: ${error.message}`);
    return false;
  }
}

/** The runs of ids that a file gives to a user, by name or by number. */
async function subordinates(io: Stdio, file: string, user: User): Promise<Run[]> {
  const text = await readFile(io.sys, file).catch((error: unknown) => {
    if (isErrno(error, 'ENOENT')) return new Uint8Array();
    throw error;
  });
  return bytesToText(text)
    .split('\n')
    .map((line) => line.split(':'))
    .filter(([name, first, count]) => count && first && (name === user.name || name === String(user.uid)))
    .map(([, first, count]) => ({ upper: 0, lower: Number(first), count: Number(count) }));
}

export const newuidmap = newidmap('newuidmap', {
  what: 'uid',
  file: '/etc/subuid',
  ownId: ({ sys }) => sys.getuid(),
});

export const newgidmap = newidmap('newgidmap', {
  what: 'gid',
  file: '/etc/subgid',
  ownId: ({ sys }) => sys.getgid(),
});
