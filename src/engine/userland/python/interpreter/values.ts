import { encode } from '../../../base/bytes.ts';
import type { Memory } from './memory.ts';

/** What passes between Python and the functions given to it. */
export type Value = undefined | null | number | string;

/** How many bytes one value takes: its kind and two words. */
export const VALUE = 12;

/** Kinds of values that come from Python and go to it, as MicroPython's port numbers them. */
const FROM = { EXCEPTION: -1, NONE: 1, BOOLEAN: 2, INTEGER: 3, FLOAT: 4, TEXT: 5 } as const;
const TO = { UNDEFINED: 0, NULL: 1, BOOLEAN: 2, INTEGER: 3, DOUBLE: 4, TEXT: 5, OBJECT: 7 } as const;

/** What a call failed with: the wrapper in Python asks for its number. */
export const FAILED = Symbol('failed');

export function readValue(memory: Memory, at: number): Value {
  switch (memory.i32(at)) {
    case FROM.NONE:
      return null;
    case FROM.BOOLEAN:
    case FROM.INTEGER:
      return memory.i32(at + 4);
    case FROM.FLOAT:
      return memory.view.getFloat64(at + 4, true);
    case FROM.TEXT:
      return memory.text(memory.u32(at + 8), memory.u32(at + 4));
    default:
      return undefined;
  }
}

/** The text of an uncaught exception, where the result of a call is one. */
export function readException(memory: Memory, at: number): string | undefined {
  if (memory.i32(at) !== FROM.EXCEPTION) return undefined;
  return memory.text(memory.u32(at + 8), memory.u32(at + 4)).replace(/^[^\x04]*\x04/, '');
}

export function writeValue(
  memory: Memory,
  at: number,
  value: Value | typeof FAILED,
  malloc: (size: number) => number,
): void {
  if (value === FAILED) {
    memory.setI32(at, TO.BOOLEAN);
    memory.setI32(at + 4, 1);
  } else if (value === undefined || value === null) memory.setI32(at, TO.NULL);
  else if (typeof value === 'string') {
    const bytes = encode(value);
    const text = malloc(bytes.length + 1);
    memory.bytes.set(bytes, text);
    memory.bytes[text + bytes.length] = 0;
    memory.setI32(at, TO.TEXT);
    memory.setI32(at + 4, bytes.length);
    memory.setU32(at + 8, text);
  } else if (Number.isInteger(value) && Math.abs(value) < 2 ** 31) {
    memory.setI32(at, TO.INTEGER);
    memory.setI32(at + 4, value);
  } else {
    memory.setI32(at, TO.DOUBLE);
    memory.view.setFloat64(at + 4, value, true);
  }
}

/** The one object that Python is given: the door to the functions. */
export function writeDoor(memory: Memory, at: number, reference: number): void {
  memory.setI32(at, TO.OBJECT);
  memory.setI32(at + 4, reference);
}
