import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ScriptStep, StepResult } from '../../src/lab/script.ts';

/** Where engines and clients of the version we model are kept on machines that have one for the recordings. */
const SAME_VERSION = '/var/tmp/drydock-oracle/bin/docker';

/** The clients whose words we take: any 28.x. Others may word or order things differently. */
const MAJOR = '28.';

export interface RealDocker {
  /** A path, or `docker` for the one on PATH. */
  path: string;
  version: string;
}

/** The real clients to judge by, one of each version: `DRYDOCK_DOCKER` alone where it is set, else those that are kept and on PATH. */
export function findDockers(): RealDocker[] {
  const chosen = process.env['DRYDOCK_DOCKER'];
  const found = new Map<string, RealDocker>();
  for (const path of chosen ? [chosen] : [SAME_VERSION, 'docker']) {
    if (path.startsWith('/') && !existsSync(path)) continue;
    const { status, stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' });
    const version = /^Docker version ([\d.]+)/.exec(stdout ?? '')?.[1];
    if (status === 0 && version?.startsWith(MAJOR) && !found.has(version))
      found.set(version, { path, version });
  }
  return [...found.values()];
}

const terminal = fileURLToPath(new URL('terminal.py', import.meta.url));

/** Runs a step with real programs as `drydock run` does with simulated ones: `bash -c`, standard input closed unless given. */
export function runReal(
  step: Extract<ScriptStep, { cmd: string }>,
  where: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<StepResult> {
  const argv = step.tty ? ['python3', terminal, step.cmd] : ['bash', '-c', step.cmd];
  const stdin = step.tty ? JSON.stringify(step.input ?? []) : step.stdin;
  return new Promise((resolve, reject) => {
    const child = spawn(argv[0]!, argv.slice(1), {
      ...where,
      stdio: [stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      timeout: 60_000,
      killSignal: 'SIGKILL',
    });
    const out = { stdout: '', stderr: '' };
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      out.stdout += text;
    });
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      out.stderr += text;
    });
    // A client may leave before it has read everything.
    child.stdin?.on('error', () => undefined).end(stdin);
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ cmd: step.cmd, exit: code ?? (signal ? 137 : 1), ...out }));
  });
}
