import { isErrno } from '../../base/errno.ts';
import { R_OK, W_OK, X_OK } from '../../kernel/fcntl.ts';
import { S_IFMT, type Stat } from '../../vfs/inode.ts';
import { isDirectory, isLink, namesIn } from '../files.ts';
import { fnmatch } from '../lib/glob.ts';
import { parseMode } from '../lib/mode-string.ts';
import { compileRegex } from '../lib/regex.ts';
import { quote } from '../utility.ts';
import { Fault, type Search, type Test, TYPES, type Visit } from './find-search.ts';
import type { Words } from './find-words.ts';

/** A test by its name (find(1), "TESTS"); undefined where it is none. */
export async function readTest(name: string, words: Words, search: Search): Promise<Test | undefined> {
  const { io, gnu, accounts, now } = search;
  const { sys } = io;
  const base = ({ path }: Visit) => path.replace(/(.)\/+$/, '$1').replace(/^.*\/(?=[^/])/, '');
  switch (name) {
    case '-name':
    case '-iname': {
      const pattern = words.argument(name);
      return (visit) => fnmatch(pattern, base(visit), { ignoreCase: name === '-iname' });
    }
    case '-path':
    case '-wholename':
    case '-ipath': {
      const pattern = words.argument(name);
      return ({ path }) => fnmatch(pattern, path, { ignoreCase: name === '-ipath' });
    }
    case '-lname': {
      const pattern = words.argument(name);
      return async ({ path, stat }) => isLink(stat) && fnmatch(pattern, await sys.readlink(path));
    }
    case '-regex':
    case '-iregex': {
      const regex = compileRegex(`^${words.argument(name)}$`, { ignoreCase: name === '-iregex' });
      return ({ path }) => regex.test(path);
    }
    case '-type': {
      const letters = words.argument(name).split(',');
      for (const letter of letters)
        if (!(letter in TYPES))
          throw new Fault(
            gnu ? `Unknown argument to -type: ${letter}` : `invalid argument '${letter}' to '-type'`,
          );
      return ({ stat }) => letters.some((letter) => (stat.mode & S_IFMT) === TYPES[letter]);
    }
    case '-empty':
      return async ({ path, stat }) =>
        isDirectory(stat)
          ? (await namesIn(sys, path)).length === 0
          : (stat.mode & S_IFMT) === 0o100000 && stat.size === 0;
    case '-size': {
      const text = words.argument(name);
      const match = /^([-+]?\d+)([bcwkMG]?)$/.exec(text);
      if (!match)
        throw new Fault(gnu ? `invalid argument \`${text}' to \`-size'` : `invalid number '${text}'`);
      const unit = { b: 512, c: 1, w: 2, k: 1024, M: 1 << 20, G: 1 << 30 }[(match[2] || 'b') as 'b']!;
      const compare = words.comparison(name, match[1]!);
      return ({ stat }) => compare(Math.ceil(stat.size / unit));
    }
    case '-perm': {
      const text = words.argument(name);
      const change = parseMode(text.replace(/^[-/]/, ''));
      if (!change) throw new Fault(gnu ? `invalid mode ${quote(io, text)}` : `invalid mode '${text}'`);
      const wanted = change(0, false, 0);
      return ({ stat }) => {
        const bits = stat.mode & 0o7777;
        return text.startsWith('-')
          ? (bits & wanted) === wanted
          : text.startsWith('/')
            ? wanted === 0 || (bits & wanted) !== 0
            : bits === wanted;
      };
    }
    case '-user':
    case '-uid': {
      const text = words.argument(name);
      const uid = accounts.user(text)?.uid ?? (/^\d+$/.test(text) ? Number(text) : undefined);
      if (uid === undefined)
        throw new Fault(gnu ? `${quote(io, text)} is not the name of a known user` : `unknown user ${text}`);
      return ({ stat }) => stat.uid === uid;
    }
    case '-group':
    case '-gid': {
      const text = words.argument(name);
      const gid = accounts.group(text)?.gid ?? (/^\d+$/.test(text) ? Number(text) : undefined);
      if (gid === undefined)
        throw new Fault(
          gnu ? `${quote(io, text)} is not the name of an existing group` : `unknown group ${text}`,
        );
      return ({ stat }) => stat.gid === gid;
    }
    case '-nouser':
      return ({ stat }) => accounts.user(stat.uid) === undefined;
    case '-nogroup':
      return ({ stat }) => accounts.group(stat.gid) === undefined;
    case '-links': {
      const compare = words.comparison(name);
      return ({ stat }) => compare(stat.nlink);
    }
    case '-inum': {
      const compare = words.comparison(name);
      return ({ stat }) => compare(stat.ino);
    }
    case '-samefile': {
      const other = await sys.stat(words.argument(name));
      return ({ stat }) => stat.ino === other.ino && stat.dev === other.dev;
    }
    case '-mtime':
    case '-atime':
    case '-ctime':
    case '-mmin':
    case '-amin':
    case '-cmin': {
      const unit = name.endsWith('min') ? 60_000 : 86_400_000;
      const compare = words.comparison(name);
      const field = `${name[1]}time` as 'mtime' | 'atime' | 'ctime';
      return ({ stat }) => {
        const age = (now - stat[field]) / unit;
        return compare(name.endsWith('min') ? Math.ceil(age) : Math.floor(age));
      };
    }
    case '-newer': {
      const other = await statArgument(name, words, search);
      return ({ stat }) => stat.mtime > other.mtime;
    }
    case '-readable':
    case '-writable':
    case '-executable': {
      const mode = { '-readable': R_OK, '-writable': W_OK, '-executable': X_OK }[name];
      return ({ path }) =>
        sys.access(path, mode).then(
          () => true,
          () => false,
        );
    }
    case '-true':
      return () => true;
    case '-false':
      return () => false;
  }
  return undefined;
}

async function statArgument(name: string, words: Words, { io, gnu }: Search): Promise<Stat> {
  const path = words.argument(name);
  try {
    return await io.sys.stat(path);
  } catch (error) {
    if (!isErrno(error)) throw error;
    throw new Fault(gnu ? `${quote(io, path)}: ${error.message}` : `can't stat '${path}': ${error.message}`);
  }
}
