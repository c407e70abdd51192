import { availableParallelism } from 'node:os';
import { describe, expect, test } from 'vitest';
import { asked, lines, real, shown, simulated } from '../testing.ts';

/** The same lines through the real tools of a machine of two processors, and through ours; numbers of processes are left out. */
const GNU = lines(`
taskset -p $$
taskset -cp $$
taskset -p 1 $$; nproc
taskset -cp 1 $$; nproc --all
taskset -p 0x3 $$
taskset 1 nproc
taskset -c 0,1 nproc
taskset -c 0-0:2 nproc
taskset -c 0-9:2 nproc
taskset -c 5 nproc
taskset 0 nproc
taskset 10 nproc
taskset x nproc
taskset -c x nproc
taskset
taskset -p
taskset 1
taskset -p 99999999
taskset -p x
taskset -x
taskset 1 nosuch
taskset 1 /etc/passwd
taskset 2 sh -c 'taskset -p $$; grep Cpus_allowed_list /proc/self/status'
nproc
nproc --ignore=1
nproc --ignore=5
nproc --ignore=x
nproc x
OMP_NUM_THREADS=7 nproc
OMP_THREAD_LIMIT=1 nproc
`);

const BUSYBOX = lines(`
taskset -p $$
taskset -cp $$
taskset -p 1 $$; nproc
taskset 0x2 nproc
taskset 0 nproc
taskset 10 nproc
taskset x nproc
taskset -c 1-0 nproc
taskset -p 99999999
taskset 1 nosuch
nproc --all
nproc --ignore=1
nproc x
`);

const there = {
  gnu: /util-linux 2\.38/.test(asked('/usr/bin/taskset', '--version')) && availableParallelism() === 2,
  busybox: /BusyBox v1\.35/.test(asked('/bin/busybox', '--help')) && availableParallelism() === 2,
};

describe.each([
  ['gnu', GNU],
  ['busybox', BUSYBOX],
] as const)('taskset and nproc, %s', (flavour, cases) => {
  test.skipIf(!there[flavour]).each(cases)('%s', async (line) => {
    const without = (text: string) => text.replace(/pid [1-9]\d*'s/g, "pid N's");
    expect(without(shown(await simulated(line, flavour)))).toBe(without(shown(real(line, flavour))));
  });
});
