import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ScriptRunner } from '../../src/lab/script.ts';
import { openWorld } from '../../src/node/node-host.ts';

/** A cgroup that may have three tasks: what a shell in it is told, and what the kernel counts, on Linux and here. */
const GROUP = 'drydock-pids';

const script = (directory: string) => `
mkdir ${directory} && echo 3 > ${directory}/pids.max || exit 1
cat > /tmp/${GROUP} <<'END'
echo $$ > ${directory}/cgroup.procs
sleep 100 &
sleep 100 &
(:)
echo "never reached"
END
dash /tmp/${GROUP} 2>&1; echo "status $?"
cat ${directory}/pids.current
grep max ${directory}/pids.events
# Whoever takes the orphans in may take its time.
kill $(cat ${directory}/cgroup.procs); sleep 0.3
echo 0 > ${directory}/pids.max
dash -c 'echo $$ > ${directory}/cgroup.procs; (:)' 2>&1; echo "status $?"
echo -1 > ${directory}/pids.max; echo "status $?"
echo x > ${directory}/pids.max; echo "status $?"
echo max > ${directory}/pids.max; cat ${directory}/pids.max
rm /tmp/${GROUP}; rmdir ${directory}; echo "status $?"
`;

function linux(): { stdout: string; stderr: string } | string {
  if (process.getuid?.() !== 0) return 'needs root';
  const root = ['/sys/fs/cgroup/pids', '/sys/fs/cgroup'].find((path) => existsSync(`${path}/cgroup.procs`));
  if (root === undefined) return 'no cgroups';
  const { stdout, stderr, status } = spawnSync('bash', ['-c', script(`${root}/${GROUP}`)], {
    encoding: 'utf8',
  });
  return status === 1
    ? `the tasks of a cgroup cannot be limited here: ${stderr.split('\n')[0]}`
    : told(stdout, stderr);
}

const told = (stdout: string, stderr: string) => ({
  stdout: stdout.replaceAll(/\/\S*\/drydock-pids/g, 'drydock-pids'),
  stderr: stderr.replaceAll(/^.*line \d+: /gm, ''),
});

const real = linux();

test.skipIf(typeof real === 'string')(
  `tasks that are refused in a cgroup${typeof real === 'string' ? ` (skipped: ${real})` : ''}`,
  async () => {
    const machine = new ScriptRunner(openWorld('learner'));
    const { stdout, stderr } = await machine.run({
      cmd: `sudo bash <<'OUTER'\necho +pids > /sys/fs/cgroup/cgroup.subtree_control\n${script(`/sys/fs/cgroup/${GROUP}`)}OUTER`,
    });
    expect(told(stdout, stderr)).toEqual(real);
  },
);
