import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { contentOf } from '../src/engine/oci/layer/entry.ts';
import { readTar } from '../src/engine/oci/layer/tar-reader.ts';
import { imageSpecJudges, noSchemas } from '../src/engine/oci/testing.ts';
import { inspect } from '../src/lab/inspect.ts';
import { ScriptRunner } from '../src/lab/script.ts';
import { openWorld } from '../src/node/node-host.ts';

if (noSchemas) console.warn(`what the daemon writes is not judged: ${noSchemas}`);

describe.skipIf(noSchemas)('documents that the daemon writes', () => {
  const judges = noSchemas ? undefined : imageSpecJudges();

  async function machine() {
    const simulation = openWorld('learner');
    const runner = new ScriptRunner(simulation);
    await runner.prepare([]);
    const run = async (cmd: string) => {
      const { exit, stdout, stderr } = await runner.run({ cmd });
      if (exit !== 0) throw new Error(`${cmd}: ${stderr}`);
      return stdout;
    };
    await run('docker pull -q alpine:3.22');
    await run("docker run --name one alpine:3.22 sh -c 'echo 1 > /one'");
    await run(
      `docker commit -a Ada -m words -c 'CMD ["cat", "/one"]' -c 'EXPOSE 80' -c 'VOLUME /v' -c 'LABEL a=b' -c 'HEALTHCHECK CMD true' one made:commit`,
    );
    await run("docker export one | docker import -c 'ENV A=b' -m words - made:import");
    return { simulation, run };
  }

  test('an archive of images is an OCI layout of good documents', async () => {
    const { run } = await machine();
    const tar = gunzipSync(
      Buffer.from(
        await run('docker save made:commit made:import alpine:3.22 | gzip -c | base64 -w0'),
        'base64',
      ),
    );
    const files = new Map(
      [...readTar(tar)].filter(({ type }) => type === 'file').map((one) => [one.path, contentOf(one)]),
    );
    const blob = (digest: string) => files.get(`blobs/${digest.replace(':', '/')}`)!;
    expect(judges!.layout(files.get('oci-layout')!)).toBe('');
    const index = files.get('index.json')!;
    expect(judges!.index(index)).toBe('');
    const { manifests } = JSON.parse(new TextDecoder().decode(index)) as { manifests: { digest: string }[] };
    expect(manifests).toHaveLength(3);
    for (const { digest } of manifests) {
      expect(judges!.manifest(blob(digest))).toBe('');
      const { config } = JSON.parse(new TextDecoder().decode(blob(digest))) as { config: { digest: string } };
      expect(judges!.config(blob(config.digest))).toBe('');
    }
  });

  test('what is pushed is good, too', async () => {
    const { run } = await machine();
    await run('docker run -d -p 5000:5000 --name reg registry:3; sleep 1');
    for (const name of ['commit', 'import'])
      await run(
        `docker tag made:${name} localhost:5000/made:${name}; docker push -q localhost:5000/made:${name}`,
      );
    for (const name of ['commit', 'import']) {
      const manifest = await run(`curl -s localhost:5000/v2/made/manifests/${name}`);
      expect(judges!.manifest(new TextEncoder().encode(manifest))).toBe('');
      const config = await run(
        `curl -s localhost:5000/v2/made/blobs/$(curl -s localhost:5000/v2/made/manifests/${name} | jq -r .config.digest)`,
      );
      expect(judges!.config(new TextEncoder().encode(config))).toBe('');
    }
  });

  test('every configuration that the daemon holds is good', async () => {
    const { simulation } = await machine();
    const images = inspect(simulation).images();
    expect(images).toHaveLength(3);
    for (const { config } of images)
      expect(judges!.config(new TextEncoder().encode(JSON.stringify(config)))).toBe('');
  });
});
