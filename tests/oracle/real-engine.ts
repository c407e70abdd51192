import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Step } from './normalise.ts';

/** A real Docker Engine (`DOCKER_HOST`, or a local one), brought to the state that recordings begin with. */

/** What the simulated machine of the recordings serves (src/engine/images), made of a real BusyBox, from the oldest to the newest. */
const STAND_INS: Record<string, string> = {
  'busybox:1.36': `FROM busybox:1.35
RUN printf 'root:x:0:\\ndaemon:x:1:\\nwww-data:x:33:\\nnogroup:x:65534:\\n' >/etc/group && \\
  printf '%s\\n' root:x:0:0:root:/root:/bin/sh daemon:x:1:1:daemon:/usr/sbin:/bin/false \\
  www-data:x:33:33:www-data:/var/www:/bin/false nobody:x:65534:65534:nobody:/home:/bin/false >/etc/passwd && \\
  mkdir -p /usr/sbin /var/log /var/www && chmod 700 /root`,
  'alpine:3.19': 'FROM busybox:1.36\nRUN echo 3.19.1 >/etc/alpine-release\nCMD ["/bin/sh"]',
  nginx: `FROM busybox:1.36
LABEL maintainer=lab
ENV NGINX_VERSION=1.25.3
RUN mkdir -p /usr/share/nginx/html /etc/nginx
RUN echo '<h1>Welcome to nginx!</h1>' >/usr/share/nginx/html/index.html
EXPOSE 80
CMD ["httpd","-f","-v","-p","80","-h","/usr/share/nginx/html"]`,
  'hello-world': `FROM busybox:1.36
RUN printf '\\nHello from Docker!\\nThis message shows that your installation appears to be working correctly.\\n\\n' >/hello
CMD ["cat","/hello"]`,
  'redis:7': `FROM busybox:1.36
RUN mkdir -p /data
VOLUME /data
WORKDIR /data
EXPOSE 6379
CMD ["sh","-c","echo Ready to accept connections; exec tail -f /dev/null"]`,
};

/** Where the recordings' world has its work: messages name it. */
const LAB = '/srv/lab';
const HOME = '/srv/home';

/** How many seconds a step may take before its shell gets SIGTERM. */
const PATIENCE = 20;

export function docker(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync('docker', args, { encoding: 'utf8' });
}

export const hasEngine = (): boolean => docker('version').status === 0;

interface StandIn {
  id: string;
  /** An archive of `docker save`. */
  archive: string;
}

export class RealEngine {
  readonly #folder = mkdtempSync(join(tmpdir(), 'oracle-'));
  readonly #busybox = join(this.#folder, 'busybox.tar');
  /** Where the engine has its data; the recordings' world has it in the usual place. */
  readonly #root: string;
  readonly #standIns = new Map<string, StandIn>();

  /** Keeps what every stand-in is made of; the engine must have an image busybox:1.35. */
  constructor() {
    docker('save', '-o', this.#busybox, 'busybox:1.35');
    for (const name of Object.keys(STAND_INS)) this.#build(name);
    this.#root = docker('info', '-f', '{{.DockerRootDir}}').stdout.trim();
    const plugins = `${HOME}/.docker/cli-plugins`;
    const buildx = docker('info', '-f', '{{range .ClientInfo.Plugins}}{{println .Path}}{{end}}').stdout.match(
      /.*docker-buildx$/m,
    );
    mkdirSync(plugins, { recursive: true });
    if (buildx && !existsSync(`${plugins}/docker-buildx`)) symlinkSync(buildx[0], `${plugins}/docker-buildx`);
  }

  /** As the classic builder made those of the recordings; lists are sorted by the second in which they are made. */
  #build(name: string): void {
    const built = spawnSync('docker', ['build', '-t', name, '-'], {
      input: STAND_INS[name]!,
      encoding: 'utf8',
      env: { ...process.env, DOCKER_BUILDKIT: '0' },
    });
    if (built.status !== 0) throw new Error(`${name}: ${built.stderr}`);
    if (name === 'busybox:1.36') this.#flatten(name);
    const archive = join(this.#folder, `${name.replace(/\W/g, '-')}.tar`);
    docker('save', '-o', archive, name);
    const id = docker('image', 'inspect', '-f', '{{.Id}}', name).stdout.trim();
    this.#standIns.set(name, { id, archive });
    spawnSync('sleep', ['1']);
  }

  /** Makes it one layer, with the configuration that the others begin with. */
  #flatten(name: string): void {
    const container = docker('create', name, 'sh').stdout.trim();
    const path = 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
    const imported = ['docker', 'import', '-c', path, '-c', 'CMD ["sh"]', '-', name].map(
      (word) => `'${word}'`,
    );
    spawnSync('sh', ['-c', `docker export ${container} | ${imported.join(' ')}`]);
    docker('rm', container);
  }

