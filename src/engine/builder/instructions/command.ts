import type { HealthConfig } from '../../api/containers.ts';
import type { Heredoc, Location } from '../ast.ts';

/** What the instructions of a Dockerfile mean. Models BuildKit frontend/dockerfile/instructions/commands.go. */
export type Command =
  | ArgCommand
  | CopyCommand
  | EnvCommand
  | ExposeCommand
  | HealthcheckCommand
  | LabelCommand
  | MaintainerCommand
  | OnbuildCommand
  | RunCommand
  | ShellFormCommand
  | ShellCommand
  | StopsignalCommand
  | UserCommand
  | VolumeCommand
  | WorkdirCommand;

interface Written {
  /** The name as it is written. */
  name: string;
  /** The line, continued lines joined. */
  code: string;
  location: Location;
}

/** FROM, and what follows until the next. */
export interface Stage extends Written {
  kind: 'from';
  baseName: string;
  /** In small letters; empty where it has none. */
  stageName: string;
  platform: string;
  /** What a comment above it says of it. */
  description: string;
  commands: Command[];
}

export interface KeyValue {
  key: string;
  value: string;
  /** In the old form, without `=`. */
  noDelimiter: boolean;
}

export interface EnvCommand extends Written {
  kind: 'env';
  pairs: KeyValue[];
}

export interface LabelCommand extends Written {
  kind: 'label';
  pairs: KeyValue[];
}

export interface ArgCommand extends Written {
  kind: 'arg';
  args: { key: string; value: string | undefined; description: string }[];
}

export interface MaintainerCommand extends Written {
  kind: 'maintainer';
  maintainer: string;
}

export interface OnbuildCommand extends Written {
  kind: 'onbuild';
  expression: string;
}

export interface WorkdirCommand extends Written {
  kind: 'workdir';
  path: string;
}

export interface UserCommand extends Written {
  kind: 'user';
  user: string;
}

export interface StopsignalCommand extends Written {
  kind: 'stopsignal';
  signal: string;
}

export interface ExposeCommand extends Written {
  kind: 'expose';
  ports: string[];
}

export interface VolumeCommand extends Written {
  kind: 'volume';
  volumes: string[];
}

export interface ShellCommand extends Written {
  kind: 'shell';
  shell: string[];
}

export interface HealthcheckCommand extends Written {
  kind: 'healthcheck';
  health: HealthConfig;
}

/** A command line: a list as it stands, or a text for the shell. */
export interface CommandLine {
  args: string[];
  /** The shell is put in front. */
  isShell: boolean;
}

/** CMD and ENTRYPOINT. */
export interface ShellFormCommand extends Written {
  kind: 'cmd' | 'entrypoint';
  line: CommandLine;
}

export interface RunCommand extends Written {
  kind: 'run';
  line: CommandLine;
  heredocs: readonly Heredoc[];
  /** `--mount`, as given: variables in them are not yet expanded. */
  mounts: readonly string[];
  devices: readonly string[];
  network: string;
}

/** A file whose content stands in the Dockerfile itself. */
export interface SourceContent {
  path: string;
  data: string;
  /** Variables in it are expanded. */
  expand: boolean;
}

/** COPY and ADD. */
export interface CopyCommand extends Written {
  kind: 'copy' | 'add';
  sources: string[];
  contents: SourceContent[];
  destination: string;
  /** A stage or an image; empty for the build context. */
  from: string;
  chown: string;
  chmod: string;
  link: boolean;
  parents: boolean;
  exclude: readonly string[];
  checksum: string;
  /** Whether an archive is unpacked; undefined where it is not said. */
  unpack: boolean | undefined;
  keepGitDir: boolean | undefined;
}
