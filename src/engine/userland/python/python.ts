import { isErrno } from '../../base/errno.ts';
import type { Process, Program } from '../../kernel/program.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { type Output, OutputError, type Stdio, utility } from '../lib/stdio.ts';
import { BadOption, type Command, parseCommand } from './command.ts';
import { childFunctions } from './doors/children.ts';
import { fileFunctions } from './doors/files.ts';
import { processFunctions } from './doors/processes.ts';
import { libraryAt, libraryFile, minor, programFunctions } from './doors/program.ts';
import { socketFunctions } from './doors/sockets.ts';
import { errnoNumber } from './interpreter/errno.ts';
import { Interpreter } from './interpreter/interpreter.ts';
import type { Running } from './running.ts';

/** CPU time of a start, of which CPython's is most of what a short program takes (µs). */
const START = 9000;

const usage = (name: string): string => `usage: ${name} [option] ... [-c cmd | -m mod | file | -] [arg] ...`;

/** python(1), in MicroPython. */
export const python = (version: string): Program => utility((io) => main(io, version));

async function main(io: Stdio, version: string): Promise<number> {
  const { process, sys } = io;
  let command: Command;
  try {
    command = parseCommand(io.args, await sys.isatty(0).catch(() => false));
  } catch (error) {
    if (!(error instanceof BadOption)) throw error;
    await io.stderr.write(
      `${error.message}\n${usage(io.name)}\nTry \`${io.name} -h' for more information.\n`,
    );
    return 2;
  }
  if (command.kind === 'version') {
    // Python 2 said it on standard error.
    await (version.startsWith('2.') ? io.stderr : io.stdout).write(`Python ${version}\n`);
    return 0;
  }
  if (command.kind === 'help') {
    io.stdout.write(help(process.argv[0] ?? 'python'));
    return 0;
  }
  if (command.kind === 'module' && command.text === 'pip') {
    // The package lies beside its command.
    return sys.execve('/usr/local/bin/pip', ['pip', ...command.argv.slice(1)], process.env);
  }
  if (command.kind === 'file') {
    const problem = await cannotOpen(sys, command.text);
    if (problem !== undefined) {
      await io.stderr.write(`${process.argv[0]}: ${problem}\n`);
      return 2;
    }
  }
  return run(io, version, command);
}

async function run(io: Stdio, version: string, command: Command): Promise<number> {
  const { process, sys, stdout } = io;
  const unbuffered = command.unbuffered || (process.env.get('PYTHONUNBUFFERED') ?? '') !== '';
  if (unbuffered) stdout.buffering = 'none';
  const ending = { status: 0, interrupted: false };
  let interpreter: Interpreter | undefined;
  const running: Running = {
    process,
    version,
    command,
    environment: new Map(process.env),
    stdout,
    interpreter: () => interpreter!,
    ending,
  };
  const functions = {
    ...fileFunctions(running),
    ...childFunctions(running),
    ...processFunctions(running),
    ...socketFunctions(running),
    ...programFunctions(running, `python${minor(version)}`),
  };
  const outputs = new Map<number, Output>([
    [1, stdout],
    [2, io.stderr],
  ]);
  await process.work(START);
  interpreter = new Interpreter(
    process,
    (name, args) => {
      const call = functions[name];
      if (call === undefined) throw new Error(`python: no function ${name}`);
      return call(...args);
    },
    {
      buffers: (fd) => outputs.has(fd),
      write: (fd, data) => outputs.get(fd)!.write(data),
      flush: (fd) => outputs.get(fd)?.flush(),
    },
    libraryFile(version),
  );
  process.onExit(() => {
    interpreter = undefined;
  });
  await sys.sigaction('SIGPIPE', 'ignore');
  await sys.sigaction('SIGINT', () => interpreter?.interrupt());
  await interpreter.start('_kernel');
  const begin = `import sys\nsys.path[:] = [${JSON.stringify(libraryAt(version))}, '.frozen']\ndel sys\nimport _start, _run\n_run.begin()\n`;
  let failed: string | undefined;
  try {
    failed = await interpreter.execute(begin);
    await stdout.flush();
  } catch (error) {
    if (error instanceof OutputError) return cannotWrite(io, error);
    throw error;
  }
  if (failed !== undefined) {
    await io.stderr.write(failed);
    return 1;
  }
  if (ending.interrupted) await dieOfInterrupt(process, stdout);
  return ending.status;
}

/** Why the script cannot be read. */
async function cannotOpen(sys: Syscalls, name: string): Promise<string | undefined> {
  const path = name.startsWith('/') ? name : `${(await sys.getcwd()).replace(/\/$/, '')}/${name}`;
  try {
    const fd = await sys.open(name, 0);
    const { mode } = await sys.fstat(fd);
    await sys.close(fd);
    if ((mode & 0o170000) !== 0o040000) return undefined;
    return `can't find '__main__' module in '${path}'`;
  } catch (error) {
    if (!isErrno(error)) throw error;
    return `can't open file '${path}': [Errno ${errnoNumber(error.code)}] ${error.message}`;
  }
}

/** A program that an interrupt ended says so to whoever waits for it, unless signals cannot end it: the first of its container. */
async function dieOfInterrupt({ sys }: Process, stdout: Output): Promise<void> {
  await stdout.flush();
  await sys.sigaction('SIGINT', 'default');
  await sys.kill(sys.getpid(), 'SIGINT');
}

const help = (name: string): string => `${usage(name)}
Options (and corresponding environment variables):
-c cmd : program passed in as string (terminates option list)
-h     : print this help message and exit (also -? or --help)
-i     : inspect interactively after running script; forces a prompt even
         if stdin does not appear to be a terminal; also PYTHONINSPECT=x
-m mod : run library module as a script (terminates option list)
-q     : don't print version and copyright messages on interactive startup
-u     : force the stdout and stderr streams to be unbuffered;
         this option has no effect on stdin; also PYTHONUNBUFFERED=x
-V     : print the Python version number and exit (also --version)
file   : program read from script file
-      : program read from stdin (default; interactive mode if a tty)
arg ...: arguments passed to program in sys.argv[1:]

In Drydock programs run in MicroPython 1.27, with a part of Python's library.
`;

/** What Python says when standard output takes nothing any more, and its status then. */
async function cannotWrite(io: Stdio, { errno }: OutputError): Promise<number> {
  const kind = errno.code === 'EPIPE' ? 'BrokenPipeError' : 'OSError';
  await io.stderr.write(
    `Exception ignored in: <_io.TextIOWrapper name='<stdout>' mode='w' encoding='utf-8'>\n${kind}: [Errno ${errnoNumber(errno.code)}] ${errno.message}\n`,
  );
  return 120;
}
