import type { Syscalls } from '../../kernel/syscalls.ts';
import { S_IFMT } from '../../vfs/inode.ts';
import { isLink } from '../files.ts';
import { modeString } from '../lib/mode-string.ts';
import { strftime } from '../lib/strftime.ts';
import type { Accounts } from '../lib/users.ts';
import { TYPES, type Visit } from './find-search.ts';

/** What -printf writes for a file (find(1), "-printf format"). */
export async function formatted(
  format: string,
  { path, start, depth, stat }: Visit,
  accounts: Accounts,
  sys: Syscalls,
): Promise<string> {
  let out = '';
  const escapes: Record<string, string> = { n: '\n', t: '\t', '0': '\0', '\\': '\\', a: '\x07', r: '\r' };
  const slash = path.lastIndexOf('/');
  for (let i = 0; i < format.length; i++) {
    const char = format[i]!;
    if (char === '\\') {
      const next = format[++i] ?? '';
      out += escapes[next] ?? `\\${next}`;
      continue;
    }
    if (char !== '%') {
      out += char;
      continue;
    }
    const spec = /^%(-?\d*)(A.|C.|T.|.)/s.exec(format.slice(i));
    if (!spec) break;
    i += spec[0].length - 1;
    const what = spec[2]!;
    const values: Record<string, () => string | Promise<string>> = {
      '%': () => '%',
      p: () => path,
      f: () => path.slice(slash + 1) || path,
      h: () => (slash === -1 ? '.' : path.slice(0, slash)),
      P: () => (path === start ? '' : path.slice(start.length).replace(/^\//, '')),
      H: () => start,
      d: () => String(depth),
      s: () => String(stat.size),
      k: () => String(Math.ceil(stat.blocks / 2)),
      b: () => String(stat.blocks),
      m: () => (stat.mode & 0o7777).toString(8),
      M: () => modeString(stat.mode),
      u: () => accounts.userName(stat.uid),
      g: () => accounts.groupName(stat.gid),
      U: () => String(stat.uid),
      G: () => String(stat.gid),
      i: () => String(stat.ino),
      n: () => String(stat.nlink),
      l: () => (isLink(stat) ? sys.readlink(path) : ''),
      y: () => Object.keys(TYPES).find((key) => TYPES[key] === (stat.mode & S_IFMT)) ?? 'U',
      t: () => strftime('%a %b %e %H:%M:%S.%N0 %Y', stat.mtime),
    };
    let text: string;
    if (/^[ACT]./s.test(what)) {
      const ms = { A: stat.atime, C: stat.ctime, T: stat.mtime }[what[0] as 'A'];
      text =
        what[1] === '@'
          ? `${Math.floor(ms / 1000)}.${strftime('%N', ms)}0`
          : what[1] === '+'
            ? strftime('%Y-%m-%d+%H:%M:%S.%N0', ms)
            : strftime(`%${what[1]}`, ms);
    } else text = (await values[what]?.()) ?? `%${what}`;
    const width = Number(spec[1] || 0);
    out += width < 0 ? text.padEnd(-width) : text.padStart(width);
  }
  return out;
}

/** The line of -ls, as `ls -dils` has it. */
export async function longLine({ path, stat }: Visit, accounts: Accounts, sys: Syscalls): Promise<string> {
  const owner = `${accounts.userName(stat.uid).padEnd(8)} ${accounts.groupName(stat.gid).padEnd(8)}`;
  const target = isLink(stat) ? ` -> ${await sys.readlink(path)}` : '';
  return `${String(stat.ino).padStart(9)} ${String(Math.ceil(stat.blocks / 2)).padStart(6)} ${modeString(stat.mode)} ${String(stat.nlink).padStart(3)} ${owner} ${String(stat.size).padStart(8)} ${strftime('%b %e %H:%M', stat.mtime)} ${path}${target}\n`;
}
