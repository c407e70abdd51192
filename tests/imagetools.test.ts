import { expect, test } from 'vitest';
import { ScriptRunner } from '../src/lab/script.ts';
import { openWorld } from '../src/node/node-host.ts';

// The lines are those of buildx 0.29 before the same registry.
test('buildx imagetools inspect shows what a registry has', async () => {
  const runner = new ScriptRunner(openWorld('learner'));
  await runner.prepare([]);
  const run = async (cmd: string) => {
    const { exit, stdout, stderr } = await runner.run({ cmd });
    return [exit, (stdout + stderr).replace(/sha256:[0-9a-f]{64}/g, 'DIGEST')];
  };
  const inspect = 'docker buildx imagetools inspect';
  expect(await run(`${inspect} alpine`)).toEqual([
    0,
    [
      'Name:      docker.io/library/alpine:latest',
      'MediaType: application/vnd.oci.image.index.v1+json',
      'Digest:    DIGEST',
      '           ',
      'Manifests: ',
      '  Name:      docker.io/library/alpine:latest@DIGEST',
      '  MediaType: application/vnd.oci.image.manifest.v1+json',
      '  Platform:  linux/amd64',
      '             ',
      '  Name:      docker.io/library/alpine:latest@DIGEST',
      '  MediaType: application/vnd.oci.image.manifest.v1+json',
      '  Platform:  linux/arm64/v8',
      '',
    ].join('\n'),
  ]);
  expect(await run(`${inspect} --raw alpine | head -c 21`)).toEqual([0, '{"schemaVersion":2,"m']);
  expect(await run(`${inspect} alpine:nosuch`)).toEqual([
    1,
    'ERROR: docker.io/library/alpine:nosuch: not found\n',
  ]);
  expect(await run(`${inspect} 127.0.0.1:1/x`)).toEqual([
    1,
    'ERROR: failed to do request: Head "http://127.0.0.1:1/v2/x/manifests/latest": dial tcp 127.0.0.1:1: connect: connection refused\n',
  ]);
});
