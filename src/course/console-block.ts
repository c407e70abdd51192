/** One command of a `console` block with what the machine printed after it. */
export interface ConsoleStep {
  /** What stands before the command, as printed: `$`, `#`, `/ #`, `root@3f2a:/#`. */
  prompt: string;
  /** The command as typed; continuation lines are joined by newlines, without their `> `. */
  command: string;
  /** What followed, line by line, without the last newline. */
  output: string;
}

/** A `console` block: text printed before the first command, then its commands. */
export interface ConsoleBlock {
  before: string;
  steps: ConsoleStep[];
}

/** `$ `, `# `, or a prompt that names a place before the sign, as `/ # ` and `ann@host:~$ ` do. */
const promptLine = /^((?:[\w.-]+@[\w.-]+:\S*|[~/][\w./-]* ?)?[$#])(?: (.*)|)$/;

/**
 * Reads the text of a `console` block.
 *
 * A line that begins with a prompt is a command. A command goes on in the next line, which begins with `> `,
 * when it ends in a backslash, or while lines that begin with `> ` follow it. Anything else is output.
 * A line of output that would read as a prompt is written with a backslash before it.
 */
export function parseConsole(source: string): ConsoleBlock {
  const block: ConsoleBlock = { before: '', steps: [] };
  const before: string[] = [];
  const outputs: string[][] = [];
  for (const line of source.replace(/\n+$/, '').split('\n')) {
    const step = block.steps.at(-1);
    const output = outputs.at(-1);
    const prompt = promptLine.exec(line);
    if (prompt) {
      block.steps.push({ prompt: prompt[1] as string, command: prompt[2] ?? '', output: '' });
      outputs.push([]);
    } else if (step && output?.length === 0 && (line.startsWith('> ') || line === '>')) {
      step.command += `\n${line.slice(2)}`;
    } else {
      (output ?? before).push(line.replace(/^\\(?=[$#~/\w])/, ''));
    }
  }
  block.before = before.join('\n');
  block.steps.forEach((step, at) => {
    step.output = (outputs[at] as string[]).join('\n');
  });
  return block;
}
