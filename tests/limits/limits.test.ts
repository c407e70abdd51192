import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { KEPT_MAX } from '../../src/engine/kernel/cgroup/oom.ts';
import type { Kernel } from '../../src/engine/kernel/kernel.ts';
import { THREADS_MAX, USER_THREADS_MAX } from '../../src/engine/kernel/rlimits.ts';
import { ScriptRunner } from '../../src/lab/script.ts';
import { openWorld } from '../../src/node/node-host.ts';

/** What takes all there is: ends as on Linux, and the machine is of use afterwards. */
async function machine(images: string[] = []) {
  const simulation = openWorld('learner');
  const runner = new ScriptRunner(simulation);
  await runner.prepare(images);
  const { kernel } = simulation.host;
  const run = async (cmd: string) => {
    const { exit, stdout, stderr } = await runner.run({ cmd });
    expect(simulation.host.faults).toEqual([]);
    expect(kernel.kept).toBeLessThanOrEqual(KEPT_MAX);
    expect(kernel.tasks.size).toBeLessThanOrEqual(THREADS_MAX);
    expect(kernel.vfs.store.kept).toBeLessThanOrEqual(kernel.vfs.store.limit + (1 << 20));
    return { exit, stdout, stderr };
  };
  return { run, kernel };
}

const logOf = (kernel: Kernel): string => kernel.messages.records.map(({ text }) => text).join('\n');

