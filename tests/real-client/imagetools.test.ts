/** `docker buildx imagetools inspect` beside the real client, before the same registry. */
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ScriptRunner } from '../../src/lab/script.ts';
import { openWorld } from '../../src/node/node-host.ts';
import { type ServedWorld, serveWorld } from './served-world.ts';

/** The version whose words we take: later ones read some templates otherwise. */
const hasBuildx = / v?0\.29\./.test(spawnSync('docker', ['buildx', 'version'], { encoding: 'utf8' }).stdout);

const FORMATS = [
  '{{.Name}}',
  '{{json .}}',
  '{{json .Image}}',
  '{{json .Manifest}}',
  '{{.Manifest}}',
  '{{.Manifest.Digest}}',
  '{{range .Manifest.Manifests}}{{.Digest}} {{.Platform}}\n{{end}}',
  '{{range $platform, $image := .Image}}{{$platform}} {{$image.OS}} {{$image.Created}} {{json $image.Created}} {{end}}',
  '{{index .Image "linux/arm64"}}',
  '{{(index .Image "linux/amd64").Config.Env}}',
  '{{.Image.Config}}',
  '{{json .SBOM}} {{json .Provenance}}',
  '{{json .Manifest.Platform}}',
  '{{len .Manifest.Manifests}} {{printf "%s" .Name}}',
  '{{upper .Name}}',
  '{{.Nope}}',
  '{{',
];

describe.skipIf(!hasBuildx)(`imagetools${hasBuildx ? '' : ' (skipped: buildx 0.29 is not at hand)'}`, () => {
  let served: ServedWorld;
  beforeAll(async () => {
    served = await serveWorld([], { scenario: 'learner' });
  });
  afterAll(() => served?.stop());

  test('templates make the same of an image for two platforms', async () => {
    const runner = new ScriptRunner(openWorld('learner'));
    await runner.prepare([]);
    const address = `${served.registry}/library/alpine`;
    const alike = (text: string) =>
      text.replaceAll(address, 'alpine').replaceAll('docker.io/library/alpine', 'alpine');
    for (const format of FORMATS) {
      const args = ['buildx', 'imagetools', 'inspect', address, '--format', format];
      const real = spawnSync('docker', args, {
        encoding: 'utf8',
        env: { ...process.env, DOCKER_HOST: served.dockerHost },
      });
      const { exit, stdout, stderr } = await runner.run({
        cmd: `docker buildx imagetools inspect alpine --format '${format}'`,
      });
      expect({ format, exit, stdout: alike(stdout), stderr }).toEqual({
        format,
        exit: real.status,
        stdout: alike(real.stdout),
        stderr: real.stderr,
      });
    }
  });
});
