import type { TestExpression } from 'unbash';
import { compilePattern } from '../lib/glob.ts';
import { compareIntegers, TestError, testBinary, testUnary } from '../lib/test-expression.ts';
import { testContext } from './builtins/test.ts';
import { expandToPattern, expandToText } from './expand.ts';
import { arithmetic } from './parameters.ts';
import { Abandon, type Shell } from './shell.ts';
import { prepare } from './word.ts';

/** `[[ … ]]`: no splitting; the right side of `==` is a pattern, of `=~` a regular expression, of `-eq` arithmetic. */
export async function testCommand(shell: Shell, expression: TestExpression): Promise<number> {
  try {
    return (await evaluate(shell, expression)) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof TestError)) throw error;
    await shell.warn('conditional expression could not be evaluated', '[[');
    return 2;
  }
}

async function evaluate(shell: Shell, node: TestExpression): Promise<boolean> {
  switch (node.type) {
    case 'TestGroup':
      return evaluate(shell, node.expression);
    case 'TestNot': {
      const value = await evaluate(shell, node.operand);
      return node.negations.length % 2 === 1 ? !value : value;
    }
    case 'TestLogical':
      for (const operand of node.operands) {
        const value = await evaluate(shell, operand);
        if (value === (node.operator === '||')) return value;
      }
      return node.operator === '&&';
    case 'TestUnary':
      return testUnary(testContext(shell), node.operator, await expandToText(shell, prepare(node.operand)));
    case 'TestBinary':
      return binary(shell, node);
  }
}

async function binary(shell: Shell, node: TestExpression & { type: 'TestBinary' }): Promise<boolean> {
  const left = await expandToText(shell, prepare(node.left));
  switch (node.operator) {
    case '=':
    case '==':
    case '!=': {
      const pattern = await expandToPattern(shell, prepare(node.right, 'pattern'));
      const matches = compilePattern(pattern, {
        extended: true,
        ignoreCase: shell.shopt.has('nocasematch'),
      }).matches(left);
      return matches === (node.operator !== '!=');
    }
    case '=~':
      return matchRegex(shell, left, await expandToPattern(shell, prepare(node.right, 'pattern')));
  }
  const right = await expandToText(shell, prepare(node.right));
  if (/^-(eq|ne|lt|le|gt|ge)$/.test(node.operator))
    return compareIntegers(arithmetic(shell, left), node.operator, arithmetic(shell, right));
  return testBinary(testContext(shell), left, node.operator, right);
}

const CLASSES: Readonly<Record<string, string>> = {
  alpha: 'A-Za-z',
  digit: '0-9',
  alnum: 'A-Za-z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: '\\s',
  blank: ' \\t',
  punct: '!-\\/:-@\\[-`{-~',
  xdigit: '0-9A-Fa-f',
};

/** An extended regular expression (regex(7)); the groups go to BASH_REMATCH. Quoted parts arrive escaped. */
function matchRegex(shell: Shell, text: string, source: string): boolean {
  const translated = source
    .replace(/\[:(\w+):\]/g, (whole, name: string) => CLASSES[name] ?? whole)
    .replace(/\\([^\w\s^$.*+?()[\]{}|\\/-])/g, '$1')
    .replace(/\[\]/g, '[\\]');
  let match: RegExpExecArray | null;
  try {
    match = new RegExp(translated, shell.shopt.has('nocasematch') ? 'i' : '').exec(text);
  } catch {
    throw new Abandon(2, false);
  }
  const variable = shell.variables.declare('BASH_REMATCH');
  variable.array = new Map((match ?? []).map((group, index) => [index, group ?? '']));
  variable.value = undefined;
  return match !== null;
}
