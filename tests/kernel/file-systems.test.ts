import { expect, test } from 'vitest';
import { fileSettings, linuxSandbox } from './linux-sandbox.ts';
import { scriptsIn } from './scripts.ts';
import { simulatedSandbox } from './simulated-sandbox.ts';

/** What scripts about file systems print on a real kernel with real tools, and on the simulated machine: the same. */
const linux = linuxSandbox();
if (typeof linux === 'string') console.warn(`file systems are not compared with Linux: ${linux}`);

for (const { file, title, text, lacking } of scriptsIn(new URL('./file-systems/', import.meta.url))) {
  test.skipIf(typeof linux === 'string' || lacking.length > 0)(`${file}: ${title}`, async () => {
    if (typeof linux === 'string') return;
    const ours = await simulatedSandbox(text, fileSettings());
    expect(ours).toEqual(linux(text));
  });
}
