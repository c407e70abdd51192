import type { Arity } from './arity.ts';

/** The types that `--help` names after a flag (`swap-bytes` as `bytes`). They decide how a value is read and what a wrong one is told. */
export type FlagType =
  | 'bool'
  | 'bytes'
  | 'command'
  | 'config'
  | 'credential-spec'
  | 'decimal'
  | 'duration'
  | 'external-ca'
  | 'filter'
  | 'float'
  | 'gpu-request'
  | 'int'
  | 'ipNetSlice'
  | 'list'
  | 'map'
  | 'mount'
  | 'network'
  | 'node-addr'
  | 'pem-file'
  | 'port'
  | 'pref'
  | 'secret'
  | 'string'
  | 'stringArray'
  | 'stringToString'
  | 'strings'
  | 'swap-bytes'
  | 'uint'
  | 'uint16'
  | 'uint32'
  | 'ulimit';

/** Name, shorthand ('' for none), type, description, default as help shows it, `hidden` when help leaves it out. */
export type FlagRow = readonly [
  name: string,
  shorthand: string,
  type: FlagType,
  usage: string,
  defaultValue?: string,
  hidden?: 'hidden',
];

/** Refuses a value by throwing, or gives the value to keep. */
export type FlagCheck = (value: string) => string;

/** What a command looks like from outside: all that parsing, help and completion need. */
export interface CommandSpec {
  readonly name: string;
  /** What follows the command's path in its usage line. */
  readonly args: string;
  readonly short: string;
  readonly long?: string;
  /** Other names of the same command beside this one (`ls`, `list`, `ps`). */
  readonly names?: readonly string[];
  /** The spellings that help lists under `Aliases:`. */
  readonly aliases?: readonly string[];
  readonly arity: Arity;
  /** Flags after the first argument belong to the argument (pflag's interspersed, off). */
  readonly stopsAtFirstArgument?: boolean;
  readonly flags: readonly FlagRow[];
  /** Checks beyond the type's, by flag name. */
  readonly checks?: Readonly<Record<string, FlagCheck>>;
  /** What to say when a deprecated flag is given, by name: `use --timeout instead`. */
  readonly deprecated?: Readonly<Record<string, string>>;
  readonly hidden?: boolean;
  /** How it calls itself where that is not as it was called. */
  readonly path?: string;
  /** What its refusals begin with. */
  readonly failurePrefix?: string;
  /** Not modelled down to its flags: whatever follows is refused as a whole. */
  readonly opaque?: boolean;
}
