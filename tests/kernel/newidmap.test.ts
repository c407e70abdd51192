import { expect, test } from 'vitest';
import { ScriptRunner } from '../../src/lab/script.ts';
import { openWorld } from '../../src/node/node-host.ts';

/** What newuidmap and newgidmap of shadow 4.13 print and write; each line was seen on Debian 12, for a user with the same ids. */
test('newuidmap and newgidmap write the maps that a user was given ids for', async () => {
  const machine = new ScriptRunner(openWorld('learner'));
  const run = async (cmd: string) => {
    const { stdout, stderr } = await machine.run({ cmd });
    return stdout + stderr;
  };
  expect(await run('cat /etc/subuid /etc/subgid; stat -c %A /usr/bin/newuidmap')).toBe(
    'learner:100000:65536\nlearner:100000:65536\n-rwsr-xr-x\n',
  );
  await run('unshare -U sleep 1000 & sleep 0.2; pgrep sleep > pid');
  const own = 'newuidmap $(cat pid) 0 $(id -u) 1';
  expect(await run('newuidmap $(cat pid) 0 999 1')).toBe(
    'newuidmap: uid range [0-1) -> [999-1000) not allowed\n',
  );
  expect(await run('newuidmap $(cat pid) 0 100000 65537')).toBe(
    'newuidmap: uid range [0-65537) -> [100000-165537) not allowed\n',
  );
  expect(await run(`${own} 1 100000 10; cat /proc/$(cat pid)/uid_map`)).toBe(
    '         0       1000          1\n         1     100000         10\n',
  );
  expect(await run(own)).toBe('newuidmap: write to uid_map failed: Operation not permitted\n');
  expect(
    await run('newgidmap $(cat pid) 0 $(id -g) 1; cat /proc/$(cat pid)/gid_map /proc/$(cat pid)/setgroups'),
  ).toBe('         0       1000          1\ndeny\n');
  expect(await run('newuidmap 1 0 $(id -u) 1')).toBe(
    'newuidmap: Target process 1 is owned by a different user: uid:1000 pw_uid:1000 st_uid:0, gid:1000 pw_gid:1000 st_gid:0\n',
  );
  expect(await run('newuidmap 99999999 0 1000 1; newgidmap x')).toBe(
    'newuidmap: Could not open proc directory for target 99999999\n' +
      'usage: newgidmap <pid> <gid> <lowergid> <count> [ <gid> <lowergid> <count> ] ... \n',
  );
  expect(await run('unshare --map-auto --map-root-user cat /proc/self/uid_map')).toBe(
    '         0       1000          1\n         1     100000      65535\n',
  );
});
