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
  const template = (format: string) => run(`${inspect} alpine --format '${format}'`);
  expect(await template('{{json .Manifest}}')).toEqual([
    0,
    expect.stringMatching(/^\{\n {2}"schemaVersion": 2,\n.*"variant": "v8"\n {6}\}\n {4}\}\n {2}\]\n\}$/s),
  ]);
  expect(await template('{{range .Manifest.Manifests}}{{.Digest}} {{.Platform}}\n{{end}}')).toEqual([
    0,
    'DIGEST {amd64 linux  [] }\nDIGEST {arm64 linux  [] v8}\n',
  ]);
  expect(await template('{{.Name}} {{(index .Image "linux/arm64").Config.Cmd}}')).toEqual([
    0,
    'alpine [/bin/sh]',
  ]);
  // What begins with the manifest is shown as without a template.
  expect(await template('{{.Manifest.Digest}}')).toEqual(await run(`${inspect} alpine`));
  expect(await template('{{upper .Name}}')).toEqual([
    1,
    'ERROR: template: :1: function "upper" not defined\n',
  ]);
});
