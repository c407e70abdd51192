import { evaluateTest, TestError, type TestFault } from '../../lib/test-expression.ts';
import { parameterValue } from '../parameters.ts';
import type { Shell } from '../shell.ts';
import type { BuiltinRun } from './table.ts';

/** `test` and `[`. */
export const test: BuiltinRun = async (shell, args, name) => {
  let operands = args;
  if (name === '[') {
    if (args.at(-1) !== ']') {
      await complain(shell, name, shell.dialect.name === 'bash' ? "missing `]'" : 'missing ]');
      return 2;
    }
    operands = args.slice(0, -1);
  }
  try {
    return (await evaluateTest(testContext(shell), operands)) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof TestError)) throw error;
    await complain(shell, name, faultWords(shell, error.fault, operands));
    return 2;
  }
};

export const testContext = (shell: Shell) => ({
  sys: shell.sys,
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
