import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Step } from './normalise.ts';

/** A real Docker Engine (`DOCKER_HOST`, or a local one), brought to the state that recordings begin with. */

/** What the simulated machine of the recordings serves (src/engine/images), made of a real BusyBox. */
const STAND_INS: Record<string, string> = {
  'alpine:3.19': 'FROM busybox:1.35\nRUN echo 3.19.1 >/etc/alpine-release\nCMD ["/bin/sh"]',
  nginx: `FROM busybox:1.35
LABEL maintainer=lab
ENV NGINX_VERSION=1.25.3
RUN mkdir -p /usr/share/nginx/html /etc/nginx && echo '<h1>Welcome to nginx!</h1>' >/usr/share/nginx/html/index.html
EXPOSE 80
CMD ["httpd","-f","-v","-p","80","-h","/usr/share/nginx/html"]`,
  'hello-world': 'FROM busybox:1.35\nRUN echo Hello from Docker! >/hello\nCMD ["cat","/hello"]',
};

/** Where the recordings' world has its work: messages name it. */
const LAB = '/srv/lab';

export function docker(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync('docker', args, { encoding: 'utf8' });
}

export const hasEngine = (): boolean => docker('version').status === 0;

export class RealEngine {
  readonly #busybox: string;

  /** Keeps what every stand-in is made of; the engine must have an image busybox:1.35. */
  constructor() {
    this.#busybox = join(mkdtempSync(join(tmpdir(), 'oracle-')), 'busybox.tar');
    docker('save', '-o', this.#busybox, 'busybox:1.35');
  }

  /** Leaves the engine with these images, and no containers, networks or volumes of anybody. */
  prepare(images: readonly string[]): void {
    docker('load', '-i', this.#busybox);
    const containers = docker('ps', '-aq').stdout.split('\n').filter(Boolean);
    if (containers.length > 0) docker('rm', '-f', ...containers);
    docker('network', 'prune', '-f');
    docker('volume', 'prune', '-af');
    const names = docker('images', '--format', '{{.Repository}}:{{.Tag}}').stdout.split('\n').filter(Boolean);
    const others = names.filter((name) => name !== 'busybox:1.35' && !name.includes('<none>'));
    if (others.length > 0) docker('image', 'rm', '-f', ...others);
    docker('image', 'prune', '-f');
    for (const image of images) {
      if (image === 'busybox:1.36') {
        docker('tag', 'busybox:1.35', image);
        continue;
      }
      const recipe = STAND_INS[image];
      if (!recipe) throw new Error(`no stand-in for ${image}`);
      const built = spawnSync('docker', ['build', '-q', '-t', image, '-'], {
        input: recipe,
        encoding: 'utf8',
      });
      if (built.status !== 0) throw new Error(`${image}: ${built.stderr}`);
    }
    docker('rmi', 'busybox:1.35');
    // The build cache would keep the layers of an image that is removed.
    docker('builder', 'prune', '-af');
  }

  /** Runs commands one after another in a directory of their own, each as `bash -c` without input. */
  run(commands: readonly string[]): Step[] {
    const cwd = LAB;
    mkdirSync(cwd, { recursive: true });
    try {
      return commands.map((cmd) => {
        const run = spawnSync('bash', ['-c', cmd], {
          cwd,
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'pipe'],
          timeout: 20_000,
        });
        return { cmd, exit: run.status ?? 128, stdout: run.stdout, stderr: run.stderr };
      });
    } finally {
      rmSync(cwd, { recursive: true });
    }
  }

  /** Puts back what was there. */
  restore(): void {
    docker('load', '-i', this.#busybox);
  }
}
