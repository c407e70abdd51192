/** The registry judged by those who use registries: skopeo, and a real engine that pushes to it and pulls from it. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ServedWorld, serveWorld } from './served-world.ts';

const run = (command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env) => {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', env });
  return { status: status ?? -1, stdout, stderr };
};

const hasSkopeo = spawnSync('skopeo', ['--version']).status === 0;

describe.skipIf(!hasSkopeo)(`skopeo${hasSkopeo ? '' : ' (skipped: it is not installed)'}`, () => {
  let served: ServedWorld;
  beforeAll(async () => {
    served = await serveWorld([]);
  });
  afterAll(() => served?.stop());

  const at = (name: string) => `docker://${served.registry}/${name}`;
  const succeeds = (...args: string[]): string => {
    const { status, stdout, stderr } = run('skopeo', args);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    return stdout;
  };
  const inspect = (name: string) => JSON.parse(succeeds('inspect', '--tls-verify=false', at(name)));
  const copy = (...args: string[]) =>
    succeeds('copy', '-q', '--insecure-policy', ...args.slice(2), args[0]!, args[1]!);
  const PLAIN = ['--src-tls-verify=false', '--dest-tls-verify=false'];

  test('inspects an image', () => {
    const image = inspect('library/nginx');
    expect(image).toMatchObject({
      Digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      RepoTags: expect.arrayContaining(['1.25', 'latest']),
      Labels: { maintainer: 'lab' },
      Architecture: 'amd64',
      Os: 'linux',
    });
    expect(image.Layers.length).toBeGreaterThan(0);
  });

  test('lists tags', () => {
    const list = JSON.parse(succeeds('list-tags', '--tls-verify=false', at('library/alpine')));
    expect(list.Tags).toEqual(['3.18', '3.19', 'latest']);
  });

  test('copies an image within the registry, to a directory and back: the digest stays', () => {
    const { Digest, Layers } = inspect('library/nginx');
    copy(at('library/nginx'), at('team/web:1'), ...PLAIN);
    expect(inspect('team/web:1')).toMatchObject({ Digest, Layers, RepoTags: ['1'] });
    const directory = join(served.directory, 'nginx');
    copy(at('team/web:1'), `dir:${directory}`, '--src-tls-verify=false');
    copy(`dir:${directory}`, at('team/back:1'), '--dest-tls-verify=false');
    expect(inspect('team/back:1').Digest).toBe(Digest);
  });

  test('copies to and from an OCI layout', () => {
    const layout = join(served.directory, 'layout');
    copy(at('library/busybox'), `oci:${layout}:bb`, '--src-tls-verify=false');
    copy(`oci:${layout}:bb`, at('team/oci:1'), '--dest-tls-verify=false');
    const raw = JSON.parse(succeeds('inspect', '--raw', '--tls-verify=false', at('team/oci:1')));
    expect(raw.config.mediaType).toBe('application/vnd.oci.image.config.v1+json');
    const index = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8'));
    expect(inspect('team/oci:1').Digest).toBe(index.manifests[0].digest);
  });

  test('deletes an image: it is gone under every tag', () => {
    for (const tag of ['1', '2']) copy(at('library/busybox'), at(`team/gone:${tag}`), ...PLAIN);
    succeeds('delete', '--tls-verify=false', at('team/gone:1'));
    const { status, stderr } = run('skopeo', ['inspect', '--tls-verify=false', at('team/gone:2')]);
    expect([status, stderr]).toEqual([1, expect.stringContaining('manifest unknown')]);
  });

  test('is told what is not there', () => {
    const missing = (...args: string[]) => run('skopeo', [...args]).stderr;
    expect(missing('inspect', '--tls-verify=false', at('team/none:1'))).toContain('manifest unknown');
    expect(missing('list-tags', '--tls-verify=false', at('team/none'))).toContain(
      'invalid status code from registry 404 (Not Found)',
    );
  });
});

/** A real engine that was started for comparison, in a network of its own. */
const ENGINE = '/var/tmp/drydock-oracle';
const engine = (() => {
  const socket = `${ENGINE}/docker.sock`;
  const docker = `${ENGINE}/bin/docker`;
  if (!existsSync(socket) || !existsSync(docker)) return undefined;
  const env = { ...process.env, DOCKER_HOST: `unix://${socket}`, DOCKER_CLI_HINTS: 'false' };
  const info = run(docker, ['version', '--format', '{{.Server.Version}}'], env);
  const pid = existsSync(`${ENGINE}/docker.pid`) ? readFileSync(`${ENGINE}/docker.pid`, 'utf8').trim() : '';
  const inside = spawnSync('nsenter', ['-t', pid, '-n', 'true']).status === 0;
  return info.status === 0 && inside ? { docker, env, pid, version: info.stdout.trim() } : undefined;
})();

