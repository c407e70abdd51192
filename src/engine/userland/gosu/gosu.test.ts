import { expect, test } from 'vitest';
import { bootTestMachine } from '../../kernel/testing.ts';
import { id } from '../coreutils/identity.ts';
import { program } from '../utility.ts';
import { gosu } from './gosu.ts';

const machine = () =>
  bootTestMachine({
    programs: { gosu: gosu('1.19'), id: program(id, 'gnu') },
    files: {
      '/etc/passwd':
        'root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534:::/bin/false\nann:x:1000:1000::/:/bin/sh\n',
      '/etc/group': 'root:x:0:\ndaemon:x:1:\nnogroup:x:65534:\nann:x:1000:\nstaff:x:50:ann\n',
    },
  });

test('becomes who is named', async () => {
  const m = machine();
  const as = async (spec: string) => (await m.run(['gosu', spec, 'id'])).stdout;
  expect(await as('nobody')).toBe('uid=65534(nobody) gid=65534(nogroup) groups=65534(nogroup)\n');
  expect(await as('ann')).toBe('uid=1000(ann) gid=1000(ann) groups=1000(ann),50(staff)\n');
  expect(await as('nobody:daemon')).toBe('uid=65534(nobody) gid=1(daemon) groups=1(daemon)\n');
  expect(await as('1234:55')).toBe('uid=1234 gid=55 groups=55\n');
});

/** As gosu 1.14 words it. */
test('says what is wrong', async () => {
  const m = machine();
  const wrong = async (...args: string[]) => {
    const { exit, stderr } = await m.run(['gosu', ...args]);
    return [exit, stderr];
  };
  expect(await wrong('nouser', 'id')).toEqual([
    1,
    'error: failed switching to "nouser": unable to find user nouser: no matching entries in passwd file\n',
  ]);
  expect(await wrong('nobody:nogrp', 'id')).toEqual([
    1,
    'error: failed switching to "nobody:nogrp": unable to find group nogrp: no matching entries in group file\n',
  ]);
  expect(await wrong('nobody', 'nocmd')).toEqual([
    1,
    'error: exec: "nocmd": executable file not found in $PATH\n',
  ]);
  expect((await wrong('nobody'))[1]).toMatch(/^Usage: gosu user-spec command \[args\]\n/);
  expect(await wrong('nobody', 'gosu', 'root', 'id')).toEqual([
    1,
    'error: failed switching to "root": operation not permitted\n',
  ]);
});
