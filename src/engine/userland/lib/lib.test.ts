import { describe, expect, it } from 'vitest';
import { getopt, type OptionError } from './getopt.ts';
import { fnmatch, hasMagic } from './glob.ts';
import { modeString, parseMode } from './mode-string.ts';
import { bytesToText, textToBytes } from './text.ts';
import { parsePasswd } from './users.ts';
import { columns, textWidth } from './width.ts';

describe('getopt', () => {
  const table = { short: 'abn:c::', long: { all: 'a', lines: 'n:', color: 'c::', author: 'author' } };
  it('permutes operands and reads clusters and long options', () => {
    expect(getopt(['x', '-abn5', 'y', '--lines=3', '--color', '--', '-z'], table)).toEqual({
      options: [
        { name: 'a', value: undefined },
        { name: 'b', value: undefined },
        { name: 'n', value: '5' },
        { name: 'n', value: '3' },
        { name: 'c', value: undefined },
      ],
      operands: ['x', 'y', '-z'],
    });
  });
  it('stops at the first operand with +', () => {
    expect(getopt(['x', '-a'], { short: '+a' }).operands).toEqual(['x', '-a']);
  });
  it('refuses in the words of the library', () => {
    const message = (args: string[], words?: 'musl') => {
      try {
        getopt(args, table, words);
      } catch (error) {
        return (error as OptionError).message;
      }
      return undefined;
    };
    expect(message(['-z'])).toBe("invalid option -- 'z'");
    expect(message(['-z'], 'musl')).toBe('unrecognized option: z');
    expect(message(['--zed'])).toBe("unrecognized option '--zed'");
    expect(message(['-n'])).toBe("option requires an argument -- 'n'");
    expect(message(['--all=1'])).toBe("option '--all' doesn't allow an argument");
    expect(message(['--a'])).toBe("option '--a' is ambiguous; possibilities: '--all' '--author'");
    expect(message(['--li'])).toBe("option '--lines' requires an argument");
  });
});

describe('patterns', () => {
  it.each([
    ['*.c', 'a.c', true],
    ['*.c', 'a.d', false],
    ['a*b*c', 'aXXbYYbZc', true],
    ['[!a-c]?', 'dx', true],
    ['[!a-c]?', 'bx', false],
    ['[]x]', ']', true],
    ['[[:digit:]]*', '7up', true],
    ['\\*', '*', true],
    ['\\*', 'x', false],
    ['[', '[', true],
    ['a[', 'a[', true],
    ['', '', true],
    ['?', '界', true],
  ] as const)('%s against %s is %s', (pattern, text, expected) => {
    expect(fnmatch(pattern, text)).toBe(expected);
  });
  it('knows extended groups', () => {
    expect(fnmatch('*.@(jpg|png)', 'a.png', { extended: true })).toBe(true);
    expect(fnmatch('!(*.txt)', 'a.txt', { extended: true })).toBe(false);
    expect(fnmatch('+(ab)c', 'ababc', { extended: true })).toBe(true);
    expect(fnmatch('x?(y)', 'x', { extended: true })).toBe(true);
  });
  it('does not explode', () => {
    expect(fnmatch('*a*a*a*a*a*a*a*a*b', 'a'.repeat(2000))).toBe(false);
  });
  it('sees what is special', () => {
    expect(hasMagic('a\\*b')).toBe(false);
    expect(hasMagic('a*')).toBe(true);
    expect(hasMagic('[')).toBe(false);
  });
});

describe('modes', () => {
  it('shows them', () => {
    expect(modeString(0o100644)).toBe('-rw-r--r--');
    expect(modeString(0o041777)).toBe('drwxrwxrwt');
    expect(modeString(0o104755)).toBe('-rwsr-xr-x');
    expect(modeString(0o106644)).toBe('-rwSr-Sr--');
  });
  it.each([
    ['u+x', 0o644, 0o744],
    ['go=', 0o777, 0o700],
    ['a-w,u+w', 0o666, 0o644],
    ['+x', 0o644, 0o755],
    ['755', 0o600, 0o755],
    ['g=u', 0o740, 0o770],
    ['+t', 0o755, 0o1755],
  ] as const)('%s turns %o into %o', (text, before, after) => {
    expect(parseMode(text)!(before, false, 0o022)).toBe(after);
  });
  it('refuses nonsense', () => {
    expect(parseMode('u+q')).toBeUndefined();
    expect(parseMode('9')).toBeUndefined();
  });
});

it('text keeps bytes that are not UTF-8', () => {
  const bytes = Uint8Array.from([0x61, 0xff, 0xc3, 0xa9, 0xe4, 0xb8, 0x96, 0xc3]);
  expect(textToBytes(bytesToText(bytes))).toEqual(bytes);
});

it('passwd is read, broken lines are passed over', () => {
  expect(parsePasswd('root:x:0:0:root:/root:/bin/bash\nbroken\n')).toEqual([
    { name: 'root', uid: 0, gid: 0, gecos: 'root', home: '/root', shell: '/bin/bash' },
  ]);
});

describe('columns', () => {
  it('counts cells', () => {
    expect(textWidth('a世é')).toBe(4);
  });
  it('goes down, then across', () => {
    expect(columns(['a', 'bb', 'ccc', 'd'], 9)).toEqual(['a   ccc', 'bb  d']);
    expect(columns(['a', 'b'], 80)).toEqual(['a  b']);
  });
});
