import type { ContainerConfig, HealthConfig } from '../api/containers.ts';
import { parseDuration } from '../base/go-duration.ts';
import { quote } from '../base/go-quote.ts';
import { parsePortSpec } from '../base/port-spec.ts';
import { parseSignal } from '../kernel/signals.ts';
import { DockerfileError, type Instruction } from './ast.ts';
import { parseFlags } from './flags.ts';
import { trimSpace } from './line-parsers.ts';
import { parseDockerfile } from './parser.ts';
import { expandWord, expandWords } from './shell-lex.ts';

/**
 * A configuration with Dockerfile instructions applied (`--change` of commit and import). Models moby builder/dockerfile
 * BuildFromConfig. Throws `DockerfileError`.
 */
export function changeConfig(config: ContainerConfig, changes: readonly string[]): ContainerConfig {
  if (changes.length === 0) return config;
  const { instructions, escape: escapeChar } = parseDockerfile(changes.join('\n'));
  for (const { command } of instructions)
    if (!CHANGES.has(command.toLowerCase()))
      throw new DockerfileError(`${command} is not a valid change command`);
  const checked = instructions.map((instruction) => check(instruction));
  const state: State = { config: structuredClone(config), escapeChar, isCmdSet: false };
  for (const apply of checked) apply(state);
  return state.config;
}

interface State {
  config: ContainerConfig;
  readonly escapeChar: string;
  /** A CMD came before: an ENTRYPOINT leaves it alone. */
  isCmdSet: boolean;
}

type Apply = (state: State) => void;

/** Checks an instruction; what it gives does it. */
const check = (instruction: Instruction): Apply =>
  CHANGES.get(instruction.command.toLowerCase())!(instruction);

const SHELL = ['/bin/sh', '-c'];

const CHANGES: ReadonlyMap<string, (instruction: Instruction) => Apply> = new Map<
  string,
  (instruction: Instruction) => Apply
>([
  ['cmd', cmd],
  ['entrypoint', entrypoint],
  ['env', env],
  ['expose', expose],
  ['healthcheck', healthcheck],
  ['label', label],
  ['onbuild', onbuild],
  ['stopsignal', stopsignal],
  ['user', user],
  ['volume', volume],
  ['workdir', workdir],
]);

/** `$NAME` in a word, from the environment as it is by then. */
function expanded({ config, escapeChar }: State, word: string): string {
  return expandWord(word, lookup(config), { escape: escapeChar });
}

function lookup({ Env }: ContainerConfig): (name: string) => string | undefined {
  const values = new Map((Env ?? []).map((entry) => cut(entry)));
  return (name) => values.get(name);
}

function cut(entry: string): [name: string, value: string] {
  const equals = entry.indexOf('=');
  return equals === -1 ? [entry, ''] : [entry.slice(0, equals), entry.slice(equals + 1)];
}

/** The command line of CMD and ENTRYPOINT: a list as it stands, a text through the shell. */
function commandLine({ config }: State, { args, json }: Instruction): string[] {
  if (json) return args;
  const shell = config.Shell?.length ? config.Shell : SHELL;
  return args.length === 0 ? [...shell] : [...shell, args.join(' ')];
}

function cmd(instruction: Instruction): Apply {
  parseFlags(instruction.flags, []);
  return (state) => {
    state.config.Cmd = commandLine(state, instruction);
    if (instruction.args.length > 0) state.isCmdSet = true;
  };
}

function entrypoint(instruction: Instruction): Apply {
  parseFlags(instruction.flags, []);
  return (state) => {
    const isEmpty = instruction.args.length === 0;
    state.config.Entrypoint = isEmpty ? null : commandLine(state, instruction);
    if (!state.isCmdSet) state.config.Cmd = null;
  };
}

function env({ flags, args }: Instruction): Apply {
  parseFlags(flags, []);
  const pairs = pairsOf(args, 'ENV');
  return (state) => {
    // All of one line see the environment before it.
    const entries = pairs.map(([name, value]) => [expanded(state, name), expanded(state, value)] as const);
    const all = [...(state.config.Env ?? [])];
    for (const [name, value] of entries) {
      const at = all.findIndex((entry) => cut(entry)[0] === name);
      all.splice(at === -1 ? all.length : at, 1, `${name}=${value}`);
    }
    state.config.Env = all;
  };
}

function label({ flags, args }: Instruction): Apply {
  parseFlags(flags, []);
  const pairs = pairsOf(args, 'LABEL');
  return (state) => {
    const added = pairs.map(([name, value]) => [expanded(state, name), expanded(state, value)]);
    state.config.Labels = { ...state.config.Labels, ...Object.fromEntries(added) };
  };
}

