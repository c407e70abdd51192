/** A Dockerfile as its lines say it: each instruction with its arguments, not yet understood. */
export interface Dockerfile {
  instructions: Instruction[];
  /** The escape character: `\`, or what the directive says. */
  escape: string;
}

export interface Instruction {
  /** As it is written. */
  command: string;
  /** `--name=value` before the arguments. */
  flags: string[];
  /** The arguments; of ENV and LABEL name, value and the sign between them in turn. */
  args: string[];
  /** The arguments were a JSON array. */
  json: boolean;
  /** The instruction that ONBUILD keeps. */
  trigger?: Instruction;
  heredocs: Heredoc[];
  /** The line, continued lines joined. */
  original: string;
  startLine: number;
  endLine: number;
}

export interface Heredoc {
  name: string;
  content: string;
  /** Variables in it are expanded. */
  expand: boolean;
  /** Tabs at the beginning of lines go. */
  chomp: boolean;
  fileDescriptor: number;
}

/** A Dockerfile that cannot be read, or an instruction that means nothing; the message is BuildKit's. */
export class DockerfileError extends Error {
  override readonly name = 'DockerfileError';
}
