import { expect, test } from 'vitest';
import { linuxSandbox } from './linux-sandbox.ts';
import { normalised } from './normalise.ts';
import { scriptsIn } from './scripts.ts';
import { simulatedSandbox } from './simulated-sandbox.ts';

/** What scripts about namespaces print on a real kernel with real tools, and on the simulated machine: the same. */
const linux = linuxSandbox();
if (typeof linux === 'string') console.warn(`namespaces are not compared with Linux: ${linux}`);

for (const { file, title, text, lacking } of scriptsIn(new URL('./namespaces/', import.meta.url))) {
  test.skipIf(typeof linux === 'string' || lacking.length > 0)(`${file}: ${title}`, async () => {
    if (typeof linux === 'string') return;
    const ours = await simulatedSandbox(text);
    expect(normalised(ours)).toEqual(normalised(linux(text)));
  });
}
