import { isErrno } from '../../../base/errno.ts';
import type { Program } from '../../../kernel/program.ts';
import { type Stdio, utility } from '../../lib/stdio.ts';
import { libraryAt, minor } from '../doors/program.ts';
import { Installation, PipError, requirementsFile } from './install.ts';
import { PackageIndex } from './package-index.ts';
import { Site } from './site.ts';
import { canonical, compareVersions, InvalidRequirement, parseRequirement } from './version.ts';

const PYPI = 'https://pypi.org/simple';

/** Options that take a value, and those that change nothing here. */
const VALUED = new Set([
  '-r',
  '--requirement',
  '-i',
  '--index-url',
  '--timeout',
  '--retries',
  '--cache-dir',
  '--trusted-host',
  '--root-user-action',
  '--progress-bar',
  '--default-timeout',
]);
const IDLE = new Set([
  '--no-cache-dir',
  '--disable-pip-version-check',
  '--no-input',
  '--user',
  '--no-compile',
  '--prefer-binary',
  '--break-system-packages',
  '--no-warn-script-location',
  '--no-build-isolation',
  '--no-python-version-warning',
  '--isolated',
  '-v',
  '--verbose',
]);
const FLAGS = new Set([
  '-q',
  '--quiet',
  '-qq',
  '-U',
  '--upgrade',
  '--no-deps',
  '-y',
  '--yes',
  '--version',
  '-V',
  '-h',
  '--help',
]);

interface Given {
  flags: Set<string>;
  values: [name: string, value: string][];
  operands: string[];
}

class Misuse extends Error {}

function read(args: readonly string[]): Given {
  const given: Given = { flags: new Set(), values: [], operands: [] };
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!;
    const [name = '', inline] = word.startsWith('--') ? word.split(/=(.*)/) : [word];
    if (!word.startsWith('-') || word === '-') given.operands.push(word);
    else if (VALUED.has(name)) {
      const value = inline ?? args[++i];
      if (value === undefined) throw new Misuse(`${name} option requires 1 argument`);
      given.values.push([name, value]);
    } else if (/^-[ri]./.test(word)) given.values.push([word.slice(0, 2), word.slice(2)]);
    else if (FLAGS.has(name)) given.flags.add(name);
    else if (!IDLE.has(name)) throw new Misuse(`no such option: ${name}`);
  }
  return given;
}

/** pip(1): installs packages of an index. `version` is `PIP-PYTHON`. */
export const pip = (version: string): Program => utility((io) => main(io, version));

async function main(io: Stdio, both: string): Promise<number> {
  const [version = '', python = ''] = both.split('-');
  const site = new Site(
    io.sys,
    `${libraryAt(python)}/site-packages`,
    `/usr/local/bin/python${minor(python)}`,
  );
  try {
    const given = read(io.args);
    const has = (...names: string[]): boolean => names.some((name) => given.flags.has(name));
    const [command, ...operands] = given.operands;
    if (has('--version', '-V')) {
      io.stdout.write(`pip ${version} from ${site.directory}/pip (python ${minor(python)})\n`);
      return 0;
    }
    if (command === undefined || command === 'help' || has('-h', '--help')) {
      io.stdout.write(HELP);
      return 0;
    }
    // Where most of the time of a short run goes.
    await io.process.work(150_000);
    if (command === 'install') return await install(io, site, { version, python }, given, operands, has);
    if (command === 'uninstall') return await uninstall(io, site, operands, has('-y', '--yes'));
    if (command === 'list' || command === 'freeze' || command === 'show')
      return await show(io, site, command, operands, version);
    if (
      [
        'download',
        'wheel',
        'check',
        'search',
        'cache',
        'config',
        'index',
        'inspect',
        'debug',
        'hash',
      ].includes(command)
    )
      return await io.fail(`'pip ${command}' is not simulated in Drydock`);
    await io.stderr.write(`ERROR: unknown command "${command}"\n`);
    return 1;
  } catch (error) {
    if (error instanceof Misuse) {
      await io.stderr.write(`\nUsage:   \n  pip <command> [options]\n\n${error.message}\n`);
      return 2;
    }
    if (error instanceof PipError) {
      await io.stdout.flush();
      await io.stderr.write(`ERROR: ${error.message}\n`);
      return 1;
    }
    if (error instanceof InvalidRequirement) {
      await io.stderr.write(`ERROR: Invalid requirement: '${error.message}'\n`);
      return 1;
    }
    if (isErrno(error, 'EACCES', 'EROFS', 'ENOSPC')) {
      await io.stdout.flush();
      await io.stderr.write(`ERROR: Could not install packages due to an OSError: ${error.message}\n`);
      return 1;
    }
    throw error;
  }
}

