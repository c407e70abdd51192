import type { Program } from '../../kernel/program.ts';
import { type Stdio, utility } from '../lib/stdio.ts';
import { commandLine, type Options } from './command-line.ts';
import { readConfig, writeConfig } from './config.ts';
import { install } from './install.ts';
import { readJson, readManifest, writeJson } from './manifest.ts';
import { NpmError } from './npm-error.ts';
import { Registry } from './registry.ts';
import { LIFECYCLE, listScripts, runScript } from './scripts.ts';
import { pick } from './tree.ts';

const REGISTRY = 'https://registry.npmjs.org/';

/** One invocation. */
interface Npm {
  io: Stdio;
  version: string;
  options: Options;
  operands: readonly string[];
  /** The nearest directory upwards with a package.json or node_modules. */
  directory: string;
  registry: Registry;
}

/** The program `npm` of one version: what small projects need of it, against the registry it is told of. */
export const npm = (version: string): Program => utility((io) => main(io, version), 1);

async function main(io: Stdio, version: string): Promise<number> {
  const { command, operands, options, unknown } = commandLine(io.args);
  if (options.version) return print(io, `${version}\n`);
  try {
    if (unknown !== undefined)
      throw new NpmError('ENOTSIMULATED', 1, [`${unknown} is not simulated in Drydock`]);
    const directory = await project(io);
    const config = await readConfig(io, directory);
    const registry = new Registry(
      io.sys,
      options.registry ?? config.get('registry') ?? REGISTRY,
      (options.strictSsl ?? config.get('strict-ssl')) !== 'false',
    );
    return await run({ io, version, options, operands, directory, registry }, command);
  } catch (error) {
    if (!(error instanceof NpmError)) throw error;
    return complain(io, version, error);
  }
}

async function run(npm: Npm, command: string | undefined): Promise<number> {
  const { io, operands, directory, options } = npm;
  switch (command) {
    case undefined:
    case 'help':
      return print(io, USAGE, 1);
    case 'install':
      return add(npm, false);
    case 'ci':
      return add(npm, true);
    case 'uninstall':
      return remove(npm);
    case 'run': {
      const [name, ...args] = operands;
      if (name === undefined) return print(io, listScripts(await readManifest(io.sys, directory)));
      return runScript(io, directory, name, [...args, ...options.rest], options.silent);
    }
    case 'init':
      return init(npm);
    case 'ls':
      return list(npm);
    case 'view':
      return view(npm);
    case 'config':
      return config(npm);
    default:
      if (LIFECYCLE.includes(command))
        return runScript(io, directory, command, [...operands, ...options.rest], options.silent);
      await io.stderr.write(
        `Unknown command: "${command}"\n\nTo see a list of supported npm commands, run:\n  npm help\n`,
      );
      return 1;
  }
}

async function print(io: Stdio, text: string, status = 0): Promise<number> {
  await io.stdout.write(text);
  return status;
}

async function project({ sys }: Stdio): Promise<string> {
  const from = await sys.getcwd();
  for (let at = from; ; at = at.replace(/\/[^/]*$/, '')) {
    for (const name of ['package.json', 'node_modules']) {
      const there = await sys.stat(`${at}/${name}`).then(
        () => true,
        () => false,
      );
      if (there) return at || '/';
    }
    if (at === '' || at === '/') return from;
  }
}

async function add(npm: Npm, clean: boolean): Promise<number> {
  const { io, operands, options, directory, registry, version } = npm;
  if (options.global)
    throw new NpmError('ENOTSIMULATED', 1, ['installing globally is not simulated in Drydock']);
  if (clean) await readManifest(io.sys, directory);
  else if (operands.length === 0) await readManifest(io.sys, directory);
  const began = io.sys.clock_gettime('monotonic');
  const done = await install(io.sys, {
    directory,
    registry,
    add: clean ? [] : operands,
    save: options.save,
    production: options.production || io.env.get('NODE_ENV') === 'production',
    clean,
  });
  const took = io.sys.clock_gettime('monotonic') - began;
  for (const line of done.deprecated)
    await io.stderr.write(`npm ${major(version) < 9 ? 'WARN' : 'warn'} deprecated ${line}\n`);
  await io.stdout.write(summary(done, took, version));
  return 0;
}

const major = (version: string): number => Number(version.split('.')[0]);

/** What npm says at the end of an installation. */
function summary(
  { added, removed, changed, total }: { added: number; removed: number; changed: number; total: number },
  ms: number,
  version: string,
): string {
  const time = ms < 1000 ? `${Math.round(ms)}ms` : `${Math.round(ms / 1000)}s`;
  const packages = (count: number) => `${count} package${count === 1 ? '' : 's'}`;
  const did = [
    added > 0 ? `added ${packages(added)}` : '',
    removed > 0 ? `removed ${packages(removed)}` : '',
    changed > 0 ? `changed ${packages(changed)}` : '',
  ].filter((text) => text !== '');
  // npm 5 knew no audit.
  if (major(version) < 6)
    return `${did.join(', ') || 'up to date'} in ${(ms / 1000).toFixed(3).replace(/0+$/, '')}s\n`;
  const audited = `audited ${packages(total + 1)}`;
  const end =
    did.length === 0
      ? `up to date, ${audited} in ${time}`
      : `${[...did].join(', ')}, and ${audited} in ${time}`;
  return `\n${end}\n\nfound 0 vulnerabilities\n`;
}

