import { describe, expect, test } from 'vitest';
import { decode, encode } from '../../base/bytes.ts';
import { raw, SANE } from './attributes.ts';
import { LineDiscipline } from './line-discipline.ts';

/** Types text; gives what is shown, and the lines that can be read then. */
function typed(text: string, discipline = new LineDiscipline()) {
  const { echo, signals } = discipline.input(encode(text));
  const lines: string[] = [];
  for (let line = discipline.take(9999); line !== undefined; line = discipline.take(9999))
    lines.push(decode(line));
  return { echo: decode(echo), lines, signals };
}

describe('line discipline', () => {
  test('a line is echoed as typed and read when it ends', () => {
    expect(typed('ls')).toEqual({ echo: 'ls', lines: [], signals: [] });
    expect(typed('ls\r')).toEqual({ echo: 'ls\r\n', lines: ['ls\n'], signals: [] });
    expect(typed('a\nb\n').lines).toEqual(['a\n', 'b\n']);
  });

  test('erase takes whole characters, and their cells, back', () => {
    expect(typed('ab\x7fc\r')).toMatchObject({ echo: 'ab\b \bc\r\n', lines: ['ac\n'] });
    expect(typed('é\x7f\r')).toMatchObject({ echo: 'é\b \b\r\n', lines: ['\n'] });
    expect(typed('船\x7f\r')).toMatchObject({ echo: '船\b \b\b \b\r\n', lines: ['\n'] });
    expect(typed('🐳\x7f\r').echo).toBe('🐳\b \b\b \b\r\n');
    expect(typed('\x01\x7f\r').echo).toBe('^A\b \b\b \b\r\n');
    expect(typed('\x7f\r')).toMatchObject({ echo: '\r\n', lines: ['\n'] });
  });

  test('a tab is stepped back over, by as much as it took', () => {
    expect(typed('abc\t\x7f').echo).toBe('abc\t\b\b\b\b\b');
    const after = new LineDiscipline();
    after.output(encode('$ '));
    expect(typed('\t\x7f', after).echo).toBe('\t\b\b\b\b\b\b');
  });

  test('kill and word erase', () => {
    expect(typed('one two\x15x\r').lines).toEqual(['x\n']);
    expect(typed('one two \x17x\r').lines).toEqual(['one x\n']);
    expect(typed('a/b\x17\r').lines).toEqual(['a/\n']);
  });

  test('end of file ends a read without a newline; on an empty line it is the end', () => {
    expect(typed('abc\x04').lines).toEqual(['abc']);
    expect(typed('\x04')).toMatchObject({ echo: '', lines: [''] });
  });

  test('keys that signal show themselves and drop what was typed', () => {
    expect(typed('abc\x03')).toEqual({ echo: 'abc^C', lines: [], signals: ['SIGINT'] });
    expect(typed('x\x1c\x1ay\r')).toEqual({
      echo: 'x^\\^Zy\r\n',
      lines: ['y\n'],
      signals: ['SIGQUIT', 'SIGTSTP'],
    });
  });

  test('the literal-next key takes the next as it is', () => {
    expect(typed('\x16\x03\r')).toMatchObject({ echo: '^\b^C\r\n', lines: ['\x03\n'], signals: [] });
  });

  test('raw settings pass everything at once', () => {
    const discipline = new LineDiscipline();
    discipline.setAttributes(raw(SANE));
    expect(typed('a\r\x03\x7f', discipline)).toEqual({ echo: '', lines: ['a\r\x03\x7f'], signals: [] });
    expect(decode(discipline.output(encode('x\ny')))).toBe('x\ny');
  });

  test('leaving canonical mode makes the unfinished line readable', () => {
    const discipline = new LineDiscipline();
    discipline.input(encode('half'));
    discipline.setAttributes(raw(SANE));
    expect(decode(discipline.take(10)!)).toBe('half');
  });

  test('without echo nothing shows, not even the newline', () => {
    const discipline = new LineDiscipline();
    discipline.setAttributes({ ...SANE, echo: false });
    expect(typed('secret\r', discipline)).toEqual({ echo: '', lines: ['secret\n'], signals: [] });
  });

  test.each([
    // Recorded from Linux 6.18 (a pseudoterminal with stty sane, iutf8): prompt, typed, shown, lines read.
    ['$ ', '\t\u0012\u0017a\n', '\t^R\r\n\t\b\b\b\b\b\b\b\ba\r\n', ['a\n']],
    ['$ ', '\u0016\n\u0016', '^\b^J^\b', []],
    ['$ ', 'b\u0000\u0012a/é\u0017\tx\u0017\n', 'b^@^R\r\nb^@a/é\b \b\tx\b \b\r\n', ['b\u0000a/\t\n']],
    ['prompt> ', 'one two\u0017\t\u0001x\u0004', 'one two\b \b\b \b\b \b\t\b\b\b\b^A\b \b\b \bx', ['one x']],
    ['', 'ab\t\u0015c\u0016\r', 'ab\t\b\b\b\b\b\b\b \b\b \bc^\b^?\b \b\b \b\r\n', ['c\n']],
  ])('echoes as Linux does, case %#', (prompt, text, echo, lines) => {
    const discipline = new LineDiscipline();
    discipline.output(encode(prompt));
    expect(typed(text, discipline)).toMatchObject({ echo, lines });
  });

  test('a line of more than 4095 bytes is refused with a bell', () => {
    const { echo, lines } = typed(`${'x'.repeat(5000)}\r`);
    expect(lines[0]!.length).toBe(4096);
    expect(echo.split('\x07').length - 1).toBe(905);
  });

  test('a long line is read in parts', () => {
    const discipline = new LineDiscipline();
    discipline.input(encode('hello\nworld\n'));
    expect(decode(discipline.take(3)!)).toBe('hel');
    expect(decode(discipline.take(9)!)).toBe('lo\n');
    expect(discipline.available).toBe(6);
  });
});
