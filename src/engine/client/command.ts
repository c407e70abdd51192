import type { Cli } from './cli.ts';
import type { ClientConfig } from './config-file.ts';
import type { ParsedFlags } from './flags/parsed.ts';
import type { CommandSpec, FlagRow } from './flags/spec.ts';

/** How a command was called. */
export interface Invocation {
  readonly flags: ParsedFlags;
  readonly args: readonly string[];
  /** `docker container ls`, as typed. */
  readonly path: string;
  readonly config: ClientConfig;
  /** The flags in front of the command. */
  readonly globals: ParsedFlags;
  /** Where the client keeps its files, `~/.docker`. */
  readonly directory: string;
  /** `-D` */
  readonly debug: boolean;
}

/** Runs a command; the result is its exit status, 0 when it says nothing. Failures are thrown as `CliError`. */
export type Action = (cli: Cli, invocation: Invocation) => Promise<number | undefined>;

/** A command that does something. */
export interface Leaf {
  readonly spec: CommandSpec;
  /** Absent for commands of the real client that are not modelled. */
  readonly action?: Action;
  /** What does it where the plugin buildx is installed; where it is not, a warning of the builder before it comes first. */
  readonly buildx?: Leaf;
  /** The commands that it holds, where it is a group within a group (`docker trust key`). */
  readonly group?: Group;
  /** Whether it does no more than refuse: as an engine in no swarm does, or as what is not modelled. */
  readonly refuses?: 'swarmless' | 'absent';
  /** Whether it does without an engine: then it does not matter that there is none. */
  readonly local?: true;
  /** What Tab offers for its arguments; absent where that is files. */
  readonly complete?: Completion;
  /** What it offers for values of flags, by the flag's name. */
  readonly values?: Readonly<Record<string, Completion>>;
}

/** A command that only holds others (`docker container`). */
export interface Group {
  readonly name: string;
  readonly short: string;
  readonly long?: string;
  /** The usage line after `docker NAME`, where it is not empty. */
  readonly args?: string;
  readonly leaves: readonly Leaf[];
  readonly hidden?: boolean;
  /** Whether an empty line comes first where it is called without a command. */
  readonly apart?: true;
  /** Whether only an experimental engine has it. */
  readonly experimental?: true;
  /** The plugin without which it is not there. */
  readonly plugin?: string;
  /** What it is where the plugin buildx is installed. */
  readonly buildx?: Group;
  /** Of a plugin: its flags, which may stand in front of the command's name too. */
  readonly flags?: readonly FlagRow[];
  /** Of a plugin: groups within it. */
  readonly groups?: readonly Group[];
  /** Of a plugin: what it does where no command of its own is named. */
  readonly self?: Leaf;
  /** Of a plugin: what its help ends with. */
  readonly hint?: string;
}

/** What Tab offers for a word, given the arguments and the flags before it. */
export type Completion = (
  cli: Cli,
  args: readonly string[],
  flags: ReadonlySet<string>,
  word: string,
) => Promise<string[]>;
