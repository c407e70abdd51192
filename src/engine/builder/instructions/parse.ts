import type { HealthConfig } from '../../api/containers.ts';
import { parseDuration } from '../../base/go-duration.ts';
import { quote } from '../../base/go-quote.ts';
import { DockerfileError, type Heredoc, type Instruction } from '../ast.ts';
import { type FlagKind, parseFlags } from '../flags.ts';
import { trimSpace } from '../line-parsers.ts';
import { parseHeredoc } from '../parser.ts';
import { didYouMean } from '../suggest.ts';
import type { Command, CommandLine, CopyCommand, KeyValue, SourceContent, Stage } from './command.ts';

/**
 * Understands an instruction: a command, or the beginning of a stage. Models BuildKit frontend/dockerfile/instructions/parse.go.
 * Throws `DockerfileError`.
 *
 * @param isNewest whether a frontend that came after the engine's own reads it
 */
export function parseInstruction(instruction: Instruction, isNewest = false): Command | Stage {
  const parse = PARSERS.get(instruction.command.toLowerCase());
  if (parse !== undefined) return parse(instruction, writtenOf(instruction), isNewest);
  const names = [...PARSERS.keys()].map((name) => name.toUpperCase());
  throw new DockerfileError(
    `unknown instruction: ${instruction.command}${didYouMean(instruction.command, names, false)}`,
  );
}

type Written = Pick<Command, 'name' | 'code' | 'location'>;
type Parse = (instruction: Instruction, written: Written, isNewest: boolean) => Command | Stage;

const writtenOf = ({ command, original, startLine, endLine }: Instruction): Written => ({
  name: command,
  code: trimSpace(original),
  location: { startLine, endLine },
});

const PARSERS: ReadonlyMap<string, Parse> = new Map<string, Parse>([
  ['add', (instruction, written, isNewest) => copyOf('add', instruction, written, isNewest)],
  ['arg', arg],
  ['cmd', (instruction, written) => shellForm('cmd', instruction, written)],
  ['copy', (instruction, written, isNewest) => copyOf('copy', instruction, written, isNewest)],
  ['entrypoint', (instruction, written) => shellForm('entrypoint', instruction, written)],
  ['env', (instruction, written) => pairsOf('env', instruction, written)],
  ['expose', expose],
  ['from', from],
  ['healthcheck', healthcheck],
  ['label', (instruction, written) => pairsOf('label', instruction, written)],
  ['maintainer', maintainer],
  ['onbuild', onbuild],
  ['run', run],
  ['shell', shell],
  ['stopsignal', stopsignal],
  ['user', user],
  ['volume', volume],
  ['workdir', workdir],
]);

function pairsOf(kind: 'env' | 'label', { flags, args }: Instruction, written: Written): Command {
  parseFlags(flags);
  const name = kind.toUpperCase();
  atLeastOne(args, name);
  const pairs: KeyValue[] = [];
  for (let i = 0; i < args.length; i += 3) {
    if (args[i] === '') throw new DockerfileError(`${name} names can not be blank`);
    pairs.push({ key: args[i]!, value: args[i + 1]!, noDelimiter: args[i + 2] === '' });
  }
  return { ...written, kind, pairs };
}

function maintainer({ flags, args }: Instruction, written: Written): Command {
  const [name] = exactlyOne(args, 'MAINTAINER');
  parseFlags(flags);
  return { ...written, kind: 'maintainer', maintainer: name };
}

const STAGE_NAME = /^[a-z][a-z0-9\-_.]*$/;

function from({ flags, args, comments }: Instruction, written: Written): Stage {
  let stageName = '';
  if (args.length === 3 && args[1]!.toLowerCase() === 'as') {
    stageName = args[2]!.toLowerCase();
    if (!STAGE_NAME.test(stageName))
      throw new DockerfileError(
        `invalid name for build stage: ${quote(args[2]!)}, name can't start with a number or contain symbols`,
      );
  } else if (args.length !== 1) throw new DockerfileError('FROM requires either one or three arguments');
  const platform = parseFlags(flags, { platform: 'string' }).string('platform');
  const description = describedIn(comments, stageName);
  return { ...written, kind: 'from', baseName: args[0]!, stageName, platform, description, commands: [] };
}

function arg({ args, comments }: Instruction, written: Written): Command {
  atLeastOne(args, 'ARG');
  const pairs = args.map((word) => {
    const equals = word.indexOf('=');
    if (equals === -1) return { key: word, value: undefined, description: describedIn(comments, word) };
    if (equals === 0) throw new DockerfileError('ARG names can not be blank');
    const key = word.slice(0, equals);
    return { key, value: word.slice(equals + 1), description: describedIn(comments, key) };
  });
  return { ...written, kind: 'arg', args: pairs };
}

