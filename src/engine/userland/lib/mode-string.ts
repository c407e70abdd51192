import {
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
  S_ISGID,
  S_ISUID,
  S_ISVTX,
} from '../../vfs/inode.ts';

/** File modes as people read and write them: `drwxr-xr-x`, `u+x,go=r`, `0755` (ls(1), chmod(1)). */

const TYPE_LETTER = new Map<number, string>([
  [S_IFREG, '-'],
  [S_IFDIR, 'd'],
  [S_IFLNK, 'l'],
  [S_IFCHR, 'c'],
  [S_IFBLK, 'b'],
  [S_IFIFO, 'p'],
  [S_IFSOCK, 's'],
]);

/** A mode as `ls -l` shows it: ten characters. */
export function modeString(mode: number): string {
  const special: [number, string][] = [
    [S_ISUID, 's'],
    [S_ISGID, 's'],
    [S_ISVTX, 't'],
  ];
  let out = TYPE_LETTER.get(mode & S_IFMT) ?? '?';
  for (let who = 0; who < 3; who++) {
    const bits = (mode >> (6 - 3 * who)) & 7;
    const [bit, letter] = special[who]!;
    out += bits & 4 ? 'r' : '-';
    out += bits & 2 ? 'w' : '-';
    out += mode & bit ? (bits & 1 ? letter : letter.toUpperCase()) : bits & 1 ? 'x' : '-';
  }
  return out;
}

/** What a mode argument does to a file's permission bits; `directory` matters to `X`, `umask` where nobody is named. */
export type ModeChange = (mode: number, directory: boolean, umask: number) => number;

/** Reads an octal or symbolic mode (chmod(1)); undefined if it is neither. */
export function parseMode(text: string): ModeChange | undefined {
  if (/^[0-7]{1,5}$/.test(text)) {
    const value = Number.parseInt(text, 8);
    return value > 0o7777 ? undefined : () => value;
  }
  const clauses: ModeChange[] = [];
  for (const clause of text.split(',')) {
    const match = /^([ugoa]*)((?:[-+=](?:[ugo]|[rwxXst]*))+)$/.exec(clause);
    if (!match) return undefined;
    for (const [, operator, what] of match[2]!.matchAll(/([-+=])([ugo]|[rwxXst]*)/g))
      clauses.push(action(match[1]!, operator!, what!));
  }
  return (mode, directory, umask) =>
    clauses.reduce((now, change) => change(now, directory, umask), mode & 0o7777);
}

function action(who: string, operator: string, what: string): ModeChange {
  return (mode, directory, umask) => {
    const all = who === '' || who.includes('a');
    const classes =
      (all || who.includes('u') ? 0o4700 : 0) |
      (all || who.includes('g') ? 0o2070 : 0) |
      (all || who.includes('o') ? 0o1007 : 0);
    let bits = 0;
    if (/^[ugo]$/.test(what)) bits = ((mode >> (what === 'u' ? 6 : what === 'g' ? 3 : 0)) & 7) * 0o111;
    else
      for (const letter of what) {
        if (letter === 'r') bits |= 0o444;
        else if (letter === 'w') bits |= 0o222;
        else if (letter === 'x' || (letter === 'X' && (directory || mode & 0o111))) bits |= 0o111;
        else if (letter === 's') bits |= S_ISUID | S_ISGID;
        else if (letter === 't') bits |= S_ISVTX;
      }
    // Without a class the umask keeps its bits as they are; sticky is everybody's.
    let affected = classes | (all ? S_ISVTX : 0);
    if (who === '') affected &= ~(umask & 0o777);
    bits &= affected;
    if (operator === '+') return mode | bits;
    if (operator === '-') return mode & ~bits;
    // `=` leaves a directory's set-id bits alone unless they are named (GNU).
    const cleared = affected & (directory ? ~(S_ISUID | S_ISGID) : ~0);
    return (mode & ~cleared) | bits;
  };
}
