import { BUILTINS } from './builtins/table.ts';
import { CommandReader } from './command-reader.ts';
import { runBody, runScript, runStatement } from './evaluate.ts';
import { analyse, lineAt, parseScript } from './parse.ts';
import { expandInto } from './segments.ts';
import { Abandon, type Evaluator, Leave, type Shell } from './shell.ts';
import { findBuiltin, runCommand } from './simple-command.ts';
import { syntaxErrorWords } from './syntax-error.ts';

/** Running texts: whole ones at once where nothing speaks against it, else command by command as lines complete. */

interface TextOptions {
  label?: string;
  lineBase?: number;
  /** The process ends with this text. */
  last?: boolean;
  /** Errors are those of the shell's own input: a script goes on after what is not fatal. */
  topLevel?: boolean;
}

export async function runText(shell: Shell, text: string, options: TextOptions = {}): Promise<number> {
  const lineBase = options.lineBase ?? 0;
  const { unit, at } = shell;
  try {
    const script = parseScript(text);
    const simple =
      script.errors === undefined &&
      !shell.option('verbose') &&
      !(aliasesOn(shell) && (shell.aliases.size > 0 || /\bu?n?alias\b/.test(text))) &&
      analyse(text).state === 'complete';
    if (simple) {
      shell.unit = { text, lineBase };
      if (!options.topLevel) return await runScript(shell, script, options.last);
      return await runTopLevel(shell, script.commands, options.last === true, options.label === '-c');
    }
    return await runByLines(shell, text, lineBase, options);
  } finally {
    shell.unit = unit;
    shell.at = at;
  }
}

const aliasesOn = (shell: Shell): boolean => !shell.dialect.bashSyntax || shell.shopt.has('expand_aliases');

async function runTopLevel(
  shell: Shell,
  commands: ReturnType<typeof parseScript>['commands'],
  last: boolean,
  wholeText: boolean,
): Promise<number> {
  let status = 0;
  let givenUp: number | undefined;
  for (const [i, statement] of commands.entries()) {
    // What is given up takes the rest of its line along (bash).
    if (givenUp !== undefined && lineAt(shell.unit.text, statement.pos) === givenUp) continue;
    givenUp = undefined;
    try {
      status = await runStatement(shell, statement, last && i === commands.length - 1);
    } catch (error) {
      if (!(error instanceof Abandon) || error.fatal || wholeText) throw error;
      status = shell.status = error.status;
      givenUp = lineAt(shell.unit.text, statement.end);
    }
    if (shell.skip) break;
  }
  return status;
}

/** Takes as many lines as make a complete command, runs it, goes on. */
async function runByLines(
  shell: Shell,
  text: string,
  lineBase: number,
  options: TextOptions,
): Promise<number> {
  let status = 0;
  let at = 0;
  while (at < text.length) {
    const { end, source, ...result } = nextCommand(shell, text, at);
    const chunk = text.slice(at, end);
    const base = lineBase + lineAt(text, at) - 1;
    if (shell.option('verbose')) await shell.error(chunk);
    if (result.state === 'wrong' || (result.state === 'unfinished' && result.script.errors !== undefined)) {
      await shell.error(
        syntaxErrorWords(
          shell,
          source,
          result.fault,
          base,
          options.label === 'trap' || options.label === 'exit trap' ? undefined : options.label,
        ),
      );
      shell.status = 2;
      if (options.label === 'eval' && !shell.dialect.posixErrors) return 2;
      if (options.topLevel || shell.dialect.posixErrors) throw new Leave(2);
      return 2;
    }
    if (result.state === 'unfinished' && result.hereDocument !== undefined && shell.dialect.bashSyntax) {
      shell.unit = { text: chunk, lineBase: base };
      const first = chunk.indexOf('<<');
      await shell.error(
        `${shell.arg0}: line ${lineAt(text, text.replace(/\n$/, '').length) + lineBase}: warning: here-document at line ${lineAt(text, at + first) + lineBase} delimited by end-of-file (wanted \`${result.hereDocument}')\n`,
      );
    }
    shell.unit = { text: source, lineBase: base };
    const { script } = result;
    if (script.commands.length > 0) {
      const last = options.last === true && end >= text.length;
      status = options.topLevel
        ? await runTopLevel(shell, script.commands, last, options.label === '-c')
        : await runScript(shell, script, last);
    }
    if (shell.skip) break;
    at = end;
  }
  return status;
}

/** The lines from `at` on that make a command, or all if they make none. */
function nextCommand(shell: Shell, text: string, at: number) {
  const reader = new CommandReader(aliasesOn(shell) ? shell.aliases : undefined);
  let end = at;
  do {
    const start = end;
    const newline = text.indexOf('\n', start);
    end = newline === -1 ? text.length : newline + 1;
    if (reader.add(text.slice(start, end)) !== 'unfinished') break;
  } while (end < text.length);
  return { end, ...reader.whole() };
}

export const EVALUATOR: Evaluator = {
  runScript,
  runText,
  runBody,
  expandInto,
  runWithoutFunctions: (shell, words, env = new Map()) =>
    runCommand(shell, words, env, [], { last: false, functions: false, text: () => words.join(' ') }),
  builtin: findBuiltin,
  builtinNames: (shell) => [...BUILTINS.keys()].filter((name) => findBuiltin(shell, name)).sort(),
};