/** What the first comment that begins with a name says of it. */
function describedIn(comments: readonly string[], name: string): string {
  const found = name === '' ? undefined : comments.find((comment) => comment.startsWith(`${name} `));
  return found?.slice(name.length + 1) ?? '';
}

const COPY_FLAGS: Readonly<Record<'copy' | 'add', Readonly<Record<string, FlagKind>>>> = {
  add: {
    chown: 'string',
    chmod: 'string',
    link: 'bool',
    exclude: 'strings',
    'keep-git-dir': 'bool',
    checksum: 'string',
    unpack: 'bool',
  },
  copy: {
    chown: 'string',
    from: 'string',
    chmod: 'string',
    link: 'bool',
    exclude: 'strings',
  },
};

/** What the frontend of the engine does not know, only that of `# syntax=docker/dockerfile:1`. */
const NEWEST_FLAGS: Readonly<Record<'copy' | 'add', Readonly<Record<string, FlagKind>>>> = {
  add: {},
  copy: { parents: 'bool' },
};

function copyOf(
  kind: 'copy' | 'add',
  instruction: Instruction,
  written: Written,
  isNewest: boolean,
): CopyCommand {
  const { flags, args, heredocs } = instruction;
  const name = kind.toUpperCase();
  if (args.length < 2)
    throw new DockerfileError(
      `${name} requires at least two arguments, but only one was provided. Destination could not be determined`,
    );
  const given = parseFlags(flags, { ...COPY_FLAGS[kind], ...(isNewest ? NEWEST_FLAGS[kind] : {}) });
  const destination = args.at(-1)!;
  if (parseHeredoc(destination))
    throw new DockerfileError(`${name} cannot accept a heredoc as a destination`);
  const sources: string[] = [];
  const contents: SourceContent[] = [];
  for (const source of args.slice(0, -1)) {
    const announced = parseHeredoc(source);
    if (announced === undefined) sources.push(source);
    else contents.push(contentOf(announced, heredocs));
  }
  const optional = (flag: string) => (given.has(flag) ? given.bool(flag) : undefined);
  return {
    ...written,
    kind,
    sources,
    contents,
    destination,
    from: given.string('from'),
    chown: given.string('chown'),
    chmod: given.string('chmod'),
    link: given.bool('link'),
    parents: given.bool('parents'),
    exclude: given.list('exclude'),
    checksum: given.string('checksum'),
    unpack: optional('unpack'),
    keepGitDir: optional('keep-git-dir'),
  };
}

function contentOf({ name, chomp, expand }: Heredoc, heredocs: readonly Heredoc[]): SourceContent {
  const content = heredocs.findLast((heredoc) => heredoc.name === name)?.content ?? '';
  return { path: name, data: chomp ? chomped(content) : content, expand };
}

/** A here-document without the tabs at the beginning of its lines. */
export const chomped = (content: string): string => content.replace(/^\t+/gm, '');

/** The arguments of a list as they stand, of a text as one. */
function commandLine({ args, json }: Instruction): CommandLine {
  return { args: args.length === 0 || json ? args : [args.join(' ')], isShell: !json };
}

function run(instruction: Instruction, written: Written): Command {
  const { flags, heredocs } = instruction;
  const given = parseFlags(flags, {
    mount: 'strings',
    network: 'string',
    device: 'strings',
  });
  if (given.list('mount').includes('')) throw new DockerfileError('failed to parse csv mounts: EOF');
  const network = given.string('network');
  if (given.has('network') && !['default', 'none', 'host'].includes(network))
    throw new DockerfileError(`invalid network mode ${quote(network)}`);
  return {
    ...written,
    kind: 'run',
    line: commandLine(instruction),
    heredocs,
    mounts: given.list('mount'),
    devices: given.list('device'),
    network,
  };
}

function shellForm(kind: 'cmd' | 'entrypoint', instruction: Instruction, written: Written): Command {
  parseFlags(instruction.flags);
  return { ...written, kind, line: commandLine(instruction) };
}

function shell(instruction: Instruction, written: Written): Command {
  parseFlags(instruction.flags);
  atLeastOne(instruction.args, 'SHELL');
  if (!instruction.json) throw new DockerfileError('SHELL requires the arguments to be in JSON form');
  return { ...written, kind: 'shell', shell: instruction.args };
}

