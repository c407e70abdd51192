import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { linuxSandbox } from './linux-sandbox.ts';
import { normalised } from './normalise.ts';
import { scriptsIn } from './scripts.ts';
import { simulatedSandbox } from './simulated-sandbox.ts';

/** What scripts about namespaces print on a real kernel with real tools, and on the simulated machine: the same. */
const linux = linuxSandbox();
if (typeof linux === 'string') console.warn(`namespaces are not compared with Linux: ${linux}`);

/** What a Debian need not have: scripts with it are compared where it is installed. */
const absent = ['ping'].filter((name) => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0);
for (const name of absent)
  console.warn(`scripts with ${name} are not compared with Linux: it is not installed`);

for (const { file, title, text } of scriptsIn(new URL('./namespaces/', import.meta.url))) {
  const lacking = absent.some((name) => new RegExp(`\\b${name}\\b`).test(text));
  test.skipIf(typeof linux === 'string' || lacking)(`${file}: ${title}`, async () => {
    if (typeof linux === 'string') return;
    const ours = await simulatedSandbox(text);
    expect(normalised(ours)).toEqual(normalised(linux(text)));
  });
}
