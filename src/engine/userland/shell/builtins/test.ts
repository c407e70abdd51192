import { fnmatch } from '../../lib/glob.ts';
import { compileRegex } from '../../lib/regex.ts';
import { evaluateTest, TestError, type TestFault } from '../../lib/test-expression.ts';
import { parameterValue } from '../parameters.ts';
import type { Shell } from '../shell.ts';
import type { BuiltinRun } from './table.ts';

/** `test` and `[`. */
export const test: BuiltinRun = async (shell, args, name) => {
  let operands = args;
  if (name !== 'test') {
    const closing = name === '[' ? ']' : ']]';
    if (args.at(-1) !== closing) {
      const words = shell.dialect.name === 'bash' ? `missing \`${closing}'` : `missing ${closing}`;
      await complain(shell, name, words);
      return 2;
    }
    operands = args.slice(0, -1);
  }
  // BusyBox' [[ is a test whose right sides are patterns.
  const double = name === '[[';
  if (double) operands = operands.map((word) => ({ '&&': '-a', '||': '-o' })[word] ?? word);
  try {
    const regex = double
      ? (text: string, source: string) => compileRegex(source, { extended: true }).test(text)
      : undefined;
    const matches = double ? (text: string, pattern: string) => fnmatch(pattern, text) : undefined;
    return (await evaluateTest({ ...testContext(shell), matches, regex }, operands)) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof TestError)) throw error;
    await complain(shell, name, faultWords(shell, error.fault, operands));
    return 2;
  }
};

export const testContext = (shell: Shell) => ({
  sys: shell.sys,
  dash: shell.dialect.name === 'dash',
  optionOn: (option: string) => shell.option(option),
  isSet: (variable: string) => {
    const element = /^(\w+)\[(.*)\]$/s.exec(variable);
    return parameterValue(shell, element?.[1] ?? variable, element?.[2]) !== undefined;
  },
});

const complain = (shell: Shell, name: string, message: string): Promise<void> =>
  shell.dialect.name === 'ash' ? shell.error(`sh: ${message}\n`) : shell.warn(message, name);

function faultWords(shell: Shell, fault: TestFault, args: readonly string[]): string {
  const { name } = shell.dialect;
  const text = fault.kind === 'closing' ? ')' : fault.text;
  switch (fault.kind) {
    case 'integer':
      return name === 'bash'
        ? `${text}: integer expression expected`
        : name === 'dash'
          ? `Illegal number: ${text}`
          : `${text}: bad number`;
    case 'unary':
      return name === 'bash'
        ? `${text}: unary operator expected`
        : name === 'dash'
          ? `${text}: unexpected operator`
          : `${args[1] ?? text}: unknown operand`;
    case 'binary':
      return name === 'bash'
        ? `${text}: binary operator expected`
        : name === 'dash'
          ? `${args[0]}: unexpected operator`
          : `${text}: unknown operand`;
    case 'argument':
      return name === 'bash'
        ? args.length === 2
          ? `${args[0]}: unary operator expected`
          : 'argument expected'
        : `${text}: argument expected`;
    case 'closing':
      return name === 'bash' ? "`)' expected" : 'closing paren expected';
    case 'extra':
      return name === 'bash'
        ? 'too many arguments'
        : name === 'dash'
          ? `${text}: unexpected operator`
          : `${text}: unknown operand`;
  }
}
