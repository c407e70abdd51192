/** A Dockerfile as its lines say it: each instruction with its arguments, not yet understood. */
export interface Dockerfile {
  instructions: Instruction[];
  /** The frontend that the directive names, empty where it names none. */
  syntax: string;
  /** What the directive says of the build checks, empty where it says nothing. */
  check: string;
  /** The escape character: `\`, or what the directive says. */
  escape: string;
  /** The last lines of instructions that go on over an empty one. */
  emptyContinuations: number[];
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
  /** The comments above it, each without its sign. */
  comments: readonly string[];
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

/** Lines of a Dockerfile, the first of which is 1; both belong to it. */
export interface Location {
  startLine: number;
  endLine: number;
}

/** A Dockerfile that cannot be read, or an instruction that means nothing; the message is BuildKit's. */
export class DockerfileError extends Error {
  override readonly name = 'DockerfileError';
  /** Where it is; undefined where only the words are of interest. */
  location: Location | undefined;

  constructor(message: string, location?: Location) {
    super(message);
    this.location = location;
  }
}

/** Runs `body`; what it refuses without saying where is at `location`. */
export function located<T>({ startLine, endLine }: Location, body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (error instanceof DockerfileError) error.location ??= { startLine, endLine };
    throw error;
  }
}
