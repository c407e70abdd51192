import { C_ESCAPES } from '../../base/c-escapes.ts';
import { S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFREG, S_IFSOCK, type Stat } from '../../vfs/inode.ts';
import { textToBytes } from '../lib/text.ts';

/** How ls writes names (coreutils manual, "Formatting the file names"; gnulib's quotearg). */

export const QUOTING = [
  'literal',
  'shell',
  'shell-always',
  'shell-escape',
  'shell-escape-always',
  'c',
  'c-maybe',
  'escape',
  'locale',
  'clocale',
] as const;
export type Quoting = (typeof QUOTING)[number];

const CONTROL = /[\x00-\x1f\x7f]/;
const CONTROLS = /[\x00-\x1f\x7f]/g;

/** A name in a style; `hidden` shows what is no graphic character as `?`. */
export function quoteFileName(name: string, style: Quoting, hidden: boolean): string {
  const visible = hidden ? name.replace(CONTROLS, '?') : name;
  switch (style) {
    case 'literal':
      return visible;
    case 'shell':
      return isPlain(name) ? visible : shellQuote(visible);
    case 'shell-always':
      return shellQuote(visible);
    case 'shell-escape':
      return isPlain(name) ? name : shellEscape(name);
    case 'shell-escape-always':
      return shellEscape(name);
    case 'escape':
      return cEscape(name).replaceAll(' ', '\\ ');
    case 'c':
      return `"${cEscape(name).replaceAll('"', '\\"')}"`;
    case 'c-maybe':
      return CONTROL.test(name) || name.includes('"') ? quoteFileName(name, 'c', false) : name;
    case 'locale':
      return `'${cEscape(name).replaceAll("'", "\\'")}'`;
    case 'clocale':
      return quoteFileName(name, 'c', false);
  }
}

/** Whether a shell takes the name as it stands. */
const isPlain = (name: string): boolean =>
  name !== '' && !/^[#~]|^[{}]$|[ !"$&'()*;<=>?[\\^`|]/.test(name) && !CONTROL.test(name);

const shellQuote = (name: string): string =>
  name.includes("'") && !/["$`\\]/.test(name) ? `"${name}"` : `'${name.replaceAll("'", "'\\''")}'`;

function shellEscape(name: string): string {
  if (!CONTROL.test(name)) return shellQuote(name);
  const quoted = name.replaceAll("'", "'\\''").replace(/[\x00-\x1f\x7f]+/g, (run) => `'$'${cEscape(run)}''`);
  return `'${quoted}'`.replace(/''$/, '');
}

const cEscape = (name: string): string =>
  name.replace(/[\x00-\x1f\x7f\\\udc80-\udcff]/g, (char) => {
    const octal = () => `\\${textToBytes(char)[0]!.toString(8).padStart(3, '0')}`;
    return C_ESCAPES[char] ?? octal();
  });

/** What stands after a name: nothing, a slash after directories, a mark of the type, that of executables too. */
export type Indicators = 'none' | 'slash' | 'file-type' | 'classify';

export function indicator({ mode }: Stat, style: Indicators): string {
  const type = mode & S_IFMT;
  if (style === 'none' || (style === 'slash' && type !== S_IFDIR)) return '';
  switch (type) {
    case S_IFDIR:
      return '/';
    case S_IFLNK:
      return '@';
    case S_IFIFO:
      return '|';
    case S_IFSOCK:
      return '=';
    case S_IFREG:
      return style === 'classify' && mode & 0o111 ? '*' : '';
  }
  return '';
}
