import { describe, expect, it } from 'vitest';
import { bootTestMachine } from '../../kernel/testing.ts';
import { Output, utility } from '../lib/stdio.ts';
import { ash, bash, dash } from './index.ts';

const cat = utility(async (io) => {
  for (;;) {
    const chunk = await io.stdin.read();
    if (chunk.length === 0) return 0;
    await io.stdout.write(chunk);
  }
});
const seq = utility(async (io) => {
  for (let i = 1; i <= Number(io.args[0]); i++) io.stdout.write(`${i}\n`);
  return 0;
});
const last = utility(async (io) => {
  let text = '';
  for await (const line of io.stdin.lines()) text = line;
  await io.stdout.write(`${text}\n`);
  return 0;
});
/** Writes for ever, unbuffered. */
const yes = utility(async (io) => {
  const out = new Output(io.sys, 1, 'none');
  for (;;) await out.write('y\n');
});

const boot = (files: Record<string, string> = {}) =>
  bootTestMachine({ programs: { bash, dash, ash, sh: dash, cat, seq, last, yes }, files });

describe('processes', () => {
  it('stages of a pipeline run at once and end by SIGPIPE', async () => {
    const result = await boot().run(['bash', '-c', 'yes | { read x; echo $x; }; echo "${PIPESTATUS[@]}"']);
    expect(result).toEqual({ exit: 0, stdout: 'y\n141 0\n', stderr: '' });
  });

  it('the last command of -c takes the place of the shell', async () => {
    const machine = boot();
    const shell = await machine.run(['dash', '-c', 'echo $$; exec sh -c "echo \\$\\$"']);
    const [first, second] = shell.stdout.trim().split('\n');
    expect(first).toBe(second);
  });

  it('subshells keep their variables to themselves, also while the parent goes on', async () => {
    const result = await boot().run([
      'bash',
      '-c',
      'x=1; (x=2; echo $x) & x=3; wait; echo $x; y=$(x=9; echo $x); echo $x $y',
    ]);
    expect(result.stdout).toBe('2\n3\n3 9\n');
  });

  it('a script without #! is run by the shell, a missing interpreter is named', async () => {
    const machine = boot({ '/s': 'echo in $0 $1\n', '/t': '#!/nowhere/sh\n' });
    expect((await machine.run(['bash', '-c', 'chmod() { :; }; . /s; /s a'])).stderr).toContain(
      '/s: Permission denied',
    );
    expect((await machine.run(['bash', '-c', '/t; echo $?'])).stdout).toBe('127\n');
  });

  it('commands read what follows them on standard input in bash', async () => {
    const result = await boot().run(['bash'], { stdin: 'read x\nhello\necho "<$x>"\n' });
    expect(result.stdout).toBe('<hello>\n');
  });

  it('infinite recursion ends as it does for real', async () => {
    const result = await boot().run(['bash', '-c', 'f() { f; }; f']);
    expect(result.exit).toBe(139);
  });
});

describe('reading scripts', () => {
  it('runs what comes before a syntax error', async () => {
    const machine = boot({ '/s': 'echo one\nif true; then\necho )\nfi\n' });
    expect(await machine.run(['dash', '/s'])).toEqual({
      exit: 2,
      stdout: 'one\n',
      stderr: '/s: 3: Syntax error: ")" unexpected (expecting "fi")\n',
    });
  });

  it('a here-document of many lines is read in linear time', async () => {
    const machine = boot({ '/s': `cat <<END | last\n${'some line of text\n'.repeat(20_000)}END\necho ok\n` });
    expect((await machine.run(['dash', '/s'])).stdout).toBe('some line of text\nok\n');
  });

  it('aliases take effect from the next line on', async () => {
    const result = await boot().run(['dash'], { stdin: "alias e='echo aliased'\ne x\n" });
    expect(result.stdout).toBe('aliased x\n');
  });
});

it('streams a long loop through a pipe', async () => {
  const script = 'for i in $(seq 1000); do echo $i; done | last';
  expect((await boot().run(['bash', '-c', script])).stdout).toBe('1000\n');
});
