import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFSOCK, type Stat } from '../../vfs/inode.ts';

/** The usual colours (dircolors(1); BusyBox has its own few). */
export function paint(text: string, { mode }: Stat, broken: 'broken' | undefined, gnu: boolean): string {
  const type = mode & S_IFMT;
  let code = '';
  if (gnu) {
    if (broken) code = '40;31;01';
    else if (type === S_IFDIR)
      code =
        (mode & 0o1002) === 0o1002 ? '30;42' : mode & 0o002 ? '34;42' : mode & 0o1000 ? '37;44' : '01;34';
    else if (type === S_IFLNK) code = '01;36';
    else if (type === S_IFIFO) code = '40;33';
    else if (type === S_IFSOCK) code = '01;35';
    else if (type === S_IFBLK || type === S_IFCHR) code = '40;33;01';
    else if (mode & 0o4000) code = '37;41';
    else if (mode & 0o2000) code = '30;43';
    else if (mode & 0o111) code = '01;32';
    else if (/\.(tar|tgz|gz|zip|xz|zst|bz2|deb|rpm|jar)$/.test(text)) code = '01;31';
    else if (/\.(jpg|jpeg|png|gif|svg|mp4|webp)$/.test(text)) code = '01;35';
    return code === '' ? text : `\x1b[0m\x1b[${code}m${text}\x1b[0m`;
  }
  const colour = {
    [S_IFDIR]: 34,
    [S_IFLNK]: 36,
    [S_IFIFO]: 33,
    [S_IFSOCK]: 35,
    [S_IFBLK]: 33,
    [S_IFCHR]: 33,
  }[type];
  if (colour !== undefined) code = `1;${colour}`;
  else code = mode & 0o111 ? '1;32' : '0;0';
  return `\x1b[${code}m${text}\x1b[m`;
}

/** Puts coloured labels in the place of the bare ones of one laid-out line. */
export function repaint(line: string, bare: readonly string[], labels: readonly string[]): string {
  return line
    .split(/( {2,})/)
    .map((piece) => {
      const index = bare.indexOf(piece);
      return index === -1 ? piece : labels[index]!;
    })
    .join('');
}
