import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ScriptRunner } from '../../src/lab/script.ts';
import { openWorld } from '../../src/node/node-host.ts';

/** What the kernel's log says of a process that was killed because its cgroup had no memory left: as Linux says it. */
const GROUP = 'drydock-oom';

/** Where memory can be limited here: the directory for a group, and the file of its limit. */
function place(): { directory: string; limit: string } | string {
  if (process.getuid?.() !== 0) return 'needs root';
  if (existsSync('/sys/fs/cgroup/memory/memory.limit_in_bytes'))
    return { directory: `/sys/fs/cgroup/memory/${GROUP}`, limit: 'memory.limit_in_bytes' };
  if (existsSync('/sys/fs/cgroup/cgroup.subtree_control'))
    return { directory: `/sys/fs/cgroup/${GROUP}`, limit: 'memory.max' };
  return 'no memory controller';
}

const script = (directory: string, limit: string) => `
mkdir ${directory} && echo 20M > ${directory}/${limit} || exit 1
dmesg -C || exit 1
bash -c 'echo $$ > ${directory}/cgroup.procs; exec tail /dev/zero' 2> /dev/null
echo "status $?"
rmdir ${directory}
dmesg
`;

/**
 * The lines that say who wanted memory, who was chosen and what it weighed; numbers that are the machine's own left out, and for what
 * the last allocation was (a page or a table of pages), which is chance.
 */
const told = (text: string) =>
  text
    .split('\n')
    .filter((line) => /^status|invoked oom-killer|oom-kill:|out of memory:/.test(line))
    .map((line) =>
      line
        .replace(/^\[ *[\d.]+\] /, '')
        .replace(/gfp_mask=0x[0-9a-f]+\([A-Z_|]+\)/, 'gfp_mask=M')
        .replace(/(pid=|process )\d+/g, '$1N')
        .replace(/(total-vm|anon-rss|file-rss|pgtables):\d+kB/g, '$1:NkB'),
    );

function linux(): string[] | string {
  const where = place();
  if (typeof where === 'string') return where;
  const { stdout, stderr } = spawnSync('bash', ['-c', script(where.directory, where.limit)], {
    encoding: 'utf8',
  });
  const lines = told(stdout);
  return lines.length === 4
    ? lines
    : `the memory of a cgroup cannot be limited here: ${stderr.split('\n')[0]}`;
}
const real = linux();

test.skipIf(typeof real === 'string')(
  `out of memory in a cgroup${typeof real === 'string' ? ` (skipped: ${real})` : ''}`,
  async () => {
    const machine = new ScriptRunner(openWorld('learner'));
    const { stdout } = await machine.run({
      cmd: `sudo bash <<'END'\necho +memory > /sys/fs/cgroup/cgroup.subtree_control\n${script(`/sys/fs/cgroup/${GROUP}`, 'memory.max')}END`,
    });
    expect(told(stdout)).toEqual(real);
  },
);
