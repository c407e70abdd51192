import { compilePattern } from '../lib/glob.ts';
import { compileRegex, RegexError } from '../lib/regex.ts';
import { compareIntegers, TestError, testBinary, testUnary } from '../lib/test-expression.ts';
import { evaluateFor } from './arithmetic-command.ts';
import { testContext } from './builtins/test.ts';
import { expandToPattern, expandToRegex, expandToText } from './expand.ts';
import type { Shell } from './shell.ts';
import type { CompoundCommand, TestExpression } from './syntax/tree.ts';
import { runDebugTrap } from './traps.ts';
import { traceQuote, traceText } from './xtrace.ts';

/** An arithmetic operand was no expression; the message has been printed. */
class BadOperand extends Error {}

/** `[[ … ]]`: no splitting; the right side of `==` is a pattern, of `=~` a regular expression, of `-eq` arithmetic. */
export async function testCommand(shell: Shell, node: CompoundCommand & { type: 'test' }): Promise<number> {
  shell.line = node.line;
  await runDebugTrap(shell, node);
  try {
    return (await evaluate(shell, node.expression, false)) ? 0 : 1;
  } catch (error) {
    if (error instanceof RegexError) return 2;
    if (error instanceof BadOperand) return 1;
    if (!(error instanceof TestError)) throw error;
    await shell.warn('conditional expression could not be evaluated', '[[');
    return 2;
  }
}

async function evaluate(shell: Shell, node: TestExpression, negated: boolean): Promise<boolean> {
  switch (node.type) {
    case 'parentheses':
      return evaluate(shell, node.operand, negated);
    case 'not':
      return !(await evaluate(shell, node.operand, !negated));
    case 'and':
    case 'or': {
      const left = await evaluate(shell, node.left, false);
      if (left === (node.type === 'or')) return left;
      return evaluate(shell, node.right, false);
    }
    case 'unary': {
      const operand = await expandToText(shell, node.operand);
      await trace(shell, `${negated ? '! ' : ''}${node.operator} ${traceQuote(shell, operand)}`);
      return testUnary(testContext(shell), node.operator, operand);
    }
    case 'binary':
      return binary(shell, node, negated);
  }
}

async function trace(shell: Shell, text: string): Promise<void> {
  if (shell.option('xtrace')) await traceText(shell, `[[ ${text} ]]`);
}

async function binary(
  shell: Shell,
  { operator, ...node }: TestExpression & { type: 'binary' },
  negated: boolean,
): Promise<boolean> {
  const left = await expandToText(shell, node.left);
  const matching = operator === '=' || operator === '==' || operator === '!=' || operator === '=~';
  const expand = operator === '=~' ? expandToRegex : matching ? expandToPattern : expandToText;
  const right = await expand(shell, node.right);
  const shown = matching ? right : traceQuote(shell, right);
  await trace(shell, `${negated ? '! ' : ''}${traceQuote(shell, left)} ${operator} ${shown}`);
  const ignoreCase = shell.shopt.has('nocasematch');
  if (operator === '=~') return matchRegex(shell, left, right, ignoreCase);
  if (matching)
    return compilePattern(right, { extended: true, ignoreCase }).matches(left) === (operator !== '!=');
  if (!/^-(eq|ne|lt|le|gt|ge)$/.test(operator)) return testBinary(testContext(shell), left, operator, right);
  const a = await evaluateFor(shell, left, '[[');
  const b = a === undefined ? undefined : await evaluateFor(shell, right, '[[');
  if (a === undefined || b === undefined) throw new BadOperand();
  return compareIntegers(a, operator, b);
}

/** An extended regular expression (regex(7)); the groups go to BASH_REMATCH. Quoted parts arrive escaped. */
function matchRegex(shell: Shell, text: string, source: string, ignoreCase: boolean): boolean {
  const match = compileRegex(source, { extended: true, ignoreCase }).exec(text);
  const variable = shell.variables.declare('BASH_REMATCH');
  variable.array = new Map((match ?? []).map((group, index) => [index, group ?? '']));
  variable.value = undefined;
  return match !== null;
}
