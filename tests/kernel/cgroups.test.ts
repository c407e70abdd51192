import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ScriptRunner } from '../../src/lab/script.ts';
import { openWorld } from '../../src/node/node-host.ts';

const text = (name: string) => readFileSync(new URL(`cgroups/${name}`, import.meta.url), 'utf8');

/** `NAME.linux` is what NAME.sh printed on Linux 6.1 (Debian's, two processors; cgroups/record.sh): every line must be the same here. */
test.each(['v1', 'v2'])('the files of cgroup %s do what Linux’ do', async (name) => {
  // A machine on which no controller is taken by a hierarchy of version 1 yet.
  const machine = new ScriptRunner(openWorld('learner'));
  const script = `cat > script.sh <<'END'\n${text(`${name}.sh`)}\nEND\nsudo bash script.sh < /dev/null`;
  const { stdout, stderr } = await machine.run({ cmd: script });
  expect(stderr).toBe('');
  expect(stdout.split('\n')).toEqual(text(`${name}.linux`).split('\n'));
});
