import type { ContainerConfig } from '../api/containers.ts';
import { isSignal } from '../api/signals.ts';
import { parsePortSpec } from '../base/port-spec.ts';
import { DockerfileError } from './ast.ts';
import type { Command, CommandLine, KeyValue } from './instructions/command.ts';
import { parseInstruction, refusing } from './instructions/parse.ts';
import { parseDockerfile } from './parser.ts';
import { expandWord, expandWords } from './shell-lex.ts';
import { joinWorkdir } from './workdir.ts';

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
  const commands = instructions.map((instruction) => parseInstruction(instruction) as Command);
  const changed = new Changed(structuredClone(config), escapeChar);
  for (const command of commands) changed.apply(command);
  return changed.config;
}

const CHANGES = new Set(
  'cmd entrypoint env expose healthcheck label onbuild stopsignal user volume workdir'.split(' '),
);

const SHELL = ['/bin/sh', '-c'];

class Changed {
  readonly config: ContainerConfig;
  readonly #escape: string;
  /** A CMD came before: an ENTRYPOINT leaves it alone. */
  #isCmdSet = false;

  constructor(config: ContainerConfig, escapeChar: string) {
    this.config = config;
    this.#escape = escapeChar;
  }

  apply(command: Command): void {
    const { config } = this;
    switch (command.kind) {
      case 'cmd':
        config.Cmd = this.#commandLine(command.line);
        if (command.line.args.length > 0) this.#isCmdSet = true;
        break;
      case 'entrypoint':
        config.Entrypoint = command.line.args.length === 0 ? null : this.#commandLine(command.line);
        if (!this.#isCmdSet) config.Cmd = null;
        break;
      case 'env':
        for (const [name, value] of this.#expandedPairs(command.pairs))
          config.Env = withVariable(config.Env ?? [], name, value);
        break;
      case 'label':
        config.Labels = { ...config.Labels, ...Object.fromEntries(this.#expandedPairs(command.pairs)) };
        break;
      case 'expose':
        this.#expose(command.ports);
        break;
      case 'volume':
        this.#volume(command.volumes);
        break;
      case 'user':
        config.User = this.#expanded(command.user);
        break;
      case 'workdir':
        config.WorkingDir = joinWorkdir(config.WorkingDir ?? '', this.#expanded(command.path));
        break;
      case 'stopsignal':
        config.StopSignal = knownSignal(this.#expanded(command.signal));
        break;
      case 'onbuild':
        config.OnBuild = [...(config.OnBuild ?? []), command.expression];
        break;
      case 'healthcheck':
        config.Healthcheck = command.health;
    }
  }

  /** `$NAME` in a word, from the environment as it is by then. */
  #expanded(word: string): string {
    return expandWord(word, lookup(this.config), { escape: this.#escape });
  }

  /** All of one line see the environment before it. */
  #expandedPairs(pairs: readonly KeyValue[]): [name: string, value: string][] {
    return pairs.map(({ key, value }) => [this.#expanded(key), this.#expanded(value)]);
  }

  /** The command line of CMD and ENTRYPOINT: a list as it stands, a text through the shell. */
  #commandLine({ args, isShell }: CommandLine): string[] {
    return isShell ? [...(this.config.Shell?.length ? this.config.Shell : SHELL), ...args] : args;
  }

  #expose(asked: readonly string[]): void {
    const words = asked.flatMap((word) => expandWords(word, lookup(this.config), { escape: this.#escape }));
    const ports = { ...this.config.ExposedPorts };
    for (const { port } of words.flatMap((word) => refusing(() => parsePortSpec(word)))) ports[port] = {};
    this.config.ExposedPorts = ports;
  }

  #volume(asked: readonly string[]): void {
    const volumes = { ...this.config.Volumes };
    for (const path of asked.map((word) => this.#expanded(word))) {
      if (path === '') throw new DockerfileError('VOLUME specified can not be an empty string');
      volumes[path] = {};
    }
    this.config.Volumes = volumes;
  }
}

function lookup({ Env }: ContainerConfig): (name: string) => string | undefined {
  const values = new Map((Env ?? []).map((entry) => splitVariable(entry)));
  return (name) => values.get(name);
}

/** `NAME=value` in its two parts. */
export function splitVariable(entry: string): [name: string, value: string] {
  const equals = entry.indexOf('=');
  return equals === -1 ? [entry, ''] : [entry.slice(0, equals), entry.slice(equals + 1)];
}

/** An environment with a variable set: in its place where it is there, else behind the others. */
export function withVariable(env: readonly string[], name: string, value: string): string[] {
  const all = [...env];
  const at = all.findIndex((entry) => splitVariable(entry)[0] === name);
  all.splice(at === -1 ? all.length : at, 1, `${name}=${value}`);
  return all;
}

/** The signal, if there is such a one. */
export function knownSignal(signal: string): string {
  if (!isSignal(signal)) throw new DockerfileError(`invalid signal: ${signal}`);
  return signal;
}