async function install(
  io: Stdio,
  site: Site,
  versions: { version: string; python: string },
  given: Given,
  operands: readonly string[],
  has: (...names: string[]) => boolean,
): Promise<number> {
  const wanted = [];
  for (const [name, value] of given.values)
    if (name === '-r' || name === '--requirement') wanted.push(...(await requirementsFile(io, value)));
  for (const text of operands) {
    if (/^[./]|:\/\//.test(text))
      throw new PipError(`Drydock's pip installs only what an index has: ${text}`);
    const requirement = parseRequirement(text);
    if (requirement) wanted.push({ ...requirement, origin: '' });
  }
  if (
    wanted.length === 0 &&
    operands.length === 0 &&
    !given.values.some(([name]) => name === '-r' || name === '--requirement')
  )
    throw new PipError('You must give at least one requirement to install (see "pip help install")');
  // pip itself is part of the image.
  const others = wanted.filter(({ name }) => !['pip', 'setuptools', 'wheel'].includes(canonical(name)));
  for (const { text, name } of wanted)
    if (!others.some((other) => other.name === name) && !has('-q', '--quiet', '-qq'))
      await io.stdout.write(
        `Requirement already satisfied: ${text} in ${site.directory} (${versions.version})\n`,
      );
  const last = (...names: string[]) => given.values.filter(([name]) => names.includes(name)).at(-1)?.[1];
  const url = last('-i', '--index-url') ?? io.env.get('PIP_INDEX_URL') ?? PYPI;
  // Since 24.2 it trusts whom the system trusts.
  const roots =
    compareVersions(versions.version, '24.2') < 0
      ? `${site.directory}/pip/_vendor/certifi/cacert.pem`
      : undefined;
  const index = new PackageIndex(io.sys, url, roots, async (text) => io.stderr.write(text));
  const action = last('--root-user-action') ?? io.env.get('PIP_ROOT_USER_ACTION');
  const run = new Installation(
    io,
    index,
    site,
    { python: versions.python, pip: versions.version },
    {
      upgrade: has('-U', '--upgrade'),
      quiet: has('-q', '--quiet', '-qq'),
      dependencies: !has('--no-deps'),
      warnRoot: action !== 'ignore',
    },
  );
  await run.run(others);
  return 0;
}

async function uninstall(io: Stdio, site: Site, names: readonly string[], yes: boolean): Promise<number> {
  if (names.length === 0)
    throw new PipError('You must give at least one requirement to uninstall (see "pip help uninstall")');
  const installed = await site.installed();
  for (const name of names) {
    const found = installed.find((one) => canonical(one.name) === canonical(name));
    if (found === undefined) {
      await io.stderr.write(`WARNING: Skipping ${name} as it is not installed.\n`);
      continue;
    }
    await io.stdout.write(`Found existing installation: ${found.name} ${found.version}\n`);
    await io.stdout.write(`Uninstalling ${found.name}-${found.version}:\n`);
    if (!yes) {
      await io.stdout.write(`  Would remove:\n    ${found.info}/*\nProceed (Y/n)? `);
      await io.stdout.flush();
      if (/^n/i.test((await io.stdin.line()) ?? '')) continue;
    }
    await site.uninstall(found);
    await io.stdout.write(`  Successfully uninstalled ${found.name}-${found.version}\n`);
  }
  return 0;
}

async function show(
  io: Stdio,
  site: Site,
  command: string,
  names: readonly string[],
  pipVersion: string,
): Promise<number> {
  const installed = await site.installed();
  if (command === 'freeze') {
    for (const { name, version } of installed) io.stdout.write(`${name}==${version}\n`);
    return 0;
  }
  if (command === 'list') {
    const rows = [
      ...installed.map(({ name, version }) => [name, version] as const),
      ['pip', pipVersion] as const,
    ];
    rows.sort(([a], [b]) => (canonical(a) < canonical(b) ? -1 : 1));
    const width = Math.max(7, ...rows.map(([name]) => name.length));
    const second = Math.max(7, ...rows.map(([, version]) => version.length));
    io.stdout.write(`${'Package'.padEnd(width)} Version\n${'-'.repeat(width)} ${'-'.repeat(second)}\n`);
    for (const [name, version] of rows) io.stdout.write(`${name.padEnd(width)} ${version}\n`);
    return 0;
  }
  let status = 0;
  let shown = 0;
  for (const name of names) {
    const found = installed.find((one) => canonical(one.name) === canonical(name));
    if (found === undefined) {
      await io.stderr.write(`WARNING: Package(s) not found: ${name}\n`);
      status = 1;
      continue;
    }
    const requires = found.requires.map((text) => parseRequirement(text)?.name).join(', ');
    io.stdout.write(
      `${shown++ > 0 ? '---\n' : ''}Name: ${found.name}\nVersion: ${found.version}\nSummary: ${found.summary}\nLocation: ${site.directory}\nRequires: ${requires}\n`,
    );
  }
  return status;
}

const HELP = `
Usage:   
  pip <command> [options]

Commands:
  install                     Install packages.
  uninstall                   Uninstall packages.
  freeze                      Output installed packages in requirements format.
  list                        List installed packages.
  show                        Show information about installed packages.
  help                        Show help for commands.
`;
