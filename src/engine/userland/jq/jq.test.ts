import { describe, expect, test } from 'vitest';
import type { TestMachine } from '../../kernel/testing.ts';
import { asked, real, shown, simulatedLab } from '../testing.ts';
import { jq } from './jq.ts';
import { COMMANDS, PROGRAMS, TEXTS } from './jq-cases.ts';

/** Programs, texts and command lines through the real jq 1.6 and through ours: output, messages and status are the same. */
const hasJq = asked('/usr/bin/jq', '--version').trim() === 'jq-1.6';

/** Debian mended these in an update of jq 1.6 (CVE-2024-53427, and an assertion): the jq that is here need not have it. */
const MENDED = new Set(['"nan"|tonumber', '["a"]|implode', 'nan', 'nul']);
const mended = hasJq && !/Assertion/.test(asked('/usr/bin/jq', '-nc', '["a"]|implode'));
if (hasJq && !mended)
  console.warn(`not compared with jq, which Debian has mended since: ${[...MENDED].join(' ')}`);
const compared = (texts: readonly string[]) => texts.filter((text) => mended || !MENDED.has(text));

const FILES = { in: '{"a":[1,2],"b":"x"}\n', 'prog.jq': '.a\n' };
const boot = (): Promise<TestMachine> => simulatedLab({ files: FILES, tools: [jq] });
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

describe('as the real jq', () => {
  let machine: Promise<TestMachine> | undefined;
  const compare = async (line: string, stdin = '') => {
    machine ??= boot();
    const env = { PATH: '/bin', LC_ALL: 'C' };
    const ours = await (await machine).run(['dash', '-c', line], { stdin, cwd: '/lab', env });
    expect(shown(ours)).toBe(shown(real(line, 'gnu', { files: FILES, stdin })));
  };

  test.skipIf(!hasJq).each(compared(PROGRAMS))('jq -nc %s', async (text) => {
    await compare(`jq -nc ${quoted(text)}`);
  });

  test.skipIf(!hasJq).each(compared(TEXTS))('jq -c . of %s', async (text) => {
    await compare('jq -c .', text);
  });

  test.skipIf(!hasJq).each(COMMANDS)('%s', async (line) => {
    await compare(line);
  });
});

describe('on its own', () => {
  test('a program without end gives way, and ends with a signal', async () => {
    const machine = await boot();
    const result = await machine.run(['timeout', '1', 'jq', '-n', 'last(range(1; infinite))']);
    expect(result.exit).toBe(124);
  });

  test('a long loop needs no stack', async () => {
    const machine = await boot();
    const { stdout } = await machine.run([
      'jq',
      '-n',
      '[limit(30000; repeat(1))] | length, (0 | until(. > 30000; . + 1))',
    ]);
    expect(stdout).toBe('30000\n30001\n');
  });
});
