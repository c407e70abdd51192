import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findDockers } from '../real-docker.ts';
import type { ComposeStep } from './steps.ts';

const PLUGINS = [
  '/usr/libexec/docker/cli-plugins',
  '/usr/lib/docker/cli-plugins',
  '/usr/local/lib/docker/cli-plugins',
];

/** A docker with its plugin compose, version 2. */
export interface ComposeClient {
  docker: string;
  plugin: string;
}

/** The real compose, where there is one. */
export function findCompose(): ComposeClient | undefined {
  for (const { path } of findDockers()) {
    const beside = join(dirname(dirname(path)), 'config', 'cli-plugins');
    const plugin = [beside, ...PLUGINS]
      .map((place) => join(place, 'docker-compose'))
      .find((file) => existsSync(file));
    if (plugin === undefined) continue;
    const { status, stdout } = spawnSync(plugin, ['version', '--short'], { encoding: 'utf8' });
    if (status === 0 && stdout.startsWith('2.')) return { docker: path, plugin };
  }
  return undefined;
}

const file = fileURLToPath(new URL('./compose.yaml', import.meta.url));

/** Runs `docker compose` with the file of three services, against an engine. */
export class Compose {
  readonly #docker: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #directory: string;

  /** @param directory for its configuration and the file, whose place `compose ls` tells */
  constructor({ docker, plugin }: ComposeClient, directory: string, dockerHost: string) {
    const config = join(directory, 'compose-config');
    mkdirSync(join(config, 'cli-plugins'), { recursive: true });
    copyFileSync(file, join(directory, 'compose.yaml'));
    symlinkSync(plugin, join(config, 'cli-plugins', 'docker-compose'));
    this.#docker = docker;
    this.#directory = directory;
    this.#env = {
      PATH: process.env['PATH'],
      HOME: directory,
      DOCKER_CONFIG: config,
      DOCKER_HOST: dockerHost,
    };
  }

  run(cmd: string): Promise<ComposeStep> {
    const child = spawn(
      'sh',
      ['-c', `exec ${this.#docker} compose -f ${this.#directory}/compose.yaml ${cmd}`],
      {
        cwd: this.#directory,
        env: this.#env,
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    return new Promise((resolve) => {
      child.once('close', (exit) => resolve({ cmd, exit: exit ?? 128, stdout, stderr }));
    });
  }
}
