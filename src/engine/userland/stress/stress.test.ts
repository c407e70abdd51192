import { describe, expect, test } from 'vitest';
import { asked, lines, real, shown, simulated } from '../testing.ts';

/** The same lines through the real program and through ours. Numbers of processes become the order in which they are first told of. */
const CASES = lines(`
stress
stress --help
stress -?
stress --version
stress -c 2 --version
stress -c
stress -c 0
stress -c x
stress -c ''
stress -c 1x
stress -m 1 --vm-bytes 1Q
stress --vm-bytes 0
stress --vm-hang -1
stress --hdd -5
stress --backoff x
stress --backoff -1
stress -t 0
stress -t 5w
stress --timeout ''
stress --cpu=1
stress nonsense
stress -c 1 -t 1
stress -c 2 -v -t 1 --backoff 0 | head -n 8
stress -v --backoff 5 --backoff -1
stress --backoff 5 -v -q -c 0
stress -c 2 -i 1 -m 1 --dry-run -t 5m
stress -c 1 -q -t 1
stress -c 1 -v -q -n
stress -m 1 --vm-bytes 1M --vm-keep --vm-hang 5 -v -t 1
stress -m 1 --vm-bytes 1M --vm-hang 0 -v -t 1
stress -m 1 --vm-bytes 2M --vm-stride 8K --vm-hang 1 -v -t 2 | head -n 6
stress -m 1 --vm-bytes 128G -t 1
stress -m 1 --vm-bytes 128G -q
setsid -w stress -m 1 --vm-bytes 128G -c 1 --backoff 100 -v 2>&1 | grep -v malloc
ulimit -v 100000; stress -m 1 -t 1
stress -c 1 & sleep 0.3; pkill -KILL -P $!; wait $!
`);

const there = /stress 1\.0\.7/.test(asked('/usr/bin/stress', '--version'));

describe('stress', () => {
  test.skipIf(!there).each(CASES)('%s', async (line) => {
    const [ours, theirs] = [await simulated(line, 'gnu'), real(line, 'gnu')];
    expect(numbered(shown(ours))).toBe(numbered(shown(theirs)));
  });
});

/** Seconds are left out too: a real machine may be slow. */
function numbered(text: string): string {
  const pids: string[] = [];
  const number = (pid: string) => {
    if (!pids.includes(pid)) pids.push(pid);
    return `P${pids.indexOf(pid)}`;
  };
  return text
    .replace(/(?<=\[)\d+(?=\])|(?<=worker )\d+(?= (?:got|ret|sig|reap))/g, number)
    .replace(/completed in \d+s/, 'completed in Ns');
}
