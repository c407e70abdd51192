import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ScriptRunner } from '../src/lab/script.ts';
import { openWorld } from '../src/node/node-host.ts';
import { cpu, type Figure, middle, ms } from './figure.ts';

const COUNT = 1000;
const GROUP = 100;

/** A thousand containers in one world: made, listed and removed; what the last of them cost against the first. */
export async function containerFigures(): Promise<Figure[]> {
  const machine = new ScriptRunner(openWorld('oracle'));
  await machine.prepare(['busybox']);
  const run = async (cmd: string) => {
    const { exit, stderr } = await machine.run({ cmd });
    if (exit !== 0) throw new Error(`${cmd}: ${stderr}`);
  };
  // The first turns compile.
  for (let i = 0; i < 3 * GROUP; i++) await run('docker create --name warm busybox true; docker rm warm');
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  gc();
  const before = process.memoryUsage().heapUsed;
  const made = await groups((i) => run(`docker create --name c${i} busybox true`));
  gc();
  const memory = (process.memoryUsage().heapUsed - before) / 1e6;
  const lists: number[] = [];
  for (let i = 0; i < 5; i++) {
    const begun = cpu();
    await run(
      "curl -s --unix-socket /var/run/docker.sock 'http://localhost/v1.51/containers/json?all=1' > /dev/null",
    );
    lists.push(cpu() - begun);
  }
  const list = middle(lists);
  const removed = await groups((i) => run(`docker rm c${i}`));
  return [
    figure('the last hundred containers made, against the first', made, 1.5),
    figure('the last hundred containers removed, against the first', removed, 1.5),
    {
      name: 'memory of a thousand containers',
      found: `${memory.toFixed(0)} MB`,
      wanted: 'under 100 MB',
      met: memory < 100,
    },
    { name: 'list of a thousand containers, CPU', found: ms(list), wanted: 'under 20 ms', met: list < 20 },
  ];
}

/** The CPU time of each group, ms a container. */
async function groups(act: (i: number) => Promise<void>): Promise<number[]> {
  const all: number[] = [];
  for (let at = 0; at < COUNT; at += GROUP) {
    const begun = cpu();
    for (let i = at; i < at + GROUP; i++) await act(i);
    all.push((cpu() - begun) / GROUP);
  }
  return all;
}

function figure(name: string, times: readonly number[], limit: number): Figure {
  const ratio = times.at(-1)! / times[0]!;
  const found = `${ratio.toFixed(2)} times (${ms(times[0]!)}, ${ms(times.at(-1)!)})`;
  return { name, found, wanted: `under ${limit} times`, met: ratio < limit };
}