/** The status of a script in a real shell, with little memory; none where the shell is not here. */
function realStatus(shell: readonly string[], script: string): number | undefined {
  const cwd = mkdtempSync(join(tmpdir(), 'limits-'));
  try {
    const inside = `ulimit -v 1000000; ulimit -u 4000; exec "$@"`;
    const { status, error } = spawnSync('bash', ['-c', inside, 'limits', ...shell, '-c', script], {
      cwd,
      stdio: 'ignore',
      timeout: 20_000,
    });
    // A shell that a signal ended is known to its parent as 128 + the number; here the parent is we.
    return error ? undefined : (status ?? 139);
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

describe('a shell that calls itself without end', () => {
  const SCRIPTS = {
    'a function': 'f() { f; }; f',
    'a file that reads itself': "printf '. ./loop\\n' > loop; . ./loop",
    'eval of its own text': 'x=\'eval "$x"\'; eval "$x"',
    'arithmetic that means itself': 'x=x; echo $((x))',
  };
  const SHELLS = { bash: ['bash'], dash: ['dash'] } as const;
  for (const [name, shell] of Object.entries(SHELLS))
    for (const [title, script] of Object.entries(SCRIPTS)) {
      const real = realStatus(shell, script);
      test.skipIf(real === undefined)(`${name}: ${title}`, async () => {
        const { run } = await machine();
        const quoted = `'${script.replaceAll("'", "'\\''")}'`;
        const { stdout } = await run(`${name} -c ${quoted} > /dev/null 2>&1; echo $?`);
        expect(Number(stdout)).toBe(real);
      });
    }

  test('brackets within brackets', async () => {
    const { run } = await machine();
    const nested = `$(printf '{ %.0s' $(seq 20000)) :; $(printf '}; %.0s' $(seq 20000))`;
    const { stdout } = await run(`bash -c "${nested}" 2> /dev/null; echo $?`);
    expect(stdout).toBe('139\n');
  });
});

describe('a program that keeps all it gets', () => {
  test.each([
    ['a range of words', 'bash -c "echo {1..100000000} > /dev/null"'],
    ['a variable that doubles', "bash -c 'x=a; while :; do x=$x$x; done'"],
    ['what a command prints', "bash -c 'x=$(yes)'"],
    ['a line without end', 'sed p /dev/zero'],
    ['the lines to sort', "bash -c 'yes $(seq 1000) | sort > /dev/null; exit ${PIPESTATUS[1]}'"],
    ['an array', 'awk \'BEGIN { x = sprintf("%500s", 1); while (1) a[i++ x] = i }\''],
    ['a text', `awk 'BEGIN { x = "a"; while (1) x = x x }'`],
  ])('is killed: %s', async (_title, command) => {
    const { run, kernel } = await machine();
    const { stdout } = await run(`${command} 2> /dev/null; echo $?`);
    expect(stdout).toBe('137\n');
    expect(logOf(kernel)).toContain('Out of memory: Killed process');
    expect(kernel.kept).toBeLessThan(2 << 20);
  });

  test('is told so where the limit is its own', async () => {
    const { run } = await machine();
    const { stderr, exit } = await run('ulimit -v 100000; x=a; while :; do x=$x$x; done');
    expect(stderr).toMatch(/^bash: line 1: xrealloc: cannot allocate \d+ bytes\n$/);
    expect(exit).toBe(2);
  });
});

test('a fork bomb takes the processes of its user, and no more', async () => {
  const { run, kernel } = await machine();
  await run(':(){ :|:& };:');
  const { stderr } = await run('sleep 5; ps -e | wc -l');
  expect(stderr).toContain('fork: retry: Resource temporarily unavailable');
  const mine = [...kernel.tasks].filter((task) => task.cred.ruid !== 0);
  expect(mine.length).toBeLessThanOrEqual(USER_THREADS_MAX);
  await run('kill -9 -1');
  const { stdout } = await run('sleep 1; ps -e | wc -l');
  expect(Number(stdout)).toBeLessThan(20);
});

describe('files', () => {
  test('zeros take no space however many, other contents take what there is', async () => {
    const { run, kernel } = await machine();
    const zeros = await run(
      'dd if=/dev/zero of=zeros bs=1G count=1 status=none; ls -l zeros | cut -d" " -f5',
    );
    expect(zeros).toEqual({ exit: 0, stdout: '1073741824\n', stderr: '' });
    await run('head -c 64M /dev/urandom > part');
    const other = await run('cat part part part part part part part part part > other');
    expect(other.stderr).toMatch(/: No space left on device\n$/);
    expect(logOf(kernel)).toContain('file contents take 512 MiB, all that the simulated machine keeps');
    await run('rm other part zeros');
    expect(await run('echo again > file; cat file')).toEqual({ exit: 0, stdout: 'again\n', stderr: '' });
  });

  test('a directory of a hundred thousand', async () => {
    const { run } = await machine();
    await run('mkdir d; cd d; seq 100000 | xargs touch');
    expect((await run('ls d | wc -l; cd d; echo * | wc -c')).stdout).toBe('100000\n588895\n');
    const tooLong = await run('cd d; ls --color=never ./* ./* ./* /home/../home/learner/d/* | wc -l');
    expect(tooLong.stderr).toMatch(/ls: Argument list too long\n$/);
    expect((await run('cd d; rm *; ls | wc -l')).stdout).toBe('0\n');
  });

  test('links that lead in a circle', async () => {
    const { run } = await machine();
    const { stderr } = await run('ln -s a b; ln -s b a; cat a');
    expect(stderr).toBe('cat: a: Too many levels of symbolic links\n');
  });

  test('what is in use is unmounted when nobody uses it any more', async () => {
    const { run } = await machine();
    const script = [
      'mkdir /m; mount -t tmpfs none /m; cd /m; sleep 1000 & cd /',
      'umount /m; echo $?',
      'umount -l /m; grep -c " /m " /proc/self/mounts; kill %1',
    ].join('\n');
    expect(await run(`sudo bash -c '${script}'`)).toMatchObject({
      stdout: '32\n0\n',
      stderr: 'umount: /m: target is busy.\n',
    });
  });
});

test('a container whose first process ignores everything is stopped all the same', async () => {
  const { run } = await machine(['alpine']);
  await run(`docker run -d --name deaf alpine sh -c 'trap "" TERM INT HUP QUIT; while :; do sleep 1; done'`);
  const names = 'docker ps --format {{.Names}}';
  expect((await run(`docker exec deaf kill -9 1; ${names}`)).stdout).toBe('deaf\n');
  expect((await run(`docker exec deaf kill 1; ${names}`)).stdout).toBe('deaf\n');
  const stopped = await run("docker stop deaf; docker inspect -f '{{.State.ExitCode}}' deaf");
  expect(stopped.stdout).toBe('deaf\n137\n');
});
