import { isErrno } from '../../base/errno.ts';
import { basename, canonical, dirname, isDirectory, isLink, join, statOf } from '../files.ts';
import { Given, Misuse, quoteName, type Utility } from '../utility.ts';
import { backupOf, makeBackup } from './backup.ts';

/** ln(1) */
export const ln: Utility = {
  name: 'ln',
  usage:
    '[OPTION]... [-T] TARGET LINK_NAME\n  or:  ln [OPTION]... TARGET\n  or:  ln [OPTION]... TARGET... DIRECTORY\n  or:  ln [OPTION]... -t DIRECTORY TARGET...',
  summary: 'Make a link to TARGET with the name LINK_NAME.',
  options: {
    short: 'bdfFiLnPrsS:t:Tv',
    // A link to a link is one to the link itself, as on Linux, unless -L asks otherwise.
    inert: ['P'],
    long: {
      backup: 'backup::',
      directory: 'd',
      force: 'f',
      interactive: 'i',
      logical: 'L',
      'no-dereference': 'n',
      physical: 'P',
      relative: 'r',
      suffix: 'S:',
      symbolic: 's',
      'target-directory': 't:',
      'no-target-directory': 'T',
      verbose: 'v',
    },
  },
  busybox: { options: { short: 'sfnbS:vT' }, usage: '[-sfnbtv] [-S SUF] TARGET... LINK|DIR' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const gnu = flavour === 'gnu';
    const targets = [...parsed.operands];
    if (targets.length === 0) throw new Misuse('missing file operand');
    const last = given.value('t') ?? (targets.length === 1 ? '.' : targets.pop()!);
    if (targets.length === 0) throw new Misuse(`missing destination file operand after ${quoteName(last)}`);
    const plain = await statOf(io.sys, last, !given.has('n'));
    const directory = !given.has('T') && isDirectory(plain);
    if (!directory && (targets.length > 1 || given.has('t')))
      return io.fail(
        gnu
          ? `target ${quoteName(last)}: ${plain ? 'Not a directory' : 'No such file or directory'}`
          : plain
            ? `'${last}' is not a directory`
            : `${last}: No such file or directory`,
      );
    const backup = backupOf(io, given);
    let status = 0;
    const symbolic = given.has('s');
    for (const target of targets) {
      const name = directory ? join(last, basename(target)) : last;
      let text = target;
      let kept: string | undefined;
      try {
        if (!symbolic) await (given.has('L') ? io.sys.stat(target) : io.sys.lstat(target));
      } catch (error) {
        if (!isErrno(error)) throw error;
        status = await io.fail(
          gnu ? `failed to access ${quoteName(target)}: ${error.message}` : `${target}: ${error.message}`,
        );
        continue;
      }
      try {
        if (symbolic && given.has('r')) text = await relativeTo(io.sys, target, name);
        if ((given.has('f', 'i') || backup !== undefined) && (await statOf(io.sys, name, false))) {
          const [a, b] = [await statOf(io.sys, target), await statOf(io.sys, name)];
          if (
            !symbolic &&
            a &&
            b &&
            a.ino === b.ino &&
            a.dev === b.dev &&
            !isLink(await statOf(io.sys, name, false))
          ) {
            // Two names of one file: there is nothing to do.
            if ((await canonical(io.sys, target, 'none')) !== (await canonical(io.sys, name, 'none')))
              continue;
            status = await io.fail(`${quoteName(target)} and ${quoteName(name)} are the same file`);
            continue;
          }
          if (given.last('f', 'i') === 'i' && backup === undefined) {
            await io.stdout.flush();
            await io.stderr.write(`${io.name}: replace '${name}'? `);
            if (!/^[yY]/.test((await io.stdin.line()) ?? '')) continue;
          }
          if (!isDirectory(await statOf(io.sys, name, false))) {
            kept = await makeBackup(io, name, backup);
            if (kept === undefined) await io.sys.unlink(name);
          }
        }
        // What the real one finds out by itself, unless it is told to try.
        if (gnu && !symbolic && !given.has('d', 'F') && isDirectory(await statOf(io.sys, target))) {
          status = await io.fail(`${target}: hard link not allowed for directory`);
          continue;
        }
        if (symbolic) await io.sys.symlink(text, name);
        else {
          await io.sys.link(target, name, given.has('L'));
        }
        if (given.has('v'))
          io.stdout.write(
            `${kept === undefined ? '' : `'${kept}' ~ `}'${name}' ${symbolic ? '->' : '=>'} '${text}'\n`,
          );
      } catch (error) {
        if (!isErrno(error)) throw error;
        const kind = symbolic ? 'symbolic' : 'hard';
        status = await io.fail(
          !gnu
            ? `${name}: ${error.message}`
            : symbolic && error.code === 'ENAMETOOLONG'
              ? `failed to create symbolic link ${quoteName(name)} -> ${quoteName(text)}: ${error.message}`
              : symbolic || ['EEXIST', 'ENOSPC', 'EDQUOT', 'EROFS'].includes(error.code)
                ? `failed to create ${kind} link ${quoteName(name)}: ${error.message}`
                : `failed to create ${kind} link ${quoteName(name)} => ${quoteName(target)}: ${error.message}`,
        );
      }
    }
    return status;
  },
};

/** A target as seen from the directory of the link. */
async function relativeTo(sys: Parameters<typeof statOf>[0], target: string, link: string): Promise<string> {
  const cwd = await sys.getcwd();
  const absolute = (path: string) => {
    const parts: string[] = [];
    for (const part of (path.startsWith('/') ? path : `${cwd}/${path}`).split('/'))
      if (part === '..') parts.pop();
      else if (part !== '' && part !== '.') parts.push(part);
    return parts;
  };
  const [from, to] = [absolute(dirname(link)), absolute(target)];
  let common = 0;
  while (common < from.length && common < to.length && from[common] === to[common]) common++;
  return [...from.slice(common).map(() => '..'), ...to.slice(common)].join('/') || '.';
}
