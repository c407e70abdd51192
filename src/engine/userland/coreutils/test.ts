import { evaluateTest, TestError } from '../lib/test-expression.ts';
import { quote, type Utility } from '../utility.ts';

/** test(1) and `[`: a condition's truth is the exit status. */
function condition(name: 'test' | '['): Utility {
  return {
    name,
    usage: name === '[' ? 'EXPRESSION ]' : 'EXPRESSION',
    summary: 'Exit with the status determined by EXPRESSION.',
    async run(io, { operands }, flavour) {
      const args = [...operands];
      const gnu = flavour === 'gnu';
      const q = (text: string) => quote(io, text);
      if (name === '[' && args.pop() !== ']') return io.fail(gnu ? `missing ${q(']')}` : 'missing ]', 2);
      try {
        return (await evaluateTest({ sys: io.sys }, args)) ? 0 : 1;
      } catch (error) {
        if (!(error instanceof TestError)) throw error;
        const { fault } = error;
        const text = 'text' in fault ? fault.text : '';
        const messages: Record<typeof fault.kind, [string, string]> = {
          integer: [`invalid integer ${q(text)}`, `${text}: bad number`],
          unary: [`${q(text)}: unary operator expected`, `${text}: unknown operand`],
          binary: [`${q(text)}: binary operator expected`, `${text}: unknown operand`],
          argument: [`missing argument after ${q(text)}`, 'argument expected'],
          closing: [`${q(')')} expected`, 'closing paren expected'],
          extra: [`extra argument ${q(text)}`, `${text}: unknown operand`],
        };
        return io.fail(messages[fault.kind][gnu ? 0 : 1], 2);
      }
    },
  };
}

export const test: Utility = condition('test');
export const bracket: Utility = condition('[');
/** BusyBox installs its `test` under this name too. */
export const doubleBracket: Utility = {
  ...bracket,
  name: '[[',
  run(io, parsed, flavour, build) {
    const operands = [...parsed.operands];
    if (operands.at(-1) === ']]') operands[operands.length - 1] = ']';
    else operands.length = 0;
    return bracket.run(io, { ...parsed, operands }, flavour, build);
  },
};
