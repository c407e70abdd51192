import type { BinaryOperator } from './syntax.ts';
import { compare, equal, isArray, isObject, JqError, type JsonObject, kindOf, type Value } from './value.ts';
import { shown } from './write.ts';

/** Arithmetic and comparison, on all kinds of values that jq defines them for. */
export function operate(operator: BinaryOperator, left: Value, right: Value): Value {
  switch (operator) {
    case '+':
      return add(left, right);
    case '-':
      return subtract(left, right);
    case '*':
      return multiply(left, right);
    case '/':
      return divide(left, right);
    case '%':
      return remainder(left, right);
    case '==':
      return equal(left, right);
    case '!=':
      return !equal(left, right);
    case '<':
      return compare(left, right) < 0;
    case '<=':
      return compare(left, right) <= 0;
    case '>':
      return compare(left, right) > 0;
    case '>=':
      return compare(left, right) >= 0;
  }
}

const cannot = (left: Value, right: Value, what: string): JqError =>
  new JqError(`${kindOf(left)} (${shown(left)}) and ${kindOf(right)} (${shown(right)}) cannot be ${what}`);

export function add(left: Value, right: Value): Value {
  if (left === null) return right;
  if (right === null) return left;
  if (typeof left === 'number' && typeof right === 'number') return left + right;
  if (typeof left === 'string' && typeof right === 'string') return left + right;
  if (isArray(left) && isArray(right)) return [...left, ...right];
  if (isObject(left) && isObject(right)) return new Map([...left, ...right]);
  throw cannot(left, right, 'added');
}

function subtract(left: Value, right: Value): Value {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (isArray(left) && isArray(right))
    return left.filter((value) => !right.some((other) => equal(value, other)));
  throw cannot(left, right, 'subtracted');
}

function multiply(left: Value, right: Value): Value {
  if (typeof left === 'number' && typeof right === 'number') return left * right;
  if (typeof left === 'string' && typeof right === 'number') return repeat(left, right);
  if (typeof left === 'number' && typeof right === 'string') return repeat(right, left);
  if (isObject(left) && isObject(right)) return merge(left, right);
  throw cannot(left, right, 'multiplied');
}

/** A text so many times, at least once; null where that is not above nothing. */
function repeat(text: string, times: number): Value {
  return times > 0 ? text.repeat(Math.max(1, Math.trunc(times))) : null;
}

/** Objects within objects are merged too. */
function merge(left: JsonObject, right: JsonObject): JsonObject {
  const merged = new Map(left);
  for (const [key, value] of right) {
    const old = merged.get(key);
    merged.set(key, old !== undefined && isObject(old) && isObject(value) ? merge(old, value) : value);
  }
  return merged;
}

function divide(left: Value, right: Value): Value {
  if (typeof left === 'number' && typeof right === 'number') {
    if (right === 0) throw cannot(left, right, 'divided because the divisor is zero');
    return left / right;
  }
  if (typeof left === 'string' && typeof right === 'string') return splitText(left, right);
  throw cannot(left, right, 'divided');
}

/** A text at every occurrence of another; of nothing at every character. */
export function splitText(text: string, separator: string): string[] {
  if (text === '') return [];
  return separator === '' ? [...text] : text.split(separator);
}

/** Whole numbers only, with the sign of the dividend. */
function remainder(left: Value, right: Value): Value {
  if (typeof left !== 'number' || typeof right !== 'number') throw cannot(left, right, 'divided (remainder)');
  if (Number.isNaN(left)) return 0;
  if (Number.isNaN(right)) return Math.trunc(left);
  const divisor = Math.abs(Math.trunc(right));
  if (divisor === 0) throw cannot(left, right, 'divided (remainder) because the divisor is zero');
  const result = Math.abs(Math.trunc(left)) % divisor;
  return left < 0 && result !== 0 ? -result : result;
}
