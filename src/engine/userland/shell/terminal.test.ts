import { describe, expect, it } from 'vitest';
import { decode, encode } from '../../base/bytes.ts';
import { openWindow } from '../../kernel/controlling-terminal.ts';
import type { Program } from '../../kernel/program.ts';
import { bootTestMachine, type TestMachine } from '../../kernel/testing.ts';
import { utility } from '../lib/stdio.ts';
import { ash, bash, dash } from './index.ts';

const sleep = utility(async (io) => {
  await io.sys.nanosleep(Number(io.args[0]) * 1000);
  return 0;
});
const cat = utility(async (io) => {
  for (;;) {
    const chunk = await io.stdin.read();
    if (chunk.length === 0) return 0;
    await io.stdout.write(chunk);
    await io.stdout.flush();
  }
});
/** Answers as cobra does. */
const docker = utility(async (io) => {
  const word = io.args.at(-1)!;
  const known = io.args.length > 2 ? ['web', 'worker'] : ['run', 'rm', 'rmi', 'ps'];
  await io.stdout.write(
    known
      .filter((name) => name.startsWith(word))
      .map((name) => `${name}\tabout ${name}\n`)
      .join(''),
  );
  await io.stdout.write(':4\n');
  return 0;
});

class Session {
  shown = '';
  readonly machine: TestMachine;
  readonly exited: Promise<unknown>;
  readonly #write: (bytes: Uint8Array) => void;
  readonly #resize: (size: { columns: number; rows: number }) => void;
  readonly task: { zombie: boolean };

  constructor(
    name: string,
    program: Program,
    options: { files?: Record<string, string>; env?: Record<string, string> } = {},
  ) {
    this.machine = bootTestMachine({
      programs: { bash, dash, ash, sleep, cat, docker, shell: program },
      files: { '/etc/passwd': 'root:x:0:0:root:/root:/bin/bash\n', ...options.files },
    });
    const window = openWindow(this.machine.kernel, {
      size: { columns: 80, rows: 24 },
      onOutput: (bytes) => {
        this.shown += decode(bytes);
      },
    });
    this.#write = (bytes) => window.write(bytes);
    this.#resize = (size) => window.resize(size);
    const { task, exited } = this.machine.kernel.spawn({
      path: '/bin/shell',
      argv: [name],
      env: new Map(Object.entries({ PATH: '/bin', HOME: '/root', PS1: '$ ', TERM: 'dumb', ...options.env })),
      terminal: window.path,
    });
    this.task = task;
    this.exited = exited;
  }

  /** Types while a program is busy: runs for some turns, or until a condition holds. */
  async typeBusily(text: string, until: number | (() => boolean)): Promise<void> {
    this.#write(encode(text));
    let turns = 0;
    await this.machine.runUntil(() => (typeof until === 'number' ? ++turns > until : until()));
  }

  /** Gives the window another size, and what was shown then. */
  async resize(columns: number, rows: number): Promise<string> {
    await this.machine.settle();
    this.shown = '';
    this.#resize({ columns, rows });
    await this.machine.settle();
    return this.shown;
  }

  /** Types and gives what was shown since. */
  async type(text: string): Promise<string> {
    await this.machine.settle();
    this.shown = '';
    this.#write(encode(text));
    await this.machine.settle();
    return this.shown;
  }
}

describe.each([
  ['bash', bash],
  ['ash', ash],
] as const)('%s at a terminal', (name, program) => {
  it('prompts, runs, and shows what it prints', async () => {
    const session = new Session(name, program);
    expect(await session.type('echo hi\r')).toBe('echo hi\nhi\r\n$ '.replace('\n', '\r\n'));
    expect(await session.type('false\r')).toBe('false\r\n$ ');
    expect(await session.type('echo $?\r')).toBe('echo $?\r\n1\r\n$ ');
  });

  it('reads on over unfinished lines', async () => {
    const session = new Session(name, program);
    expect(await session.type('for i in a b\r')).toBe('for i in a b\r\n> ');
    expect(await session.type('do echo $i; done\r')).toBe('do echo $i; done\r\na\r\nb\r\n$ ');
    expect(await session.type("echo 'a\rb'\r")).toBe("echo 'a\r\n> b'\r\na\r\nb\r\n$ ");
    expect(await session.type('cat <<E\rx\rE\r')).toBe('cat <<E\r\n> x\r\n> E\r\nx\r\n$ ');
  });

  it('stops a busy loop at Ctrl-C', async () => {
    const session = new Session(name, program);
    await session.type('');
    await session.typeBusily('while true; do :; done\r', 300);
    session.shown = '';
    await session.typeBusily('\x03', () => session.shown.endsWith('$ '));
    expect(session.shown).toBe('^C\r\n$ ');
    expect(await session.type('echo $?\r')).toBe('echo $?\r\n130\r\n$ ');
  });

  it('stops a foreground command at Ctrl-C', async () => {
    const session = new Session(name, program);
    await session.type('sleep 100\r');
    expect(await session.type('\x03')).toBe('^C\r\n$ ');
    expect(await session.type('echo $?\r')).toBe('echo $?\r\n130\r\n$ ');
  });

  it('leaves at Ctrl-D', async () => {
    const session = new Session(name, program);
    await session.type('false\r');
    await session.type('\x04');
    expect(await session.exited).toEqual({ kind: 'exited', code: 1 });
  });

  it('gives commands a cooked terminal', async () => {
    const session = new Session(name, program);
    await session.type('cat\r');
    expect(await session.type('ab\x7fc\r')).toBe('ab\b \bc\r\nac\r\n');
    expect(await session.type('\x04')).toBe('$ ');
  });
});

