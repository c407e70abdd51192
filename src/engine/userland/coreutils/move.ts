import { isErrno } from '../../base/errno.ts';
import { isDirectory, join, namesIn, statOf } from '../files.ts';
import type { Stdio } from '../lib/stdio.ts';
import { Given, Misuse, quoteName, type Utility } from '../utility.ts';
import { backupOf, makeBackup } from './backup.ts';
import { type CopyOptions, copyOne } from './copy.ts';
import { toTargets } from './targets.ts';

/** mv(1): rename(2), and across file systems a copy that is removed behind itself. */
export const mv: Utility = {
  name: 'mv',
  usage:
    '[OPTION]... [-T] SOURCE DEST\n  or:  mv [OPTION]... SOURCE... DIRECTORY\n  or:  mv [OPTION]... -t DIRECTORY SOURCE...',
  summary: 'Rename SOURCE to DEST, or move SOURCE(s) to DIRECTORY.',
  options: {
    short: 'bfint:uvS:TZ',
    // There is no SELinux here, and without it mv does not say that it passes this over.
    inert: ['Z'],
    long: {
      backup: 'backup::',
      force: 'f',
      interactive: 'i',
      'no-clobber': 'n',
      'strip-trailing-slashes': 'strip-trailing-slashes',
      suffix: 'S:',
      'target-directory': 't:',
      'no-target-directory': 'T',
      update: 'u',
      verbose: 'v',
    },
  },
  busybox: {
    options: { short: 'finTt:v' },
    usage: '[-finT] SOURCE DEST\nor: mv [-fin] SOURCE... { -t DIRECTORY | DIRECTORY }',
  },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const gnu = flavour === 'gnu';
    const copying: CopyOptions = {
      io,
      flavour,
      recursive: true,
      follow: 'never',
      force: true,
      ask: false,
      noClobber: false,
      update: false,
      verbose: false,
      preserve: { mode: true, owner: true, times: true, links: true, xattrs: true },
      seen: new Map(),
    };
    const backup = backupOf(io, given);
    if (backup !== undefined && given.last('n', 'f', 'i') === 'n')
      throw new Misuse('options --backup and --no-clobber are mutually exclusive');
    const sources = given.has('strip-trailing-slashes')
      ? parsed.operands.map((path) => path.replace(/(?<=.)\/+$/, ''))
      : parsed.operands;
    return toTargets(io, sources, given, flavour, async (from, to) => {
      if (gnu && !((await isReachable(io, from, false)) && (await isReachable(io, to, true)))) return false;
      const there = await statOf(io.sys, to, false);
      const stat = await statOf(io.sys, from, false);
      if (there && stat && gnu) {
        if (there.dev === stat.dev && there.ino === stat.ino && from === to) {
          await io.fail(`${quoteName(from)} and ${quoteName(to)} are the same file`);
          return false;
        }
        if (isDirectory(there) && !isDirectory(stat)) {
          await io.fail(
            `cannot overwrite directory ${quoteName(to)} with non-directory ${quoteName(from)}`.replace(
              / with non-directory .*/,
              ' with non-directory',
            ),
          );
          return false;
        }
        if (!isDirectory(there) && isDirectory(stat)) {
          await io.fail(`cannot overwrite non-directory ${quoteName(to)} with directory ${quoteName(from)}`);
          return false;
        }
      }
      if (there && given.last('n', 'f', 'i') === 'n') return true;
      if (there && stat && given.has('u') && there.mtime >= stat.mtime) return true;
      if (there && given.last('n', 'f', 'i') === 'i') {
        await io.stdout.flush();
        await io.stderr.write(`${io.name}: overwrite '${to}'? `);
        if (!/^[yY]/.test((await io.stdin.line()) ?? '')) return true;
      }
      const kept = stat && (await makeBackup(io, to, backup));
      try {
        await io.sys.rename(from, to);
      } catch (error) {
        if (!isErrno(error)) throw error;
        if (isErrno(error, 'EXDEV') && stat) {
          if (gnu && !(await makeWay(io, from, to, isDirectory(stat)))) return false;
          if (!(await copyOne(copying, from, to, true))) return false;
          await removeTree(io, from);
        } else {
          await io.fail(
            !gnu
              ? `can't rename '${from}': ${error.message}`
              : isErrno(error, 'EINVAL') && isDirectory(stat)
                ? `cannot move ${quoteName(from)} to a subdirectory of itself, ${quoteName(to)}`
                : `cannot move ${quoteName(from)} to ${quoteName(to)}: ${error.message}`,
          );
          return false;
        }
      }
      if (given.has('v')) {
        const note = kept === undefined ? '' : ` (backup: '${kept}')`;
        io.stdout.write(gnu ? `renamed '${from}' -> '${to}'${note}\n` : `'${from}' -> '${to}'\n`);
      }
      return true;
    });
  },
};

/** Says what lstat(2) says of a path that cannot be looked at; that nothing is there may be well. */
async function isReachable(io: Stdio, path: string, mayLack: boolean): Promise<boolean> {
  try {
    await io.sys.lstat(path);
  } catch (error) {
    if (!isErrno(error)) throw error;
    if (mayLack && error.code === 'ENOENT') return true;
    await io.fail(`cannot stat ${quoteName(path)}: ${error.message}`);
    return false;
  }
  return true;
}

/** What is there goes before a copy takes its place. */
async function makeWay(io: Stdio, from: string, to: string, directory: boolean): Promise<boolean> {
  try {
    await (directory ? io.sys.rmdir(to) : io.sys.unlink(to));
  } catch (error) {
    if (!isErrno(error)) throw error;
    if (error.code === 'ENOENT') return true;
    await io.fail(
      `inter-device move failed: ${quoteName(from)} to ${quoteName(to)}; unable to remove target: ${error.message}`,
    );
    return false;
  }
  return true;
}

async function removeTree(io: Stdio, path: string): Promise<void> {
  const stat = await io.sys.lstat(path);
  if (!isDirectory(stat)) return io.sys.unlink(path);
  for (const name of await namesIn(io.sys, path)) await removeTree(io, join(path, name));
  await io.sys.rmdir(path);
}
