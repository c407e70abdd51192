import { isErrno } from '../../base/errno.ts';
import { O_CREAT, O_TRUNC, O_WRONLY } from '../../kernel/fcntl.ts';
import { isDirectory, statOf } from '../files.ts';
import { parseMode } from '../lib/mode-string.ts';
import { execFailureStatus, run } from '../lib/spawn.ts';
import { readFile, type Stdio, writeAll } from '../lib/stdio.ts';
import { textToBytes } from '../lib/text.ts';
import { readAccounts } from '../lib/users.ts';
import { type Flavour, Given, Misuse, quote, quoteName, type Utility } from '../utility.ts';
import { type Backup, backupOf, makeBackup } from './backup.ts';
import { pour } from './copy.ts';
import { makePath } from './mkdir.ts';
import { toTargets } from './targets.ts';

/** install(1): copies with mode and owner, or makes directories. */
export const install: Utility = {
  name: 'install',
  usage:
    '[OPTION]... [-T] SOURCE DEST\n  or:  install [OPTION]... SOURCE... DIRECTORY\n  or:  install [OPTION]... -d DIRECTORY...',
  summary: 'Copy files and set attributes.',
  options: {
    short: 'bcCdDg:m:o:pst:TvS:Z',
    long: {
      backup: 'backup::',
      compare: 'C',
      directory: 'd',
      group: 'g:',
      mode: 'm:',
      owner: 'o:',
      'preserve-timestamps': 'p',
      strip: 's',
      'strip-program': 'strip-program:',
      suffix: 'S:',
      'target-directory': 't:',
      'no-target-directory': 'T',
      verbose: 'v',
    },
    // -c is for old scripts; there is no SELinux here, and without it -Z is passed over in silence.
    inert: ['c', 'Z'],
  },
  busybox: {
    options: { short: 'cdDpsg:m:o:t:v', inert: ['c'] },
    usage: '[-cdDsp] [-o USER] [-g GRP] [-m MODE] [-t DIR] [SOURCE]... DEST',
  },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const mode = parseMode(given.value('m') ?? '755');
    if (!mode) return io.fail(`invalid mode ${quote(io, given.value('m')!)}`);
    const ids = await owners(io, given, flavour);
    if (typeof ids === 'string') return io.fail(ids);
    const job: Job = {
      io,
      given,
      mode: (before) => mode(before, false, 0),
      uid: ids[0],
      gid: ids[1],
      backup: backupOf(io, given),
      strip: given.has('s') ? (given.value('strip-program') ?? 'strip') : undefined,
    };
    if (given.has('strip-program') && !given.has('s'))
      await io.fail('WARNING: ignoring --strip-program option as -s option was not specified');
    if (parsed.operands.length === 0) throw new Misuse('missing file operand');
    if (given.has('d')) {
      for (const path of parsed.operands) {
        await makeTold(job, path);
        await dress(job, path);
      }
      return 0;
    }
    if (given.has('D')) {
      const last = parsed.operands.at(-1)!;
      const above = given.value('t') ?? last.replace(/\/*[^/]*\/*$/, '');
      if (above !== '') await makeTold(job, above);
    }
    if (given.has('t') && !(await statOf(io.sys, given.value('t')!)))
      return io.fail(`failed to access ${quoteName(given.value('t')!)}: No such file or directory`);
    return toTargets(io, parsed.operands, given, flavour, (from, to) => installOne(job, from, to));
  },
};

interface Job {
  io: Stdio;
  given: Given;
  mode: (before: number) => number;
  /** -1 leaves it as it is. */
  uid: number;
  gid: number;
  backup: Backup | undefined;
  /** The program that strips what is installed. */
  strip: string | undefined;
}

/** Makes directories; -v tells of each. */
async function makeTold({ io, given }: Job, path: string): Promise<void> {
  const verbose = given.has('v');
  let at = path.startsWith('/') ? '/' : '';
  for (const part of path.split('/').filter(Boolean)) {
    at = at === '' || at === '/' ? at + part : `${at}/${part}`;
    if (await statOf(io.sys, at)) continue;
    await makePath(io, at);
    if (verbose) io.stdout.write(`${io.name}: creating directory ${quote(io, at)}\n`);
  }
}

async function dress({ io, mode, uid, gid }: Job, path: string): Promise<void> {
  await io.sys.chmod(path, mode(0o755));
  if (uid !== -1 || gid !== -1) await io.sys.chown(path, uid, gid);
}

async function installOne(job: Job, from: string, to: string): Promise<boolean> {
  const { io, given } = job;
  const { sys } = io;
  const stat = await sys.stat(from).catch(async (error: unknown) => {
    if (!isErrno(error)) throw error;
    await io.fail(`cannot stat ${quoteName(from)}: ${error.message}`);
  });
  if (!stat) return false;
  if (isDirectory(stat)) {
    await io.fail(`omitting directory ${quoteName(from)}`);
    return false;
  }
  if (isDirectory(await statOf(sys, to))) {
    await io.fail(`cannot overwrite directory ${quoteName(to)} with non-directory`);
    return false;
  }
  if (given.has('C') && (await isSame(job, from, to))) return true;
  try {
    const kept = await makeBackup(io, to, job.backup);
    if (kept === undefined) await sys.unlink(to).catch(() => {});
    const source = await sys.open(from, 0);
    const out = await sys.open(to, O_WRONLY | O_CREAT | O_TRUNC, 0o600);
    await pour(io, source, out, stat);
    await sys.close(source);
    await sys.close(out);
    if (job.strip !== undefined && !(await strip(job, to))) return false;
    await dress(job, to);
    if (given.has('p')) await sys.utimens(to, { atime: stat.atime, mtime: stat.mtime });
    if (given.has('v'))
      io.stdout.write(`'${from}' -> '${to}'${kept === undefined ? '' : ` (backup: '${kept}')`}\n`);
    return true;
  } catch (error) {
    if (!isErrno(error)) throw error;
    await io.fail(`cannot create regular file ${quoteName(to)}: ${error.message}`);
    return false;
  }
}

/** -C: whether what is there has the wanted content, owner and mode already. */
async function isSame({ io, mode, uid, gid }: Job, from: string, to: string): Promise<boolean> {
  const there = await statOf(io.sys, to, false);
  if (there === undefined || (there.mode & 0o7777) !== mode(0o755)) return false;
  if (there.uid !== (uid === -1 ? io.sys.geteuid() : uid)) return false;
  if (there.gid !== (gid === -1 ? io.sys.getegid() : gid)) return false;
  const [a, b] = [await readFile(io.sys, from), await readFile(io.sys, to)];
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** Runs the program that strips; what it leaves half done is removed. */
async function strip({ io, strip: program }: Job, path: string): Promise<boolean> {
  const status = await run(io.process, [program!, path], {
    async failed(child, error) {
      await writeAll(child.sys, 2, textToBytes(`${io.name}: cannot run ${program}: ${error.message}\n`));
      return execFailureStatus(error);
    },
  });
  if (status === 0) return true;
  await io.sys.unlink(path);
  await io.fail('strip process terminated abnormally');
  return false;
}

async function owners(io: Stdio, given: Given, flavour: Flavour): Promise<[number, number] | string> {
  const accounts = await readAccounts(io.sys);
  const [user, group] = [given.value('o'), given.value('g')];
  const uid = user === undefined ? -1 : (accounts.user(user)?.uid ?? Number(user));
  const gid = group === undefined ? -1 : (accounts.group(group)?.gid ?? Number(group));
  if (Number.isNaN(uid))
    return flavour === 'gnu' ? `invalid user ${quote(io, user!)}` : `unknown user ${user}`;
  if (Number.isNaN(gid))
    return flavour === 'gnu' ? `invalid group ${quote(io, group!)}` : `unknown group ${group}`;
  return [uid, gid];
}