describe('job control in bash', () => {
  it('stops, lists, continues and kills jobs', async () => {
    const session = new Session('bash', bash);
    await session.type('sleep 100\r');
    expect(await session.type('\x1a')).toBe('^Z\r\n[1]+  Stopped                 sleep 100\r\n$ ');
    expect(await session.type('echo $?\r')).toBe('echo $?\r\n148\r\n$ ');
    expect(await session.type('bg\r')).toBe('bg\r\n[1]+ sleep 100 &\r\n$ ');
    expect(await session.type('jobs\r')).toBe('jobs\r\n[1]+  Running                 sleep 100 &\r\n$ ');
    const shown = (await session.type('kill %1\r')) + (await session.type('\r'));
    expect(shown).toMatch(/\[1\]\+ {2}Terminated {14}sleep 100\r\n/);
  });

  it('names a background job, and tells when it is done', async () => {
    const session = new Session('bash', bash);
    expect(await session.type('sleep 1 &\r')).toMatch(/^sleep 1 &\r\n\[1\] \d+\r\n\$ $/);
    await session.machine.advance(1500);
    expect(await session.type('\r')).toBe('\r\n[1]+  Done                    sleep 1\r\n$ ');
  });

  it('brings a job to the foreground', async () => {
    const session = new Session('bash', bash);
    await session.type('cat\r');
    await session.type('\x1a');
    expect(await session.type('fg\r')).toBe('fg\r\ncat\r\n');
    expect(await session.type('x\r')).toBe('x\r\nx\r\n');
    expect(await session.type('\x04')).toBe('$ ');
  });
});

describe('completion', () => {
  it('completes commands, paths, variables and what docker offers', async () => {
    const session = new Session('bash', bash, { files: { '/root/with space': '', '/root/sub/inner': '' } });
    await session.type('cd\r');
    expect(await session.type('slee\t')).toBe('sleep ');
    await session.type('\x15');
    expect(await session.type('cat wi\t')).toBe('cat with\\ space ');
    await session.type('\x15');
    expect(await session.type('cat su\t')).toBe('cat sub/');
    expect(await session.type('\t')).toBe('inner ');
    await session.type('\x15');
    expect(await session.type('echo $HOM\t')).toBe('echo $HOME ');
    await session.type('\x15');
    expect(await session.type('docker ru\t')).toBe('docker run ');
    expect(await session.type('w\t')).toBe('w\x07');
    expect(await session.type('\t')).toBe('\r\nweb     worker\r\n$ docker run w\x1b[J');
  });
});

describe('history', () => {
  it('is loaded, expanded and saved', async () => {
    const session = new Session('bash', bash, { files: { '/root/.bash_history': 'echo old\n' } });
    expect(await session.type('\x1b[A\r')).toContain('old\r\n');
    expect(await session.type('!!\r')).toBe('!!\r\necho old\r\nold\r\n$ ');
    expect(await session.type('history\r')).toBe(
      'history\r\n    1  echo old\r\n    2  echo old\r\n    3  echo old\r\n    4  history\r\n$ ',
    );
    await session.type('exit 3\r');
    expect(await session.exited).toEqual({ kind: 'exited', code: 3 });
    expect(session.machine.read('/root/.bash_history')).toBe(
      'echo old\necho old\necho old\nhistory\nexit 3\n',
    );
  });
});