  /** Leaves the engine with these images, and no containers, networks or volumes of anybody. */
  prepare(images: readonly string[]): void {
    // What is being removed already takes its time.
    for (let tries = 0; tries < 20; tries++) {
      const containers = docker('ps', '-aq').stdout.split('\n').filter(Boolean);
      if (containers.length === 0) break;
      if (docker('rm', '-f', ...containers).status !== 0) spawnSync('sleep', ['1']);
    }
    // Not `prune`: it leaves networks that are only configurations.
    const networks = docker('network', 'ls', '-q', '--filter', 'type=custom')
      .stdout.split('\n')
      .filter(Boolean);
    if (networks.length > 0) docker('network', 'rm', ...networks);
    // Nor that of volumes: it leaves those with options of their own.
    const volumes = docker('volume', 'ls', '-q').stdout.split('\n').filter(Boolean);
    if (volumes.length > 0) docker('volume', 'rm', ...volumes);
    docker('builder', 'prune', '-af');
    const found = docker('images', '--no-trunc', '-a', '--format', '{{.ID}} {{.Repository}}:{{.Tag}}').stdout;
    const wanted = images.map((image) => `${this.#standIn(image).id} ${tagged(image)}`);
    if (found.split('\n').filter(Boolean).sort().join() === wanted.sort().join()) return;
    const ids = docker('images', '-aq', '--no-trunc').stdout.split('\n').filter(Boolean);
    if (ids.length > 0) docker('rmi', '-f', ...new Set(ids));
    docker('image', 'prune', '-af');
    for (const image of images) docker('load', '-i', this.#standIn(image).archive);
  }

  #standIn(image: string): StandIn {
    const known = this.#standIns.get(image);
    if (!known) throw new Error(`no stand-in for ${image}`);
    return known;
  }

  /** Runs commands one after another in a directory of their own, each as `bash -c` without input. */
  run(commands: readonly string[]): Step[] {
    const cwd = LAB;
    const { DOCKER_CONFIG: _, ...others } = process.env;
    const env = { ...others, HOME };
    const usual = (text: string) =>
      text
        .replaceAll(this.#root, '/var/lib/docker')
        .replaceAll(`${dirname(this.#root)}/exec`, '/var/run/docker');
    mkdirSync(cwd, { recursive: true });
    try {
      return commands.map((cmd) => {
        const run = spawnSync('bash', ['-c', cmd], {
          cwd,
          env,
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'pipe'],
          timeout: PATIENCE * 1000,
        });
        return {
          cmd,
          exit: run.status ?? 128 + constants.signals[run.signal ?? 'SIGTERM'],
          stdout: usual(run.stdout),
          stderr: usual(run.stderr),
          ...((run.error as NodeJS.ErrnoException | undefined)?.code === 'ETIMEDOUT'
            ? { cut: PATIENCE }
            : {}),
        };
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

const tagged = (image: string): string => (image.includes(':') ? image : `${image}:latest`);
