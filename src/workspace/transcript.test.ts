import { describe, expect, it } from 'vitest';
import { createTranscript } from './transcript.ts';

const read = (...writes: string[]) => {
  const transcript = createTranscript();
  for (const text of writes) transcript.write(text);
  return transcript.entries.map(({ command, lines }) => [command, lines.join('\n')]);
};

describe('a transcript', () => {
  it('puts what a command printed under it', () => {
    expect(read('root@host:~# echo hi\r\nhi\r\nroot@host:~# ')).toEqual([
      [undefined, ''],
      ['echo hi', 'hi\nroot@host:~# '],
    ]);
  });

  it('follows line editing, however it is cut into pieces', () => {
    const typed = 'root@host:~# lx\b\x1b[Ks\r\n';
    expect(read(...typed)).toEqual(read(typed));
    expect(read(typed).at(-1)?.[0]).toBe('ls');
  });

  it('drops colours and titles', () => {
    expect(read('\x1b]0;title\x07\x1b[1;31mred\x1b[0m')).toEqual([[undefined, 'red']]);
  });

  it('shows a progress bar as it ends', () => {
    expect(read('a: 1%\r\nb: 1%\r\n\x1b[2A\ra: done\x1b[K\n\rb: done\x1b[K\n\r')).toEqual([
      [undefined, 'a: done\nb: done\n'],
    ]);
  });

  it('leaves out a program that takes the whole screen', () => {
    expect(read('before\r\n\x1b[?1049h~\r\n~ text\x1b[?1049lafter')).toEqual([[undefined, 'before\nafter']]);
  });

  it('does not take an empty prompt for a command', () => {
    expect(read('/ # \r\n/ # id\r\n')).toEqual([
      [undefined, '/ # '],
      ['id', ''],
    ]);
  });
});