function workdir({ flags, args }: Instruction, written: Written): Command {
  const [path] = exactlyOne(args, 'WORKDIR');
  parseFlags(flags);
  return { ...written, kind: 'workdir', path };
}

function user({ flags, args }: Instruction, written: Written): Command {
  const [name] = exactlyOne(args, 'USER');
  parseFlags(flags);
  return { ...written, kind: 'user', user: name };
}

function stopsignal({ args }: Instruction, written: Written): Command {
  const [signal] = exactlyOne(args, 'STOPSIGNAL');
  return { ...written, kind: 'stopsignal', signal };
}

function expose({ flags, args }: Instruction, written: Written): Command {
  atLeastOne(args, 'EXPOSE');
  parseFlags(flags);
  return { ...written, kind: 'expose', ports: [...args].sort() };
}

function volume({ flags, args }: Instruction, written: Written): Command {
  atLeastOne(args, 'VOLUME');
  parseFlags(flags);
  const volumes = args.map(trimSpace);
  if (volumes.includes('')) throw new DockerfileError('VOLUME specified can not be an empty string');
  return { ...written, kind: 'volume', volumes };
}

function onbuild({ flags, args, trigger, original, heredocs }: Instruction, written: Written): Command {
  atLeastOne(args, 'ONBUILD');
  parseFlags(flags);
  const kept = trigger?.command.toUpperCase() ?? '';
  if (kept === 'ONBUILD') throw new DockerfileError("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
  if (kept === 'MAINTAINER' || kept === 'FROM')
    throw new DockerfileError(`${kept} isn't allowed as an ONBUILD trigger`);
  const line = original.replace(/^\s*ONBUILD\s*/i, '');
  const expression = line + heredocs.map(({ content, name }) => `\n${content}${name}`).join('');
  return { ...written, kind: 'onbuild', expression };
}

const HEALTH_FLAGS: Readonly<Record<string, FlagKind>> = {
  interval: 'string',
  timeout: 'string',
  'start-period': 'string',
  'start-interval': 'string',
  retries: 'string',
};

function healthcheck({ flags, args, json }: Instruction, written: Written): Command {
  atLeastOne(args, 'HEALTHCHECK');
  const type = args[0]!.toUpperCase();
  const rest = args.slice(1);
  if (type === 'NONE') {
    if (rest.length > 0) throw new DockerfileError('HEALTHCHECK NONE takes no arguments');
    return { ...written, kind: 'healthcheck', health: { Test: [type] } };
  }
  const given = parseFlags(flags, HEALTH_FLAGS);
  if (type !== 'CMD') throw new DockerfileError(`Unknown type ${quote(type)} in HEALTHCHECK (try CMD)`);
  if (rest.length === 0) throw new DockerfileError('Missing command after HEALTHCHECK CMD');
  const health: HealthConfig = {
    Test: json ? [type, ...rest] : ['CMD-SHELL', rest.join(' ')],
    Interval: interval('interval', given.string('interval')),
    Timeout: interval('timeout', given.string('timeout')),
    StartPeriod: interval('start-period', given.string('start-period')),
    StartInterval: interval('start-interval', given.string('start-interval')),
    Retries: retries(given.string('retries')),
  };
  return { ...written, kind: 'healthcheck', health };
}

/** Nanoseconds; 0 where it is not given. */
function interval(name: string, text: string): number {
  if (text === '') return 0;
  const nanoseconds = refusing(() => parseDuration(text));
  if (nanoseconds !== 0 && nanoseconds < 1e6)
    throw new DockerfileError(`Interval ${quote(name)} cannot be less than 1ms`);
  return nanoseconds;
}

function retries(text: string): number {
  if (text === '') return 0;
  if (!/^[+-]?\d+$/.test(text))
    throw new DockerfileError(`strconv.ParseInt: parsing ${quote(text)}: invalid syntax`);
  const count = Number(text);
  if (Math.abs(count) > 2 ** 31 - 1)
    throw new DockerfileError(`strconv.ParseInt: parsing ${quote(text)}: value out of range`);
  if (count < 0) throw new DockerfileError(`--retries cannot be negative (${count})`);
  return count;
}

/** What is wrong with a value is wrong with the instruction. */
export function refusing<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new DockerfileError((error as Error).message);
  }
}

function atLeastOne(args: readonly string[], command: string): void {
  if (args.length === 0) throw new DockerfileError(`${command} requires at least one argument`);
}

function exactlyOne(args: readonly string[], command: string): [string] {
  if (args.length !== 1) throw new DockerfileError(`${command} requires exactly one argument`);
  return [args[0]!];
}
