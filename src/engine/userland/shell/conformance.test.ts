import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Program } from '../../kernel/program.ts';
import { bootTestMachine } from '../../kernel/testing.ts';
import { userlandPrograms } from '../index.ts';
import { utility } from '../lib/stdio.ts';
import { EXCEPTIONS } from './conformance-exceptions.ts';

/** Cases of the Oils project on which a real dash 0.5.12 agrees with the expectation (see the folder's README). */
const FILE = new URL('../../../../../shared/conformance/posix-shell-cases.json', import.meta.url);

interface Case {
  name: string;
  line: number;
  code: string;
  assert: { quirk: string | null; shells: string | null; key: string; value: string }[];
}

const available = existsSync(FILE);
const files: { file: string; cases: Case[] }[] = available
  ? JSON.parse(readFileSync(FILE, 'utf8')).files
  : [];

/** Python's repr of a string, as the suite's argv.py prints it. */
function repr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let out = quote;
  for (const char of text) {
    const code = char.codePointAt(0)!;
    if (char === '\\' || char === quote) out += `\\${char}`;
    else if (char === '\n') out += '\\n';
    else if (char === '\t') out += '\\t';
    else if (char === '\r') out += '\\r';
    else if (code >= 0xdc80 && code <= 0xdcff) out += `\\x${(code - 0xdc00).toString(16)}`;
    else if (code > 126)
      out += [...new TextEncoder().encode(char)].map((byte) => `\\x${byte.toString(16)}`).join('');
    else if (code < 32) out += `\\x${code.toString(16).padStart(2, '0')}`;
    else out += char;
  }
  return out + quote;
}

const helpers: Record<string, Program> = {
  'argv.py': utility(async (io) => {
    await io.stdout.write(`[${io.args.map(repr).join(', ')}]\n`);
    return 0;
  }),
  'printenv.py': utility(async (io) => {
    for (const name of io.args) await io.stdout.write(`${io.env.get(name) ?? 'None'}\n`);
    return 0;
  }),
  'stdout_stderr.py': utility(async (io) => {
    await io.stdout.write(`${io.args[0] ?? 'STDOUT'}\n`);
    await io.stdout.flush();
    await io.stderr.write(`${io.args[1] ?? 'STDERR'}\n`);
    return Number(io.args[2] ?? 0);
  }),
};

function expectation(one: Case): Record<string, string> {
  const wanted: Record<string, string> = { status: '0' };
  const read = (value: string) => {
    try {
      return String(JSON.parse(value));
    } catch {
      return value;
    }
  };
  for (const general of [true, false])
    for (const { shells, key, value } of one.assert) {
      if (general ? shells !== null : !shells?.split('/').includes('dash')) continue;
      wanted[key.replace('-json', '')] = key.endsWith('-json') ? read(value) : value;
    }
  return wanted;
}

/** More turns of the machine than any case needs. */
const TURNS = 3000;

async function holds(one: Case, programs: Record<string, Program>): Promise<boolean> {
  let turns = 0;
  const machine = bootTestMachine({
    programs,
    files: { '/lab/tmp/': '', '/etc/passwd': 'root:x:0:0:root:/root:/bin/bash\n' },
    macrotask: () => {
      if (++turns > TURNS) throw new Error('does not end');
      return new Promise((resolve) => setImmediate(resolve));
    },
  });
  const env = {
    TMP: '/lab/tmp',
    SH: '/bin/dash',
    PATH: '/bin:/usr/bin',
    HOME: '/root',
    REPO_ROOT: '/lab',
    LC_ALL: 'C.UTF-8',
  };
  const got = await machine.run(['dash'], { stdin: one.code, cwd: '/lab/tmp', env }).catch(() => undefined);
  const wanted = expectation(one);
  return (
    got !== undefined &&
    String(got.exit) === wanted['status'] &&
    (wanted['stdout'] === undefined || got.stdout === wanted['stdout']) &&
    (wanted['stderr'] === undefined || got.stderr === wanted['stderr'])
  );
}

describe.skipIf(!available)('POSIX shell cases', () => {
  it('pass, but for exceptions with a reason', { timeout: 600_000 }, async () => {
    const userland = Object.fromEntries(userlandPrograms());
    // The cases expect programs in /usr/bin too.
    const elsewhere = Object.fromEntries(
      ['env', 'cat'].map((name) => [`/usr/bin/${name}`, userland[name]!] as const),
    );
    const programs = { ...userland, ...elsewhere, ...helpers };
    const failed: string[] = [];
    let total = 0;
    for (const { file, cases } of files) {
      for (const one of cases) {
        total++;
        if (!(await holds(one, programs))) failed.push(`${file}:${one.line}`);
      }
    }
    console.info(`posix shell cases: ${total - failed.length} of ${total} pass`);
    expect(failed.sort()).toEqual(Object.keys(EXCEPTIONS).sort());
    expect((total - failed.length) / total).toBeGreaterThan(0.95);
  });
});
