import { BUILTINS } from './builtins/table.ts';
import { runCommandNode, runScript, runStatement } from './evaluate.ts';
import { expandInto } from './segments.ts';
import { Abandon, type Evaluator, Leave, type Shell, type TextOptions } from './shell.ts';
import { findBuiltin, isSpecial, runCommand } from './simple-command.ts';
import { type Line, readLines } from './source-text.ts';
import { SyntaxFault } from './syntax/fault.ts';
import { syntaxErrorWords } from './syntax-error.ts';

/** Running texts: line after line is parsed and run, so that each sees the aliases and options of those before it. */
export async function runText(shell: Shell, text: string, options: TextOptions = {}): Promise<number> {
  const before = shell.line;
  const lines = readLines(shell, text, options.line ?? 1);
  const nested = !options.topLevel && options.label !== 'exit trap' ? 1 : 0;
  shell.textDepth += nested;
  let status = 0;
  try {
    // dash and BusyBox read a file, and show it, as a whole.
    const posix = !shell.dialect.bashSyntax;
    if (posix && shell.option('verbose') && options.topLevel && !shell.option('command'))
      await shell.error(text.replace(/\n?$/, '\n'));
    for (;;) {
      let next: IteratorResult<Line, void>;
      try {
        next = lines.next();
      } catch (error) {
        if (!(error instanceof SyntaxFault)) throw error;
        return await syntaxError(shell, text, error, options);
      }
      if (next.done) return status;
      const line = next.value;
      if (!posix && shell.option('verbose')) await shell.error(line.source.replace(/\n?$/, '\n'));
      if (line.unended.length > 0) await warnUnended(shell, line.unended);
      if (line.commands.length === 0) continue;
      const last = options.last === true && line.last;
      status = options.topLevel
        ? await runTopLevel(shell, line, last, options)
        : await runScript(shell, line, last);
      if (shell.skip) return status;
    }
  } finally {
    shell.textDepth -= nested;
    shell.line = before;
  }
}

/** A line of the shell's own input: what is given up takes the rest of its line along (bash). */
async function runTopLevel(shell: Shell, line: Line, last: boolean, options: TextOptions): Promise<number> {
  let status = 0;
  try {
    for (const [i, statement] of line.commands.entries()) {
      status = await runStatement(shell, statement, last && i === line.commands.length - 1);
      if (shell.skip) break;
    }
    return status;
  } catch (error) {
    if (!(error instanceof Abandon) || error.fatal || options.label === '-c') throw error;
    shell.status = error.status;
    return error.status;
  }
}

async function syntaxError(
  shell: Shell,
  text: string,
  fault: SyntaxFault,
  options: TextOptions,
): Promise<number> {
  await shell.error(syntaxErrorWords(shell, text, fault, options));
  const ends = !shell.interactive && (options.topLevel || shell.dialect.posixErrors);
  const status = ends && shell.dialect.bashSyntax ? bashStatus(shell, fault) : 2;
  shell.status = status;
  if (ends) throw new Leave(status);
  return status;
}

/** bash leaves the status alone where a word of `[[ ]]` is wrong, and has one of its own for arrays that do not end. */
function bashStatus(shell: Shell, { detail }: SyntaxFault): number {
  if (detail.kind === 'message' && !detail.ended) return shell.status;
  return detail.kind === 'unterminated' && detail.opened === 'array' ? 1 : 2;
}

async function warnUnended(shell: Shell, unended: Line['unended']): Promise<void> {
  if (shell.dialect.bashSyntax)
    for (const { delimiter, from, to } of unended)
      await shell.error(
        `${shell.arg0}: line ${to}: warning: here-document at line ${from} delimited by end-of-file (wanted \`${delimiter}')\n`,
      );
}

export const EVALUATOR: Evaluator = {
  runScript,
  runText,
  runCommand: runCommandNode,
  expandInto,
  runWithoutFunctions: (shell, words, env = new Map()) =>
    runCommand(shell, words, env, [], { last: false, functions: false, text: () => words.join(' ') }),
  builtin: (shell, name) => {
    const found = findBuiltin(shell, name);
    return found && { special: isSpecial(shell, found) };
  },
  builtinNames: (shell) => [...BUILTINS.keys()].filter((name) => findBuiltin(shell, name)).sort(),
};