/** As bash 5.2 and BusyBox 1.35 do at a terminal of Linux. */
describe('what is typed ahead of a line is left to what the line starts', () => {
  it('a shell in the shell', async () => {
    const session = new Session('bash', bash);
    const shown = await session.type('ash\recho $((1+1))\rexit 3\recho $?\r');
    expect(shown).toContain('echo $((1+1))\r\n2\r\n');
    expect(shown.endsWith('echo $?\r\n3\r\n$ ')).toBe(true);
  });

  it.each([
    ['bash', bash, '\n'],
    ['ash', ash, '\n'],
    ['ash', ash, '\r'],
  ] as const)('lines that %s reads', async (name, program, enter) => {
    const session = new Session(name, program);
    const loop = 'while read l; do echo "[$l]"; done';
    const shown = await session.type([loop, 'foo', 'bar', ''].join(enter));
    expect(shown).toBe(`${loop}\r\n[foo]\r\n[bar]\r\n`);
    expect(await session.type('\x04')).toBe('$ ');
  });

  it('with Enter as it came while readline had the terminal', async () => {
    const session = new Session('bash', bash);
    const shown = await session.type('while read l; do echo "[$l]"; done\rfoo\rbar\r');
    expect(shown).toBe('while read l; do echo "[$l]"; done\r\n');
    expect(await session.type('x\r')).toBe('x\r\n[foo\rbar\rx]\r\n');
  });

  it('but not what Ctrl-C threw away', async () => {
    const session = new Session('bash', bash);
    expect(await session.type('echo lost\x03')).toMatch(/\^C\r\n\$ $/);
    expect(await session.type('echo $?\r')).toBe('echo $?\r\n130\r\n$ ');
  });
});

it('runs ten thousand pasted lines as they complete', async () => {
  const session = new Session('bash', bash);
  const shown = await session.type(`${'x=$((x+1))\r'.repeat(10_000)}echo $x\r`);
  expect(shown.endsWith('echo $x\r\n10000\r\n$ ')).toBe(true);
}, 20_000);

it('bash at a terminal names no lines, in subshells neither', async () => {
  const session = new Session('bash', bash);
  for (const command of ['(nosuch)', 'nosuch | cat', 'echo $(nosuch)'])
    expect(await session.type(`${command}\r`)).toContain('\r\nbash: nosuch: command not found\r\n');
});

it('dash gives up a line at Ctrl-C, and runs the next', async () => {
  const session = new Session('dash', dash);
  await session.type('echo lost');
  expect(await session.type('\x03')).toBe('^C\r\n$ ');
  expect(await session.type('echo $?\r')).toBe('echo $?\r\n130\r\n$ ');
});

describe('a megabyte pasted', () => {
  const line = `${'x'.repeat(99)}\r`;
  const lines = line.repeat(10_000);
  it.each([
    ['as a quoted text', `x='${lines}'\r`, 'echo ${#x}\r', '1000000'],
    ['as a quoted text, bracketed', `\x1b[200~x='${lines}'\x1b[201~\r`, 'echo ${#x}\r', '1000000'],
    ['as one word', `x=${'y'.repeat(1_000_000)}\r`, 'echo ${#x}\r', '1000000'],
    ['as a here-document', `cat <<E >/f\r${lines}E\r`, 'x=$(cat </f); echo ${#x}\r', '999999'],
  ])('%s is all there', async (_, text, then, wanted) => {
    const session = new Session('bash', bash);
    const shown = (await session.type(text)) + (await session.type(then));
    expect(shown.split('\r\n')).toContain(wanted);
  });
});

// As a real `docker attach` to BusyBox' sh showed it: its two changes of size bring the prompt twice.
it('ash draws its prompt and what stands behind it again when the window changes', async () => {
  const session = new Session('ash', ash);
  await session.type('');
  expect(await session.resize(81, 25)).toBe('\r$ \x1b[J');
  await session.type('echo h');
  expect(await session.resize(80, 24)).toBe('\r$ echo h\x1b[J');
  expect(await session.type('i\r')).toBe('i\r\nhi\r\n$ ');
});

it('dash uses the terminal as it is', async () => {
  const session = new Session('dash', dash);
  expect(await session.type('echo hi\r')).toBe('echo hi\r\nhi\r\n$ ');
  expect(await session.type('nosuch\r')).toBe('nosuch\r\ndash: 2: nosuch: not found\r\n$ ');
});

it('prompts with the escapes of PS1', async () => {
  const session = new Session('bash', bash, { env: { PS1: '\\u@\\h:\\w\\$ ' } });
  expect(await session.type('cd /tmp\r')).toBe('cd /tmp\r\nroot@test:/tmp# ');
});
