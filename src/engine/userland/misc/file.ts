import { isErrno } from '../../base/errno.ts';
import { decodeExecutable, isElf } from '../../base/executable.ts';
import { isGzip } from '../../oci/layer/gzip.ts';
import { major, minor } from '../../vfs/device-number.ts';
import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFSOCK } from '../../vfs/inode.ts';
import { readOrigin } from '../archive/gzip-member.ts';
import { statOf } from '../files.ts';
import { readAll, readFile, type Stdio } from '../lib/stdio.ts';
import { strftime } from '../lib/strftime.ts';
import { bytesToText } from '../lib/text.ts';
import { Given, type Utility } from '../utility.ts';

const USAGE = `Usage: file [-bcCdEhikLlNnprsSvzZ0] [--apple] [--extension] [--mime-encoding]
            [--mime-type] [-e <testname>] [-F <separator>]  [-f <namefile>]
            [-m <magicfiles>] [-P <parameter=value>] [--exclude-quiet]
            <file> ...
       file -C [-m <magicfiles>]
       file [--help]
`;

/** file(1): the kinds of file that turn up here. */
export const file: Utility = {
  name: 'file',
  usage: '[OPTION...] [FILE...]',
  summary: 'Determine type of FILEs.',
  hint: () => USAGE.trimEnd(),
  options: {
    short: 'bcCdEe:f:F:hiklLm:nNpP:rsSvzZ0',
    long: {
      brief: 'b',
      'checking-printout': 'c',
      compile: 'C',
      debug: 'd',
      exclude: 'e:',
      extension: 'extension',
      'files-from': 'f:',
      separator: 'F:',
      'no-dereference': 'h',
      mime: 'i',
      'keep-going': 'k',
      list: 'l',
      dereference: 'L',
      'magic-file': 'm:',
      'mime-encoding': 'mime-encoding',
      'mime-type': 'mime-type',
      'no-buffer': 'n',
      'no-pad': 'N',
      'preserve-date': 'p',
      parameter: 'P:',
      raw: 'r',
      'special-files': 's',
      'no-sandbox': 'S',
      uncompress: 'z',
      'uncompress-noreport': 'Z',
      print0: '0',
    },
    about: { version: 'v' },
    refused: ['c', 'C', 'd', 'E', 'e', 'extension', 'k', 'l', 'm', 'P', 's', 'z', 'Z'],
    // Links are not followed unless -L says so; each result is written at once enough; looking at a file changes no date;
    // nothing in a result needs to be escaped; there is no sandbox.
    inert: ['h', 'n', 'p', 'r', 'S'],
  },
  async run(io, parsed) {
    const given = new Given(parsed);
    const names = [...parsed.operands];
    for (const list of given.values('f')) {
      const text = bytesToText(list === '-' ? await io.stdin.readAll() : await readFile(io.sys, list));
      names.push(...text.split('\n').filter(Boolean));
    }
    if (names.length === 0) {
      await io.stderr.write(USAGE);
      return 1;
    }
    const separator = given.value('F') ?? ':';
    const width = Math.max(...names.map((name) => name.length)) + separator.length;
    for (const name of names) {
      const shown = shownAs(given, await kindOf(io, name, given.has('L')));
      const mark = given.has('0') ? '\0' : '';
      const padded = given.has('N') ? name + mark + separator : `${name}${mark}${separator}`.padEnd(width);
      io.stdout.write(`${given.has('b') ? '' : `${padded} `}${shown}\n`);
    }
    return 0;
  },
};

/** What a file is: in words, and as MIME has it. */
interface Kind {
  words: string;
  type: string;
  charset: string;
}

const binary = (words: string, type: string): Kind => ({ words, type, charset: 'binary' });

function shownAs(given: Given, { words, type, charset }: Kind): string {
  if (type === '') return words;
  if (given.has('i')) return `${type}; charset=${charset}`;
  if (given.has('mime-type')) return type;
  return given.has('mime-encoding') ? charset : words;
}

