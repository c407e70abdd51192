import type { Process } from '../../kernel/program.ts';
import { type SpawnOptions, shellStatus, spawn, waitFor } from '../lib/spawn.ts';
import type { Stdio } from '../lib/stdio.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { NpmError } from './npm-error.ts';

/** Scripts that npm runs by names of their own. */
export const LIFECYCLE = ['start', 'test', 'stop', 'restart'];

/** Runs a script of package.json in the project's directory, with node_modules/.bin on PATH (npm-run-script(1)). */
export async function runScript(
  io: Stdio,
  directory: string,
  name: string,
  args: readonly string[],
  silent: boolean,
): Promise<number> {
  const manifest = await readManifest(io.sys, directory);
  const scripts = manifest.scripts ?? {};
  const script =
    scripts[name] ??
    (name === 'start' && (await has(io, `${directory}/server.js`)) ? 'node server.js' : undefined);
  if (script === undefined)
    throw new NpmError('', 1, [
      `Missing script: "${name}"`,
      '',
      'To see a list of scripts, run:',
      '  npm run',
    ]);
  for (const [step, text] of [
    [`pre${name}`, scripts[`pre${name}`]],
    [name, script],
    [`post${name}`, scripts[`post${name}`]],
  ] as const) {
    if (text === undefined) continue;
    const command = step === name ? [text, ...args.map(quoted)].join(' ') : text;
    if (!silent) await io.stdout.write(`\n> ${titleOf(manifest)}${step}\n> ${command}\n\n`);
    await io.stdout.flush();
    const status = await shell(io.process, command, {
      cwd: directory,
      env: environment(io.process, directory, manifest, step),
    });
    if (status !== 0) return status;
  }
  return 0;
}

/** Runs a command line; the signals that ask npm to end are handed on to it. */
async function shell(process: Process, command: string, options: SpawnOptions): Promise<number> {
  const { sys } = process;
  const pid = await spawn(process, ['sh', '-c', command], options);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
    await sys.sigaction(signal, () => void sys.kill(pid, signal).catch(() => undefined));
  return shellStatus(await waitFor(sys, pid));
}

const titleOf = ({ name, version }: Manifest): string =>
  name === undefined ? '' : `${name}${version === undefined ? '' : `@${version}`} `;

const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

const has = async (io: Stdio, path: string): Promise<boolean> =>
  io.sys.stat(path).then(
    () => true,
    () => false,
  );

function environment(
  { env }: Process,
  directory: string,
  { name, version }: Manifest,
  event: string,
): ReadonlyMap<string, string> {
  const path = [`${directory}/node_modules/.bin`, ...(env.get('PATH') ?? '').split(':')].join(':');
  return new Map([
    ...env,
    ['PATH', path],
    ['INIT_CWD', directory],
    ['npm_lifecycle_event', event],
    ...(name === undefined ? [] : [['npm_package_name', name] as const]),
    ...(version === undefined ? [] : [['npm_package_version', version] as const]),
  ]);
}

/** What there is to run, as `npm run` lists it. */
export function listScripts({ name, version, scripts = {} }: Manifest): string {
  const own = Object.entries(scripts);
  if (own.length === 0) return '';
  const part = (heading: string, entries: [string, string][]) =>
    entries.length === 0
      ? ''
      : `${heading}\n${entries.map(([key, text]) => `  ${key}\n    ${text}\n`).join('')}`;
  const title = `${name ?? ''}${version === undefined ? '' : `@${version}`}`;
  const lifecycle = own.filter(([key]) => LIFECYCLE.includes(key));
  const others = own.filter(([key]) => !LIFECYCLE.includes(key));
  return (
    part(`Lifecycle scripts included in ${title}:`, lifecycle) +
    part(
      `${lifecycle.length > 0 ? '' : `Scripts available in ${title} via \`npm run\`:`}${lifecycle.length > 0 ? `available via \`npm run\`:` : ''}`,
      others,
    )
  );
}
