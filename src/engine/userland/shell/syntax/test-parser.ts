import type { Parse } from './cursor.ts';
import { SyntaxFault } from './fault.ts';
import type { Lexer, Token } from './lexer.ts';
import type { TestExpression, Word } from './tree.ts';

/** The expression within `[[ ]]` (bash, Conditional Constructs); the opening word has been read. */

const UNARY = /^-[abcdefghknoprstuvwxzGLNORS]$/;
const BINARY = /^(=|==|!=|=~|-eq|-ne|-lt|-le|-gt|-ge|-nt|-ot|-ef)$/;

export function* testExpression(lexer: Lexer): Parse<TestExpression> {
  const expression = yield* either(lexer);
  const token = yield* lexer.next({ newlines: true });
  if (token.text === ']]') return expression;
  if (token.kind === 'end') throw fault(token, "unexpected EOF while looking for `]]'");
  throw fault(token, `syntax error in conditional expression: unexpected token \`${token.text}'`);
}

function* either(lexer: Lexer): Parse<TestExpression> {
  const left = yield* both(lexer);
  if (!(yield* takes(lexer, '||'))) return left;
  return { type: 'or', left, right: yield* either(lexer) };
}

function* both(lexer: Lexer): Parse<TestExpression> {
  const left = yield* term(lexer);
  if (!(yield* takes(lexer, '&&'))) return left;
  return { type: 'and', left, right: yield* both(lexer) };
}

function* takes(lexer: Lexer, operator: string): Parse<boolean> {
  const token = yield* lexer.next({ newlines: true });
  if (token.kind === 'operator' && token.text === operator) return true;
  lexer.push(token);
  return false;
}

function* term(lexer: Lexer): Parse<TestExpression> {
  const token = yield* lexer.next({ newlines: true });
  if (token.kind === 'operator' && token.text === '(') {
    const operand = yield* either(lexer);
    const close = yield* lexer.next({ newlines: true });
    if (close.text !== ')') {
      const named = close.kind === 'end' ? 'expected `)' : `unexpected token \`${close.text}', expected \`)`;
      throw fault(close, `${named}'`);
    }
    return { type: 'parentheses', operand };
  }
  if (token.kind !== 'word' && token.kind !== 'reserved')
    throw fault(token, `unexpected token \`${token.text}' in conditional command`);
  if (token.text === ']]') throw fault(token, "unexpected argument `]]' to conditional command");
  if (token.text === '!') return { type: 'not', operand: yield* term(lexer) };
  if (UNARY.test(token.text)) {
    const operand = yield* lexer.next();
    if (isWord(operand) && operand.text !== ']]')
      return { type: 'unary', operator: token.text, operand: operand.word };
    throw fault(operand, `unexpected argument \`${operand.text}' to conditional unary operator`);
  }
  return yield* comparison(lexer, token.word);
}

function* comparison(lexer: Lexer, left: Word): Parse<TestExpression> {
  const token = yield* lexer.next();
  const operator = token.text;
  if ((token.kind === 'redirection' && /^[<>]$/.test(operator)) || (isWord(token) && BINARY.test(operator))) {
    const right = yield* lexer.operand(operator === '=~' ? 'regex' : 'pattern');
    if (isWord(right) && right.text !== ']]' && right.text !== '')
      return { type: 'binary', operator, left, right: right.word };
    throw fault(right, `unexpected argument \`${right.text}' to conditional binary operator`);
  }
  if (operator === ']]' || operator === ')' || operator === '&&' || operator === '||') {
    lexer.push(token);
    return { type: 'unary', operator: '-n', operand: left };
  }
  if (isWord(token)) throw fault(token, 'conditional binary operator expected');
  const shown = token.kind === 'end' ? 'newline' : operator;
  throw fault(token, `unexpected token \`${shown}', conditional binary operator expected`);
}

const isWord = (token: Token): token is Token & { kind: 'word' | 'reserved' } =>
  token.kind === 'word' || token.kind === 'reserved';

const fault = (token: Token, message: string): SyntaxFault =>
  new SyntaxFault(
    { kind: 'message', message, ended: token.kind === 'end' || token.kind === 'newline' },
    token.line,
    token.kind === 'end',
  );
