import { isErrno } from '../../base/errno.ts';
import { basename, canonical, dirname, isDirectory, isLink, join, statOf } from '../files.ts';
import { Given, Misuse, quoteName, type Utility } from '../utility.ts';

/** ln(1) */
export const ln: Utility = {
  name: 'ln',
  usage:
    '[OPTION]... [-T] TARGET LINK_NAME\n  or:  ln [OPTION]... TARGET\n  or:  ln [OPTION]... TARGET... DIRECTORY\n  or:  ln [OPTION]... -t DIRECTORY TARGET...',
  summary: 'Make a link to TARGET with the name LINK_NAME.',
  options: {
    short: 'bdfFiLnPrsS:t:Tv',
    long: {
      force: 'f',
      interactive: 'i',
      logical: 'L',
      'no-dereference': 'n',
      physical: 'P',
      relative: 'r',
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
    let status = 0;
    const symbolic = given.has('s');
    for (const target of targets) {
      const name = directory ? join(last, basename(target)) : last;
      let text = target;
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
        if (given.has('f', 'i') && (await statOf(io.sys, name, false))) {
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
          if (!isDirectory(await statOf(io.sys, name, false))) await io.sys.unlink(name);
        }
        if (symbolic) await io.sys.symlink(text, name);
        else {
          await io.sys.link(target, name, given.has('L'));
        }
        if (given.has('v')) io.stdout.write(`'${name}' ${symbolic ? '->' : '=>'} '${text}'\n`);
      } catch (error) {
        if (!isErrno(error)) throw error;
        const kind = symbolic ? 'symbolic' : 'hard';
        const directoryLink = !symbolic && isDirectory(await statOf(io.sys, target));
        status = await io.fail(
          !gnu
            ? `${name}: ${error.message}`
            : directoryLink
              ? `${target}: hard link not allowed for directory`
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
