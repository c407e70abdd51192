import { isErrno } from '../../base/errno.ts';
import type { Program } from '../../kernel/program.ts';
import { FileStore } from '../../registry/file-store.ts';
import { readFile, type Stdio, utility } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';
import { type Configuration, ConfigurationError, Panic, readConfiguration } from './configuration.ts';
import { collectGarbage } from './garbage-collect.ts';
import { Log } from './log.ts';
import { Fatal, runServer } from './server.ts';

const USAGE = `Usage:
  registry [flags]
  registry [command]

Available Commands:
  completion      Generate the autocompletion script for the specified shell
  garbage-collect \`garbage-collect\` deletes layers not referenced by any manifests
  help            Help about any command
  serve           \`serve\` stores and distributes Docker images

Flags:
  -h, --help      help for registry
  -v, --version   show the version and exit

Use "registry [command] --help" for more information about a command.
`;

interface Command {
  says: string;
  usage: string;
  flags: readonly string[];
}

const COMMANDS: Readonly<Record<string, Command>> = {
  serve: {
    says: '`serve` stores and distributes Docker images.',
    usage: `Usage:
  registry serve <config> [flags]

Flags:
  -h, --help   help for serve
`,
    flags: [],
  },
  'garbage-collect': {
    says: '`garbage-collect` deletes layers not referenced by any manifests',
    usage: `Usage:
  registry garbage-collect <config> [flags]

Flags:
  -m, --delete-untagged   delete manifests that are not currently referenced via tag
  -d, --dry-run           do everything except remove the blobs
  -h, --help              help for garbage-collect
`,
    flags: ['-m', '--delete-untagged', '-d', '--dry-run'],
  },
};

/** registry(1), distribution's server: the program of the image of that name. */
export const registryProgram = (version: string): Program => utility((io) => main(io, version));

async function main(io: Stdio, version: string): Promise<number> {
  const [name, ...args] = io.args;
  if (name === undefined || name === '-h' || name === '--help' || name === 'help') {
    const topic = name === 'help' ? COMMANDS[args[0] ?? ''] : undefined;
    io.stdout.write(
      topic ? `${topic.says}\n\n${topic.usage}` : name === undefined ? USAGE : `\`registry\`\n\n${USAGE}`,
    );
    return 0;
  }
  if (name === '-v' || name === '--version') {
    io.stdout.write(`${io.name} github.com/docker/distribution ${version}\n`);
    return 0;
  }
  if (name.startsWith('-')) {
    const what = name.startsWith('--')
      ? `unknown flag: ${name.replace(/=.*/, '')}`
      : `unknown shorthand flag: '${name[1]}' in ${name}`;
    await io.stderr.write(`Error: ${what}\n${USAGE}\n`);
    return 0;
  }
  const command = COMMANDS[name];
  if (command === undefined) {
    await io.stderr.write(
      `Error: unknown command "${name}" for "registry"\nRun 'registry --help' for usage.\n`,
    );
    return 0;
  }
  return run(io, version, name, command, args);
}

async function run(
  io: Stdio,
  version: string,
  name: string,
  command: Command,
  args: string[],
): Promise<number> {
  const flags = args.filter((arg) => arg.startsWith('-'));
  if (flags.includes('-h') || flags.includes('--help')) {
    io.stdout.write(`${command.says}\n\n${command.usage}`);
    return 0;
  }
  const letters = flags.flatMap((flag) =>
    flag.startsWith('--') ? [flag] : [...flag.slice(1)].map((one) => `-${one}`),
  );
  const unknown = letters.find((flag) => !command.flags.includes(flag));
  if (unknown !== undefined) {
    const what = unknown.startsWith('--')
      ? `unknown flag: ${unknown}`
      : `unknown shorthand flag: '${unknown[1]}' in ${flags.find((flag) => flag.includes(unknown[1]!))}`;
    await io.stderr.write(`Error: ${what}\n${command.usage}\n`);
    return 0;
  }
  const path = args.find((arg) => !arg.startsWith('-')) ?? io.env.get('REGISTRY_CONFIGURATION_PATH') ?? '';
  let configuration: Configuration;
  try {
    configuration = await configurationAt(io, path);
  } catch (error) {
    if (error instanceof Panic) return panic(io, error.message);
    if (!(error instanceof ConfigurationError)) throw error;
    await io.stderr.write(`configuration error: ${error.message}\n${command.usage}`);
    return 1;
  }
  const log = new Log(io.sys, version, configuration.level);
  if (name === 'serve') return serveUntilStopped(io, configuration, version, log);
  const [dryRun, untagged] = [
    ['-d', '--dry-run'],
    ['-m', '--delete-untagged'],
  ].map((alike) => alike.some((flag) => letters.includes(flag)));
  if (configuration.root === undefined) {
    io.stdout.write('\n0 blobs marked, 0 blobs and 0 manifests eligible for deletion\n');
    return 0;
  }
  await collectGarbage(new FileStore(io.sys, configuration.root), {
    dryRun: dryRun!,
    untagged: untagged!,
    say: async (line) => io.stdout.write(`${line}\n`),
    log: (message) => log.write('info', message, configuration.fields),
  });
  return 0;
}

async function configurationAt(io: Stdio, path: string): Promise<Configuration> {
  if (path === '') throw new ConfigurationError('configuration path unspecified');
  const bytes = await readFile(io.sys, path).catch((error: unknown) => {
    if (isErrno(error, 'ENOENT', 'ENOTDIR'))
      throw new ConfigurationError(`open ${path}: no such file or directory`);
    if (isErrno(error, 'EISDIR')) throw new ConfigurationError(`read ${path}: is a directory`);
    if (isErrno(error, 'EACCES')) throw new ConfigurationError(`open ${path}: permission denied`);
    throw error;
  });
  try {
    return readConfiguration(bytesToText(bytes), io.env);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new ConfigurationError(`error parsing ${path}: ${error.message}`);
  }
}

async function serveUntilStopped(
  io: Stdio,
  configuration: Configuration,
  version: string,
  log: Log,
): Promise<number> {
  // As the first process it cannot die of a signal, so that Go's runtime exits instead.
  let stop = (_code: number) => {};
  const stopped = new Promise<number>((resolve) => {
    stop = resolve;
  });
  if (io.sys.getpid() === 1)
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
      await io.sys.sigaction(signal, () => stop(2));
  const failed = async (error: unknown): Promise<number> => {
    if (error instanceof Panic) return panic(io, error.message);
    if (!(error instanceof Fatal)) throw error;
    await log.fatal(error.message);
    return 1;
  };
  const served = runServer(io.process, configuration, version).then(() => 0, failed);
  return Promise.race([stopped, served]);
}

/** Go shows where it was; the frames are not modelled. */
async function panic(io: Stdio, message: string): Promise<number> {
  await io.stderr.write(`panic: ${message}\n\ngoroutine 1 [running]:\n`);
  return 2;
}