async function remove(npm: Npm): Promise<number> {
  const { io, operands, directory, registry, version } = npm;
  const manifest = await readManifest(io.sys, directory);
  for (const key of ['dependencies', 'devDependencies'] as const)
    for (const name of operands) if (manifest[key]) delete manifest[key][name];
  await writeJson(io.sys, `${directory}/package.json`, manifest);
  const began = io.sys.clock_gettime('monotonic');
  const done = await install(io.sys, {
    directory,
    registry,
    add: [],
    save: 'prod',
    production: false,
    clean: false,
  });
  await io.stdout.write(summary(done, io.sys.clock_gettime('monotonic') - began, version));
  return 0;
}

async function init({ io, options, directory }: Npm): Promise<number> {
  if (!options.yes)
    throw new NpmError('ENOTSIMULATED', 1, ['questions are not simulated in Drydock: npm init -y']);
  const path = `${await io.sys.getcwd()}/package.json`;
  const manifest = {
    name: (await io.sys.getcwd()).replace(/^.*\//, '').toLowerCase() || 'project',
    version: '1.0.0',
    description: '',
    main: 'index.js',
    scripts: { test: 'echo "Error: no test specified" && exit 1' },
    keywords: [],
    author: '',
    license: 'ISC',
    ...(await readJson(io.sys, `${directory}/package.json`)),
  };
  await writeJson(io.sys, path, manifest);
  return print(io, `Wrote to ${path}:\n\n${JSON.stringify(manifest, undefined, 2)}\n\n\n`);
}

async function list({ io, directory }: Npm): Promise<number> {
  const { name = '', version = '', dependencies, devDependencies } = await readManifest(io.sys, directory);
  const lines = [`${name}@${version} ${directory}`];
  const wanted = Object.keys({ ...dependencies, ...devDependencies }).sort();
  let missing = 0;
  for (const [at, dependency] of wanted.entries()) {
    const found = await readJson(io.sys, `${directory}/node_modules/${dependency}/package.json`);
    const edge = at === wanted.length - 1 ? '└──' : '├──';
    if (found) lines.push(`${edge} ${dependency}@${found.version}`);
    else {
      missing++;
      lines.push(
        `${edge} UNMET DEPENDENCY ${dependency}@${{ ...dependencies, ...devDependencies }[dependency]}`,
      );
    }
  }
  if (wanted.length === 0) lines.push('└── (empty)');
  return print(io, `${lines.join('\n')}\n\n`, missing > 0 ? 1 : 0);
}

async function view({ io, operands, registry }: Npm): Promise<number> {
  const [spec = '', field] = operands;
  const [, name = '', range = 'latest'] = /^(@?[^@]+)(?:@(.*))?$/.exec(spec) ?? [];
  const packument = await registry.packument(name, range);
  const release = pick(packument, range);
  if (field === 'versions')
    return print(io, `${JSON.stringify(Object.keys(packument.versions), undefined, 2)}\n`);
  if (field !== undefined) {
    const value = field === 'dist-tags' ? packument['dist-tags'] : release[field];
    return print(
      io,
      value === undefined
        ? ''
        : `${typeof value === 'string' ? value : JSON.stringify(value, undefined, 2)}\n`,
    );
  }
  const dependencies = Object.entries(release.dependencies ?? {});
  const needs =
    dependencies.length === 0
      ? ''
      : `\ndependencies:\n${dependencies.map(([key, value]) => `${key}: ${value}`).join('\n')}\n`;
  return print(
    io,
    `\n${name}@${release.version} | ${release['license'] ?? 'Proprietary'} | deps: ${dependencies.length || 'none'} | versions: ${Object.keys(packument.versions).length}\n${release['description'] ?? ''}\n\ndist\n.tarball: ${release.dist.tarball}\n.shasum: ${release.dist.shasum}\n.integrity: ${release.dist.integrity}\n${needs}\ndist-tags:\n${Object.entries(
      packument['dist-tags'],
    )
      .map(([tag, one]) => `${tag}: ${one}`)
      .join('\n')}\n`,
  );
}

async function config({ io, operands, registry, directory }: Npm): Promise<number> {
  const [action, ...rest] = operands;
  const [key = '', value] = rest.flatMap((word) => word.split(/=(.*)/s).slice(0, 2));
  if (action === 'set' && value !== undefined) {
    await writeConfig(io, key, value);
    return 0;
  }
  if (action === 'delete') {
    await writeConfig(io, key, undefined);
    return 0;
  }
  if (action === 'get') {
    const known = (await readConfig(io, directory)).get(key);
    return print(io, `${known ?? (key === 'registry' ? registry.url : 'undefined')}\n`);
  }
  throw new NpmError('ENOTSIMULATED', 1, [`npm config ${action ?? ''} is not simulated in Drydock`]);
}

const USAGE = `npm <command>

Usage:

npm install        install all the dependencies in your project
npm install <foo>  add the <foo> dependency to your project
npm test           run this project's tests
npm run <foo>      run the script named <foo>

All commands here:

    ci, config, init, install, ls, run, start, stop, test, uninstall, view
`;

async function complain(io: Stdio, version: string, error: NpmError): Promise<number> {
  const head = major(version) < 9 ? 'npm ERR!' : 'npm error';
  const lines = [...(error.code === '' ? [] : [`code ${error.code}`]), ...error.lines];
  for (const line of lines) await io.stderr.write(`${`${head} ${line}`.trimEnd()}\n`);
  return error.status;
}