async function kindOf(io: Stdio, name: string, follow: boolean): Promise<Kind> {
  const { sys } = io;
  const stat = name === '-' ? await sys.fstat(0) : await statOf(sys, name, follow);
  if (!stat) return { words: `cannot open \`${name}' (No such file or directory)`, type: '', charset: '' };
  const device = `(${major(stat.rdev)}/${minor(stat.rdev)})`;
  switch (stat.mode & S_IFMT) {
    case S_IFDIR:
      return binary(`${stat.mode & 0o1000 ? 'sticky, ' : ''}directory`, 'inode/directory');
    case S_IFLNK: {
      const target = await sys.readlink(name);
      const isBroken = !(await statOf(sys, name));
      return binary(`${isBroken ? 'broken ' : ''}symbolic link to ${target}`, 'inode/symlink');
    }
    case S_IFCHR:
      return binary(`character special ${device}`, 'inode/chardevice');
    case S_IFBLK:
      return binary(`block special ${device}`, 'inode/blockdevice');
    case S_IFIFO:
      return binary('fifo (named pipe)', 'inode/fifo');
    case S_IFSOCK:
      return binary('socket', 'inode/socket');
  }
  try {
    const fd = name === '-' ? 0 : await sys.open(name, 0);
    const head = await sys.read(fd, 8192);
    const kind = ofContent(head);
    // The sizes of what is packed stand at the end.
    const whole = isGzip(head) ? packed(await withRest(sys, fd, head)) : kind;
    if (fd !== 0) await sys.close(fd);
    return whole;
  } catch (error) {
    if (!isErrno(error)) throw error;
    return binary('regular file, no read permission', 'application/octet-stream');
  }
}

async function withRest(sys: Stdio['sys'], fd: number, head: Uint8Array): Promise<Uint8Array> {
  const rest = await readAll(sys, fd);
  const all = new Uint8Array(head.length + rest.length);
  all.set(head);
  all.set(rest, head.length);
  return all;
}

function packed(member: Uint8Array): Kind {
  const { name, mtime } = readOrigin(member);
  const size = new DataView(member.buffer, member.byteOffset).getUint32(member.length - 4, true);
  const parts = [
    'gzip compressed data',
    ...(name === undefined ? [] : [`was "${name}"`]),
    ...(mtime === 0 ? [] : [`last modified: ${strftime('%a %b %e %H:%M:%S %Y', mtime)}`]),
    'from Unix',
    `original size modulo 2^32 ${size}`,
  ];
  return binary(parts.join(', '), 'application/gzip');
}

function ofContent(head: Uint8Array): Kind {
  if (head.length === 0) return binary('empty', 'inode/x-empty');
  if (isElf(head)) {
    const machine = head[18] === 183 ? 'ARM aarch64' : 'x86-64';
    const simulated = decodeExecutable(head) ?? decodeExecutable(head, 'aarch64');
    const rest = simulated === undefined ? '' : ', statically linked, stripped';
    return binary(
      `ELF 64-bit LSB executable, ${machine}, version 1 (SYSV)${rest}`,
      'application/x-executable',
    );
  }
  if (bytesToText(head.subarray(257, 262)) === 'ustar') {
    const gnu = bytesToText(head.subarray(262, 264)) === '  ' ? ' (GNU)' : '';
    return binary(`POSIX tar archive${gnu}`, 'application/x-tar');
  }
  if (head.length === 1) return binary('very short file (no magic)', 'application/octet-stream');
  const text = bytesToText(head);
  if (/[\0-\x06\x0e-\x1a\x1c-\x1f]/.test(text)) return binary('data', 'application/octet-stream');
  return ofText(text);
}

function ofText(text: string): Kind {
  const [encoding, charset] = /[\udc80-\udcff]/.test(text)
    ? ['ISO-8859 text', 'iso-8859-1']
    : /[^\x00-\x7f]/.test(text)
      ? ['Unicode text, UTF-8 text', 'utf-8']
      : ['ASCII text', 'us-ascii'];
  const ends = text.includes('\r\n')
    ? ', with CRLF line terminators'
    : text.includes('\n')
      ? ''
      : ', with no line terminators';
  if (text.startsWith('#!')) {
    const [title, type] = scriptKind(text.slice(2).split('\n')[0]!.trim());
    return { words: `${title} script, ${encoding} executable${ends}`, type, charset };
  }
  if (/^\s*<(!doctype html|html)\b/i.test(text))
    return { words: `HTML document, ${encoding}${ends}`, type: 'text/html', charset };
  if (/^\s*[{[]/.test(text)) {
    try {
      JSON.parse(text);
      return { words: 'JSON text data', type: 'application/json', charset };
    } catch {
      // Text like any other.
    }
  }
  return { words: encoding + ends, type: 'text/plain', charset };
}

/** The language of a script by its first line. */
function scriptKind(line: string): [title: string, type: string] {
  const words = line.split(/\s+/);
  const program = (/\benv$/.test(words[0]!) ? words[1] : words[0]) ?? '';
  const name = program.replace(/^.*\//, '');
  if (name === 'bash') return ['Bourne-Again shell', 'text/x-shellscript'];
  if (/^(da|a)?sh$/.test(name)) return ['POSIX shell', 'text/x-shellscript'];
  if (/^python/.test(name)) return ['Python', 'text/x-script.python'];
  if (name === 'perl') return ['Perl', 'text/x-perl'];
  return [`a ${line}`, 'text/plain'];
}
