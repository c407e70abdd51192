/**
 * `npm run bench`: the figures that need no browser, as ratios within one run where time is meant. Ends with status 1 if one is missed.
 */
import { spawnSync } from 'node:child_process';
import { ScriptRunner } from '../src/lab/script.ts';
import { openWorld } from '../src/node/node-host.ts';

interface Figure {
  name: string;
  found: string;
  wanted: string;
  met: boolean | undefined;
}

const figures: Figure[] = [];

/** The middle of several measurements, ms. */
async function median(times: number, act: () => unknown): Promise<number> {
  const all: number[] = [];
  for (let i = 0; i < times; i++) {
    const begun = performance.now();
    await act();
    all.push(performance.now() - begun);
  }
  return all.sort((a, b) => a - b)[times >> 1]!;
}

const ms = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;

function real(command: string): void {
  const { status, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command}: ${stderr}`);
}

const boot = await median(3, () => new ScriptRunner(openWorld('oracle')).prepare([]));
figures.push({ name: 'boot to a dockerd that answers', found: ms(boot), wanted: '', met: undefined });

const machine = new ScriptRunner(openWorld('oracle'));
await machine.prepare(['busybox']);
async function run(cmd: string): Promise<void> {
  const { exit, stderr } = await machine.run({ cmd });
  if (exit !== 0) throw new Error(`${cmd}: ${stderr}`);
}

const RUN = 'docker run --rm busybox true';
for (let i = 0; i < 5; i++) await run(RUN);
const simulated = await median(21, () => run(RUN));
const engine = spawnSync('docker', ['image', 'inspect', 'busybox:1.35'], { encoding: 'utf8' }).status === 0;
if (engine) {
  const docker = await median(5, () => real('docker run --rm busybox:1.35 true'));
  const ratio = docker / simulated;
  figures.push({
    name: RUN,
    found: `${ms(simulated)}, real ${ms(docker)}: ${ratio.toFixed(0)} times faster`,
    wanted: '>= 100',
    met: ratio >= 100,
  });
} else
  figures.push({
    name: RUN,
    found: `${ms(simulated)}; skipped: no real engine with busybox:1.35 (DOCKER_HOST)`,
    wanted: '>= 100',
    met: undefined,
  });

const LOOP = 'for i in $(seq 1000); do echo $i; done | tail -1';
for (let i = 0; i < 5; i++) await run(LOOP);
const loop = await median(11, () => run(LOOP));
const dash =
  spawnSync('dash', ['-c', 'true']).status === 0
    ? `, dash with its start ${ms(await median(11, () => spawnSync('dash', ['-c', LOOP])))}`
    : '';
figures.push({ name: LOOP, found: `${ms(loop)}${dash}`, wanted: '<= 50 ms', met: loop <= 50 });

const YES = 'yes | head -n 100000 | wc -l';
await run(YES);
const before = process.cpuUsage();
await run(YES);
const { user, system } = process.cpuUsage(before);
const cpu = (user + system) / 1000;
figures.push({ name: YES, found: `${ms(cpu)} of CPU`, wanted: '< 1000 ms', met: cpu < 1000 });

// One layer against 127: looking up names that only the lowest layer has.
await run(`mkdir -p /o/m1 /o/m127 /o/base && cd /o/base && touch $(seq 500)
cd /o; layers=base; for i in $(seq 126); do mkdir l$i; layers=l$i:$layers; done
mount -t overlay overlay -o lowerdir=base /o/m1 2>/dev/null || mount -t overlay overlay -o lowerdir=base:l1 /o/m1
mount -t overlay overlay -o lowerdir=$layers /o/m127`);
const look = (where: string) =>
  run(`cd /o/${where}; for i in 1 2 3 4; do stat -c %s $(seq 500) >/dev/null; done`);
for (const where of ['m1', 'm127', 'm1', 'm127']) await look(where);
const [one, many] = [await median(15, () => look('m1')), await median(15, () => look('m127'))];
figures.push({
  name: 'lookup through 127 layers against 1',
  found: `${ms(many)} / ${ms(one)} = ${(many / one).toFixed(2)}`,
  wanted: '<= 1.2',
  met: many / one <= 1.2,
});

const width = Math.max(...figures.map(({ name }) => name.length));
for (const { name, found, wanted, met } of figures)
  process.stdout.write(
    `${met === undefined ? ' ' : met ? '✓' : '✗'} ${name.padEnd(width)}  ${found}${wanted ? `  (${wanted})` : ''}\n`,
  );
process.exitCode = figures.some(({ met }) => met === false) ? 1 : 0;
