import fc from 'fast-check';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { CommandReader } from './command-reader.ts';
import { CASE_FILES, readCases } from './differential/testing.ts';
import { Cursor } from './syntax/cursor.ts';
import type { Syntax } from './syntax/syntax.ts';

const lines = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

const bash = (aliases?: ReadonlyMap<string, string>): Syntax => ({
  name: 'bash',
  posix: false,
  extglob: false,
  aliases,
});

/** Feeds lines until a command is whole; gives their number, and what was said of it. */
function read(text: string, aliases?: ReadonlyMap<string, string>): { count: number; state: string } {
  const reader = new CommandReader(bash(aliases));
  let count = 0;
  let state = 'unfinished';
  for (const line of lines(text)) {
    count++;
    state = reader.add(line);
    if (state !== 'unfinished') break;
  }
  return { count, state };
}

/** The same by parsing all of it anew for each line. */
function readAnew(text: string, aliases?: ReadonlyMap<string, string>): { count: number; state: string } {
  let whole = '';
  let count = 0;
  let state = 'unfinished';
  for (const line of lines(text)) {
    whole += line;
    count++;
    state = new CommandReader(bash(aliases)).add(whole);
    if (state !== 'unfinished') break;
  }
  return { count, state };
}

describe('a command is whole at the same line as when it is parsed anew for each', () => {
  test.each([
    ...CASE_FILES.flatMap((file) => readCases(file).map(({ script }) => script)),
    'x="a $(b\n c "d\n e" f) g\n h"\n',
    "x='a\n'\\''b\n'\"c\nd\"\n",
    'f() {\n cat <<A; cat <<B\nit is\n"open\nA\n) }\nB\n}\n',
    'cat <<A && \\\n cat <<B\n$(\nA\n`\nB\n',
    'a=(1\n"2\n3" \'4\n5\'\n)\n',
    'case x in\n a) b\n c;;\n d) case y in\n e) f;;\n esac;;\nesac\n',
    'if a\nthen b\nelif c\nthen d\nelif e\nthen f\nelse g\nfi\n',
    'x=$((1 +\n2))\n',
    'echo a \\\n b \\\n "c\n d" \\\n e\n',
    'echo ${x:-a\nb}\n',
    'a |\n b |\n c &&\n d ||\n e\n',
    '{ a\n b\n} | while c\ndo d\n e\ndone\n',
    'echo # not "open\n',
    'echo `a\n b "c\n` d\n',
    "x=$'a\\'\nb\n'\n",
    'function g {\n a\n b\n c\n}\n',
    '[[ a &&\n b ]]\n',
    'for ((i = 0;\n i < 3; i++)); do\n a\n b\ndone\n',
    'diff <(a\nb\n) <(c\nd\n)\n',
    'f() {\n a\n )\n}\n',
  ])('%j', (script) => {
    expect(read(`${script}\n`)).toEqual(readAnew(`${script}\n`));
  });

  test('whatever the lines are', () => {
    const pieces = [
      ...[
        "'",
        '"',
        '`',
        '$(',
        ')',
        '${x',
        '}',
        '{',
        '(',
        '\\',
        '#',
        '<<E ',
        '<<-E ',
        'E',
        '\tE',
        "$'",
        'x=',
        'x=(',
      ],
      ...[
        'if a',
        'then',
        'else',
        'elif b',
        'fi',
        'while c',
        'do',
        'done',
        'for i in 1',
        'case x in',
        'p)',
        ';;',
      ],
      ...['esac', 'f()', 'echo', 'word', '|', '&&', ';', '&', '$((', '))', '!', '>', '<(', '\n', '\n', ' '],
    ];
    const line = fc
      .array(fc.constantFrom(...pieces), { maxLength: 6 })
      .map((words) => `${words.join(' ')}\n`);
    const glued = fc
      .array(fc.constantFrom(...pieces), { maxLength: 6 })
      .map((words) => `${words.join('')}\n`);
    fc.assert(
      fc.property(fc.array(fc.oneof(line, glued), { maxLength: 12 }), (text) => {
        expect(read(text.join(''))).toEqual(readAnew(text.join('')));
      }),
      { numRuns: Number(process.env['DRYDOCK_RUNS'] ?? 2000), seed: 7 },
    );
  });
});

test.each([
  ['begin\necho\nend\n', { begin: '{', end: '}' }],
  ['f() {\nq\nb" \n}\n', { q: 'echo "' }],
  ['f() {\nll\nll\nll\n}\n', { ll: 'ls -l' }],
  ['f() {\na\nls\nls\n}\n', { ls: 'ls --color', a: 'if true; then', fi: 'fi' }],
])('aliases open and close commands: %j', (text, aliases) => {
  const map = new Map(Object.entries(aliases));
  expect(read(text, map)).toEqual(readAnew(text, map));
});

/** Of a text of a hundred times the length, a hundred times as much is parsed, not ten thousand times. */
describe('the work grows with the text', () => {
  /** Characters that the parser has passed. */
  let passed = 0;
  const { take } = Cursor.prototype;
  beforeEach(() => {
    vi.spyOn(Cursor.prototype, 'take').mockImplementation(function (this: Cursor, to: number) {
      passed += to - this.at;
      return take.call(this, to);
    });
    return () => vi.restoreAllMocks();
  });

  test.each([
    ['a function', 'f() {\n', '  if a; then { echo "b"; }; fi\n', '}\n'],
    ['a function of aliases', 'f() {\n', '  ll; ll\n', '}\n'],
    ['a loop in a function', 'f() {\nwhile a; do\n', '  echo "}" }\n', 'done\n}\n'],
    ['branches', 'if a; then b\n', 'elif c; then d\n', 'fi\n'],
    ['cases', 'case a in\n', ' b) c;;\n', 'esac\n'],
    ['a double quote', 'x="\n', 'say \\"it\\" $(date)\n', '"\n'],
    ['a single quote', "x='\n", 'say "it"\n', "'\n"],
    ['quotes in one word', "x='\n", "don'\\''t\n", "'\n"],
    ['words', 'cmd a \\\n', " 'b\n c' \\\n", '\n'],
    ['a pipeline', 'a |\n', ' b |\n', ' c\n'],
    ['a here-document in a function', 'f() {\ncat <<E\n', "it's }\n", 'E\n}\n'],
    ['a substitution', 'x="$(\n', 'echo "hello"\n', ')"\n'],
    ['an array', 'x=(\n', 'one "two" \n', ')\n'],
  ])('%s', (_, begin, middle, end) => {
    const work = (times: number) => {
      passed = 0;
      const text = `${begin}${middle.repeat(times)}${end}`;
      expect(read(text, new Map([['ll', 'ls -l']]))).toEqual({
        count: lines(text).length,
        state: 'complete',
      });
      return passed / text.length;
    };
    const few = work(30);
    expect(work(3000)).toBeLessThan(few + 1);
  });
});