function pairsOf(args: readonly string[], command: string): [name: string, value: string][] {
  atLeastOne(args, command);
  const pairs: [string, string][] = [];
  for (let i = 0; i < args.length; i += 3) {
    if (args[i] === '') throw new DockerfileError(`${command} names can not be blank`);
    pairs.push([args[i]!, args[i + 1]!]);
  }
  return pairs;
}

function expose({ flags, args }: Instruction): Apply {
  atLeastOne(args, 'EXPOSE');
  parseFlags(flags, []);
  return (state) => {
    const words = [...args]
      .sort()
      .flatMap((word) => expandWords(word, lookup(state.config), { escape: state.escapeChar }));
    const ports = { ...state.config.ExposedPorts };
    for (const { port } of words.flatMap((word) => refusing(() => parsePortSpec(word)))) ports[port] = {};
    state.config.ExposedPorts = ports;
  };
}

function volume({ flags, args }: Instruction): Apply {
  atLeastOne(args, 'VOLUME');
  parseFlags(flags, []);
  const paths = args.map(trimSpace);
  const refuseEmpty = (path: string) => {
    if (path === '') throw new DockerfileError('VOLUME specified can not be an empty string');
  };
  paths.forEach(refuseEmpty);
  return (state) => {
    const volumes = { ...state.config.Volumes };
    for (const path of paths.map((word) => expanded(state, word))) {
      refuseEmpty(path);
      volumes[path] = {};
    }
    state.config.Volumes = volumes;
  };
}

function user({ flags, args }: Instruction): Apply {
  const [name] = exactlyOne(args, 'USER');
  parseFlags(flags, []);
  return (state) => {
    state.config.User = expanded(state, name);
  };
}

function workdir({ flags, args }: Instruction): Apply {
  const [asked] = exactlyOne(args, 'WORKDIR');
  parseFlags(flags, []);
  return (state) => {
    const path = expanded(state, asked);
    if (path === '') throw new DockerfileError('cannot normalize nothing');
    const joined = path.startsWith('/') ? path : `${state.config.WorkingDir ?? ''}/${path}`;
    const out: string[] = [];
    for (const part of joined.split('/')) {
      if (part === '..') out.pop();
      else if (part !== '' && part !== '.') out.push(part);
    }
    state.config.WorkingDir = `/${out.join('/')}`;
  };
}

function stopsignal({ args }: Instruction): Apply {
  const [name] = exactlyOne(args, 'STOPSIGNAL');
  return (state) => {
    const signal = expanded(state, name);
    if (parseSignal(signal) === undefined) throw new DockerfileError(`invalid signal: ${signal}`);
    state.config.StopSignal = signal;
  };
}

function onbuild({ flags, args, trigger, original }: Instruction): Apply {
  atLeastOne(args, 'ONBUILD');
  parseFlags(flags, []);
  const kept = trigger?.command.toUpperCase() ?? '';
  if (kept === 'ONBUILD') throw new DockerfileError("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
  if (kept === 'MAINTAINER' || kept === 'FROM')
    throw new DockerfileError(`${kept} isn't allowed as an ONBUILD trigger`);
  return ({ config }) => {
    config.OnBuild = [...(config.OnBuild ?? []), original.replace(/^\s*ONBUILD\s*/i, '')];
  };
}

const HEALTH_FLAGS = ['interval', 'timeout', 'start-period', 'start-interval', 'retries'] as const;

function healthcheck({ flags, args, json }: Instruction): Apply {
  atLeastOne(args, 'HEALTHCHECK');
  const type = args[0]!.toUpperCase();
  const rest = args.slice(1);
  let check: HealthConfig;
  if (type === 'NONE') {
    if (rest.length > 0) throw new DockerfileError('HEALTHCHECK NONE takes no arguments');
    check = { Test: [type] };
  } else {
    const given = parseFlags(flags, HEALTH_FLAGS);
    if (type !== 'CMD') throw new DockerfileError(`Unknown type ${quote(type)} in HEALTHCHECK (try CMD)`);
    if (rest.length === 0) throw new DockerfileError('Missing command after HEALTHCHECK CMD');
    check = {
      Test: json ? [type, ...rest] : ['CMD-SHELL', rest.join(' ')],
      Interval: interval(given, 'interval'),
      Timeout: interval(given, 'timeout'),
      StartPeriod: interval(given, 'start-period'),
      StartInterval: interval(given, 'start-interval'),
      Retries: retries(given.get('retries')),
    };
  }
  return ({ config }) => {
    config.Healthcheck = check;
  };
}

function interval(given: ReadonlyMap<string, string>, name: string): number {
  const text = given.get(name) ?? '';
  if (text === '') return 0;
  const nanoseconds = refusing(() => parseDuration(text));
  if (nanoseconds !== 0 && nanoseconds < 1e6)
    throw new DockerfileError(`Interval ${quote(name)} cannot be less than 1ms`);
  return nanoseconds;
}

function retries(text = ''): number {
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
function refusing<T>(parse: () => T): T {
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
