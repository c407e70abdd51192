/** runc by hand: bundles run by the simulated machine's runc and, where there is one, by a real runc on the same commands. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ScriptRunner } from '../src/lab/script.ts';
import { openWorld } from '../src/node/node-host.ts';

const missing =
  process.getuid?.() !== 0
    ? 'it wants root'
    : ['runc', 'busybox'].some((tool) => spawnSync(tool, ['--help']).error !== undefined)
      ? 'runc and busybox are not there'
      : undefined;
if (missing) console.warn(`runc is not compared with a real one: ${missing}`);

/** With a bundle in the working directory. */
const edit = (text: string, by: string) => `sed -i 's/${text}/${by}/' config.json`;
const ARGS = '"args": \\[[^]]*\\]';
const args = (...argv: string[]) =>
  `tr -d '\\n\\t' < config.json | sed 's/${ARGS}/"args": [${argv.map((arg) => `"${arg}"`).join(', ')}]/' > next; mv next config.json`;

const STEPS = [
  'runc --version',
  'runc spec; cat config.json',
  'runc spec',
  'runc run at-no-terminal < /dev/null',
  edit('"terminal": true', '"terminal": false'),
  args('sh', '-c', 'echo hello; hostname; id; echo $$ $PATH $TERM; pwd; touch \\/made; exit 3'),
  'runc run talks',
  'runc list',
  'runc list -f json',
  args('grep', '-E', '^(Cap|NoNewPrivs|Groups)', '\\/proc\\/self\\/status'),
  'runc run identity',
  args('cat', '\\/proc\\/self\\/limits'),
  'runc run limits | grep files',
  args('sh', '-c', 'kill -9 $$'),
  'runc run killed',
  args('nosuch'),
  'runc run fails',
  args('\\/etc'),
  'runc run fails',
  args('sleep', '300'),
  // Whoever reads from it would wait for its end.
  'runc run -d one < /dev/null > out 2>&1; echo $?; cat out',
  'runc list',
  'runc list -q',
  'runc list --format=json',
  'runc list -f nosuch',
  'runc state one',
  'runc ps one',
  'runc ps -f json one',
  'runc ps one -o pid,args',
  'runc ps one -o args',
  'runc exec one echo inside',
  "runc exec one sh -c 'exit 7'",
  "runc exec -e A=b --cwd /tmp -u 5:6 one sh -c 'echo $A; pwd; id'",
  'runc exec one nosuch',
  'runc exec one',
  'runc exec nobody true',
  'runc exec -u five one true',
  'echo typed | runc exec one cat',
  'runc run one',
  'runc create one',
  'runc start one',
  'runc delete one',
  'runc resume one',
  'runc pause one',
  'runc pause one',
  'runc list',
  'runc exec one true',
  'runc resume one',
  'runc kill one NOSUCH',
  'runc kill one KILL; sleep 0.3',
  'runc list',
  'runc state one',
  'runc kill one',
  'runc pause one',
  'runc exec one true',
  'runc delete one',
  'runc state one',
  'runc delete one',
  'runc delete -f one',
  'runc create two < /dev/null > out 2>&1; echo $?; cat out',
  'runc list',
  'runc state two',
  'runc exec two echo before',
  'runc start two',
  'runc start two',
  'runc delete --force two',
  'runc run --keep --pid-file pid three & sleep 0.5; [ $(cat pid) -gt 1 ] && runc kill three 9; wait $!; echo $?; runc list; runc delete three',
  'cd rootfs && runc run four',
  'cd / && runc run -b $OLDPWD/nowhere five',
  "runc run 'bad/id'",
  'runc kill nobody NOSUCH',
  "echo '{' > config.json; runc run six",
  'rm config.json; runc run six',
];

/** Those of which only the end is compared: in front of it stands a longer text. */
const MISUSED = [
  'runc run',
  'runc run a b',
  'runc run --nosuch a',
  'runc run -b',
  'runc state',
  'runc nosuch',
];

interface Said {
  exit: number;
  stdout: string;
  stderr: string;
}

/** Process numbers, times, places and the columns' widths are each machine's own. */
function normal({ exit, stdout, stderr }: Said, directory: string): Said {
  const text = (said: string) =>
    said
      .replaceAll(directory, '/bundle')
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
      .replace(/("pid":\s*)[1-9]\d*/g, '$1<pid>')
      .replace(/\[\d+\]/g, '[<pid>]')
      .replace(/^(one|two|three) +[1-9]\d*/gm, '$1 <pid>')
      .replace(/^(root|UID)? *([1-9]\d*|PID) .*/gm, (line) =>
        line.replace(/\d+/g, 'N').replace(/ +/g, ' ').trim(),
      )
      .replace(/ {2,}/g, '  ');
  return { exit, stdout: text(stdout), stderr: text(stderr) };
}

const directory = mkdtempSync(join(tmpdir(), 'bundle-'));
const root = join(directory, 'state');
afterAll(() => rmSync(directory, { recursive: true }));

function real(cmd: string): Said {
  const line = `mkdir -p ${directory}/b/rootfs; cd ${directory}/b; runc() { command runc --root ${root} "$@"; }\n${cmd}`;
  const { status, stdout, stderr } = spawnSync('bash', ['-c', line], { encoding: 'utf8', timeout: 20_000 });
  return normal({ exit: status ?? -1, stdout, stderr }, `${directory}/b`);
}

async function simulated(): Promise<(cmd: string) => Promise<Said>> {
  const runner = new ScriptRunner(openWorld('oracle'));
  await runner.prepare(['busybox']);
  await runner.run({
    cmd: 'mkdir -p b/rootfs; docker export $(docker create busybox) | tar -C b/rootfs -xf -',
  });
  return async (cmd) => normal(await runner.run({ cmd: `cd b\n${cmd}` }), '/srv/lab/b');
}

test.skipIf(missing !== undefined)('the simulated runc answers as the real one', async () => {
  const ours = await simulated();
  real(
    'cd rootfs; mkdir -p bin dev etc proc root sys tmp; cp $(command -v busybox) bin/busybox; chroot . /bin/busybox --install -s /bin; echo root:x:0:0:root:/root:/bin/sh > etc/passwd; echo root:x:0: > etc/group',
  );
  const said: [string, Said][] = [];
  const expected: [string, Said][] = [];
  for (const step of STEPS) {
    said.push([step, await ours(step)]);
    expected.push([step, real(step)]);
  }
  for (const step of MISUSED) {
    const shown = ({ exit, stdout, stderr }: Said): Said => ({
      exit,
      stdout: stdout.split('\n')[0]!,
      stderr,
    });
    said.push([step, shown(await ours(step))]);
    expected.push([step, shown(real(step))]);
  }
  expect(said).toEqual(expected);
});

test('a bundle at a terminal: a shell of its own, whose end ends runc', async () => {
  const runner = new ScriptRunner(openWorld('oracle'));
  await runner.prepare(['busybox']);
  await runner.run({
    cmd: 'mkdir -p b/rootfs; docker export $(docker create busybox) | tar -C b/rootfs -xf -; cd b; runc spec',
  });
  const { stdout, exit } = await runner.run({
    cmd: 'cd b; runc run shell; echo ended $?; runc list',
    tty: true,
    input: ['tty; hostname; echo $((6 * 7))\r', 'ps | wc -l; exit 5\r'],
  });
  expect(exit).toBe(0);
  for (const line of ['/dev/pts/0', 'runc', '42', 'ended 5', 'ID          PID         STATUS'])
    expect(stdout).toContain(`\n${line}`);
});