/** How many layers the Hub's nginx has. */
const LAYERS = 7;

describe.skipIf(engine === undefined)(
  `a real Docker Engine ${engine?.version ?? '(skipped: none runs here that can be joined)'}`,
  () => {
    let served: ServedWorld;
    const config = mkdtempSync(join(tmpdir(), 'drydock-config-'));
    const mine = `drydock-${process.pid}`;
    beforeAll(async () => {
      // The engine's loopback is not this machine's: the registry is served there.
      served = await serveWorld([], {
        by: ['nsenter', '-t', engine!.pid, '-n'],
        scenario: 'learner',
      });
    });
    afterAll(async () => {
      for (const name of pulled)
        run(engine!.docker, ['rmi', '-f', name], { ...engine!.env, DOCKER_CONFIG: config });
      await served?.stop();
    });
    const pulled = new Set<string>();
    const docker = (...args: string[]) => {
      const { status, stdout, stderr } = run(engine!.docker, args, { ...engine!.env, DOCKER_CONFIG: config });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      return stdout;
    };
    const pull = (name: string) => {
      const reference = `${served.registry}/${name}`;
      pulled.add(reference);
      return docker('pull', reference);
    };
    const id = (name: string) =>
      docker('image', 'inspect', '-f', '{{.Id}}', `${served.registry}/${name}`).trim();

    test('pulls an image, layer by layer', () => {
      const out = pull('library/nginx:latest');
      expect(out).toMatch(/^latest: Pulling from library\/nginx\n/);
      expect(out.match(/: Pull complete$/gm)).toHaveLength(LAYERS);
      expect(out).toContain(`Status: Downloaded newer image for ${served.registry}/library/nginx:latest\n`);
      expect(pull('library/nginx:latest')).toContain('Status: Image is up to date');
    });

    test('pushes it under another name, whose layers it mounts; and gets back what it pushed', () => {
      const name = `${mine}/web:1`;
      docker('tag', `${served.registry}/library/nginx:latest`, `${served.registry}/${name}`);
      pulled.add(`${served.registry}/${name}`);
      const out = docker('push', `${served.registry}/${name}`);
      expect(out.match(/(?<=^[0-9a-f]{12}: )(Mounted|Pushed|Layer).*$/gm)).toEqual(
        Array.from({ length: LAYERS }, () => 'Mounted from library/nginx'),
      );
      const digest = /^1: digest: (sha256:[0-9a-f]{64}) size: \d+$/m.exec(out)?.[1];
      expect(digest).toBeDefined();
      const before = id(name);
      docker('rmi', `${served.registry}/${name}`, `${served.registry}/library/nginx:latest`);
      expect(pull(name)).toContain(`Digest: ${digest}\n`);
      expect(id(name)).toBe(before);
    });

    test('pushes an image of its own, and only once', () => {
      const name = `${served.registry}/${mine}/own:1`;
      pulled.add(name);
      const archive = spawnSync('tar', ['-c', '-C', served.directory, '--mtime=@0', '.'], {
        maxBuffer: 1 << 26,
      });
      const made = spawnSync(engine!.docker, ['import', '-', name], {
        input: archive.stdout,
        env: engine!.env,
      });
      expect(made.status).toBe(0);
      const own = made.stdout.toString().trim();
      expect(docker('push', name)).toMatch(/: Pushed$/m);
      expect(docker('push', name)).toMatch(/: Layer already exists$/m);
      docker('rmi', name);
      expect(docker('pull', '-q', name)).toBe(`${name}\n`);
      expect(id(`${mine}/own:1`)).toBe(own);
    });

    test('pulls all tags', () => {
      const tags = ['3.20', '3.22', 'latest'];
      for (const tag of tags) pulled.add(`${served.registry}/library/alpine:${tag}`);
      const out = docker('pull', '-a', `${served.registry}/library/alpine`);
      const told = out.match(/^.*(?=: Pulling from library\/alpine$)/gm) ?? [];
      expect(told).toEqual(expect.arrayContaining(tags));
      for (const tag of told) pulled.add(`${served.registry}/library/alpine:${tag}`);
    });
  },
);
