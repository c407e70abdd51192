/** runc's command line: options of runc itself, a command, its options and its arguments. */
import { Misuse, type Option, Options, optionLines, takeOptions } from '../urfave-cli.ts';

export interface Command {
  name: string;
  usage: string;
  /** As the help has it after the options. */
  args: string;
  /** How many arguments there may be. */
  arity: 'exactly one' | 'at least one' | 'any';
  /** Whether what follows the first argument is another command's line (exec, ps). */
  verbatim?: true;
  options: readonly Option[];
  /** Not modelled: named in the help, refused when it is called. */
  absent?: true;
}

const switch_ = (names: string, usage: string): Option => ({ names: names.split(' '), usage });
const valued = (names: string, usage: string): Option => ({ names: names.split(' '), value: true, usage });

const BUNDLE = valued(
  'bundle b',
  'path to the root of the bundle directory, defaults to the current directory',
);
const CONSOLE = valued('console-socket', "path to a unix socket that gets the terminal's other end");
const PID_FILE = valued('pid-file', 'specify the file to write the process id to');
const DETACH = switch_('detach d', "detach from the container's process");

export const GLOBAL: readonly Option[] = [
  valued('log', "set the log file to write runc logs to (default is '/dev/stderr')"),
  valued('log-format', "set the log format ('text' (default), or 'json')"),
  valued('root', 'root directory for storage of container state (default: "/run/runc")'),
  switch_('help h', 'show help'),
  switch_('version v', 'print the version'),
];

const absent = (name: string, usage: string): Command => ({
  name,
  usage,
  args: '',
  arity: 'any',
  verbatim: true,
  options: [],
  absent: true,
});

const onOne = (name: string, usage: string, options: readonly Option[] = []): Command => ({
  name,
  usage,
  args: '<container-id>',
  arity: 'exactly one',
  options,
});

export const COMMANDS: readonly Command[] = [
  absent('checkpoint', 'checkpoint a running container'),
  onOne('create', 'create a container', [BUNDLE, CONSOLE, PID_FILE]),
  onOne('delete', 'delete any resources held by the container often used with detached container', [
    switch_('force f', 'Forcibly deletes the container if it is still running (uses SIGKILL)'),
  ]),
  absent(
    'events',
    'display container events such as OOM notifications, cpu, memory, and IO usage statistics',
  ),
  {
    name: 'exec',
    usage: 'execute new process inside the container',
    args: '<container-id> <command> [command options]  || -p process.json <container-id>',
    arity: 'at least one',
    verbatim: true,
    options: [
      CONSOLE,
      valued('cwd', 'current working directory in the container'),
      valued('env e', 'set environment variables'),
      switch_('tty t', 'allocate a pseudo-TTY'),
      valued('user u', 'UID (format: <uid>[:<gid>])'),
      valued('process p', 'path to the process.json'),
      DETACH,
      PID_FILE,
    ],
  },
  {
    name: 'kill',
    usage: "kill sends the specified signal (default: SIGTERM) to the container's init process",
    args: '<container-id> [signal]',
    arity: 'at least one',
    options: [],
  },
  {
    name: 'list',
    usage: 'lists containers started by runc with the given root',
    args: '',
    arity: 'any',
    options: [
      valued('format f', 'select one of: table or json (default: "table")'),
      switch_('quiet q', 'display only container IDs'),
    ],
  },
  onOne('pause', 'pause suspends all processes inside the container'),
  {
    name: 'ps',
    usage: 'ps displays the processes running inside a container',
    args: '<container-id> [ps options]',
    arity: 'at least one',
    verbatim: true,
    options: [valued('format f', 'select one of: table or json (default: "table")')],
  },
  absent('restore', 'restore a container from a previous checkpoint'),
  onOne('resume', 'resumes all processes that have been previously paused'),
  onOne('run', 'create and run a container', [
    BUNDLE,
    CONSOLE,
    DETACH,
    switch_('keep', 'do not delete the container after it exits'),
    PID_FILE,
  ]),
  {
    name: 'spec',
    usage: 'create a new specification file',
    args: '',
    arity: 'any',
    options: [BUNDLE],
  },
  onOne('start', 'executes the user defined process in a created container'),
  onOne('state', 'output the state of a container'),
  absent('update', 'update container resource constraints'),
  absent('features', 'show the enabled features'),
];

/** What a command works with. */
export interface Call {
  /** Where the state of containers is. */
  root: string;
  options: Options;
  args: readonly string[];
}

/** What was asked of runc. */
export interface Invocation {
  command: Command;
  options: Options;
  args: readonly string[];
}

/** Reads a command and what belongs to it. */
export function readCommand(words: readonly string[]): Invocation {
  const command = COMMANDS.find(({ name }) => name === words[0]);
  if (command === undefined) throw new Misuse(`No help topic for '${words[0]}'\n`);
  if (command.absent) return { command, options: new Options(), args: words.slice(1) };
  const HELP = GLOBAL.find(({ names }) => names.includes('help'))!;
  const { options, rest } = takeOptions(
    words.slice(1),
    [...command.options, HELP],
    !command.verbatim,
    commandHelp(command),
  );
  const wanted = { 'exactly one': 'exactly 1', 'at least one': 'a minimum of 1', any: '' }[command.arity];
  const fits =
    command.arity === 'any' || (command.arity === 'exactly one' ? rest.length === 1 : rest.length > 0);
  if (!fits && !options.has('help'))
    throw new Misuse(
      `runc: "${command.name}" requires ${wanted} argument(s)`,
      commandHelp(command),
      'Incorrect Usage.',
    );
  return { command, options, args: rest };
}

/** The help of one command. */
export function commandHelp({ name, usage, args, options }: Command): string {
  const line = `runc ${name}${options.length > 0 ? ' [command options]' : ''} ${args || '[arguments...]'}`;
  const options_ = options.length > 0 ? `\nOPTIONS:\n${optionLines(options)}   \n` : '';
  return `NAME:\n   runc ${name} - ${usage}\n\nUSAGE:\n   ${line}\n${options_}`;
}

/** The help of all. */
export function help(version: string): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  const commands = [
    ...COMMANDS,
    { name: 'help, h', usage: 'Shows a list of commands or help for one command' },
  ];
  return `NAME:
   runc - Open Container Initiative runtime

runc starts what a bundle describes: a directory with a root file system and a
file config.json that says which program runs in it, as whom, behind which
namespaces and within which limits. Engines call it once for each container;
by hand it is called in the bundle's directory:

    # runc run <container-id>

USAGE:
   runc [global options] command [command options] [arguments...]

VERSION:
   ${version}

COMMANDS:
${commands.map(({ name, usage }) => `   ${name.padEnd(width)}  ${usage}\n`).join('')}
GLOBAL OPTIONS:
${optionLines(GLOBAL)}`;
}
