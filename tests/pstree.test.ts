/** pstree on a tree of processes made for it, beside the real one on the same tree. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { ScriptRunner } from '../src/lab/script.ts';
import { openWorld } from '../src/node/node-host.ts';

const missing = spawnSync('pstree', ['--version']).error === undefined ? undefined : 'pstree is not there';
if (missing) console.warn(`pstree is not compared with a real one: ${missing}`);

/** A shell with sleepers of its own and below another sleeper, those alike and those not. */
const TREE = `sleep 47.1 > /dev/null &
bash -c 'sleep 47.2 & sleep 47.3 & sleep 47.3 & exec sleep 47.4' > /dev/null &
bash -c 'sleep 47.5 & sleep 47.5 & wait' > /dev/null &
bash -c 'sleep 47.5 & sleep 47.5 & wait' > /dev/null &
sleep 0.3
`;

const OPTIONS = [
  ...['', '-p', '-a', '-ap', '-A', '-c', '-n', '-np', '-g', '-gp', '-u', '-T', '-l', '-h', '-al', '-an'],
  ...['-U', '-Up', '-Ua', '--ascii --show-pids', '--arguments', '--numeric-sort'],
];

/** Each process' number by the order in which it shows. */
function normal(text: string): string {
  const seen = new Map<string, string>();
  return text
    .replace(/(?<=[(,])\d+(?=[),( ]|$)|(?<=-\w* )\d+$/gm, (pid) => {
      if (!seen.has(pid)) seen.set(pid, `P${seen.size}`);
      return seen.get(pid)!;
    })
    .replace(/ {2,}/g, '  ');
}

const COMMANDS = [
  ...OPTIONS.map((options) => `pstree ${options} $$`),
  ...['pstree 999999', 'pstree nobody-knows', 'pstree --nosuch 2>&1 | head -1'],
];
const SCRIPT = `${TREE}${COMMANDS.map((command) => `echo '== ${command}'; ${command} 2>&1; echo $?\n`).join('')}pkill -f 'sleep 47[.]'`;

test.skipIf(missing !== undefined)('the simulated pstree draws what the real one draws', async () => {
  const runner = new ScriptRunner(openWorld('oracle'));
  const { stdout } = await runner.run({ cmd: SCRIPT });
  // In a session of its own, as a shell on the simulated machine is.
  const real = spawnSync('setsid', ['-w', 'bash', '-c', SCRIPT], { encoding: 'utf8' });
  const parts = (text: string) => text.split(/^== /m).map(normal);
  expect(parts(stdout)).toEqual(parts(real.stdout));
  expect(parts(stdout)).toHaveLength(COMMANDS.length + 1);
});

test('the chain from containerd to a container', async () => {
  const runner = new ScriptRunner(openWorld('learner'));
  await runner.prepare(['nginx']);
  const { stdout } = await runner.run({
    cmd: 'docker run -d -p 8080:80 nginx > /dev/null; sleep 1; pstree -A | cat',
  });
  expect(stdout).toContain('-containerd-shim---nginx---nginx');
  expect(stdout).toContain('-dockerd---2*[docker-proxy]');
});
