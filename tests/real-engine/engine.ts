import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Starts a real Docker Engine where there is none, and says how to reach it. */
const UP = fileURLToPath(new URL('../../../shared/oracle/up.sh', import.meta.url));

/** The engines whose answers count: those of the release that is modelled. */
const MAJOR = '28.';

export interface Answer {
  status: number;
  stdout: Buffer;
  stderr: string;
}

/** The real client, with an engine to speak to. */
export type Docker = (args: readonly string[], input?: Uint8Array) => Answer;

/** What speaks to a real engine, and what makes a client of the same kind for another; or why there is none. */
export function realEngine(): { docker: Docker; clientOf(host: string): Docker } | string {
  const env = environment();
  if (typeof env === 'string') return env;
  const clientOf =
    (host: string): Docker =>
    (args, input) => {
      const { status, stdout, stderr } = spawnSync('docker', ['-H', host, ...args], {
        env: { ...env, DOCKER_CLI_HINTS: 'false' },
        ...(input === undefined ? { stdio: ['ignore', 'pipe', 'pipe'] } : { input }),
        maxBuffer: 1 << 30,
        timeout: 100_000,
      });
      return { status: status ?? -1, stdout, stderr: stderr.toString() };
    };
  const docker = clientOf(env['DOCKER_HOST']!);
  const version = docker(['version', '--format', '{{.Server.Version}}']).stdout.toString().trim();
  if (!version.startsWith(MAJOR)) return `the engine is ${version || 'not there'}, not ${MAJOR}x`;
  return { docker, clientOf };
}

/** The environment in which the client finds the engine: as it is set, else as the script that starts one says. */
function environment(): NodeJS.ProcessEnv | string {
  if (process.env['DOCKER_HOST']) return process.env;
  if (process.getuid?.() !== 0) return 'only root can start one';
  if (!existsSync(UP)) return 'nothing here starts one';
  const { status, stdout, stderr } = spawnSync('bash', ['-c', `eval "$(${UP})"; env -0`], {
    encoding: 'utf8',
    timeout: 110_000,
  });
  const env = Object.fromEntries(stdout.split('\0').map((line) => line.split(/=(.*)/s).slice(0, 2)));
  if (status !== 0 || !env['DOCKER_HOST']) return `it does not start: ${stderr.trim().split('\n').at(-1)}`;
  return env;
}
