import { JqError, kindOf, type Value } from '../value.ts';
import { shown } from '../write.ts';

/** The functions of C's mathematics library, of the input or of arguments (math.h(0P)). */
type Real = (...numbers: number[]) => number;

const OF_INPUT: Readonly<Record<string, Real>> = {
  floor: Math.floor,
  ceil: Math.ceil,
  round: (x) => Math.sign(x!) * Math.round(Math.abs(x!)),
  rint: (x) => toEven(x!),
  nearbyint: (x) => toEven(x!),
  trunc: Math.trunc,
  fabs: Math.abs,
  sqrt: Math.sqrt,
  cbrt: Math.cbrt,
  exp: Math.exp,
  exp2: (x) => 2 ** x!,
  exp10: (x) => 10 ** x!,
  pow10: (x) => 10 ** x!,
  expm1: Math.expm1,
  log: Math.log,
  log2: Math.log2,
  log10: Math.log10,
  log1p: Math.log1p,
  logb: (x) => exponent(x!),
  significand: (x) => (Number.isFinite(x!) && x !== 0 ? x! / 2 ** exponent(x!) : x!),
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
};

const OF_ARGUMENTS: Readonly<Record<string, Real>> = {
  pow: (x, y) => x! ** y!,
  atan2: (y, x) => Math.atan2(y!, x!),
  fmod: (x, y) => x! % y!,
  fmin: (x, y) => Math.min(x!, y!),
  fmax: (x, y) => Math.max(x!, y!),
  fdim: (x, y) => Math.max(0, x! - y!),
  hypot: (x, y) => Math.hypot(x!, y!),
  copysign: (x, y) => (Object.is(Math.sign(y!), -0) || y! < 0 ? -Math.abs(x!) : Math.abs(x!)),
  ldexp: (x, n) => x! * 2 ** n!,
  scalb: (x, n) => x! * 2 ** n!,
  scalbln: (x, n) => x! * 2 ** n!,
  drem: (x, y) => x! - y! * toEven(x! / y!),
  remainder: (x, y) => x! - y! * toEven(x! / y!),
};

/** Rounds halves to even. */
function toEven(x: number): number {
  const rounded = Math.round(x);
  return Math.abs(x % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

function exponent(x: number): number {
  if (x === 0) return Number.NEGATIVE_INFINITY;
  if (!Number.isFinite(x)) return Math.abs(x);
  let power = Math.floor(Math.log2(Math.abs(x)));
  // The logarithm may have been rounded up.
  while (2 ** power > Math.abs(x)) power--;
  return power;
}

function numberOf(value: Value): number {
  if (typeof value === 'number') return value;
  throw new JqError(`${kindOf(value)} (${shown(value)}) number required`);
}

const inputs = Object.entries(OF_INPUT).map(([name, real]) => [
  name,
  (value: Value) => real(numberOf(value)),
]);
const pairs = Object.entries(OF_ARGUMENTS).map(([name, real]) => [
  name,
  (_value: Value, a: Value, b: Value) => real(numberOf(a), numberOf(b)),
]);

export const mathFunctions: Record<string, (value: Value, ...args: Value[]) => Value> = {
  ...Object.fromEntries([...inputs, ...pairs]),
  fma: (_value: Value, a: Value, b: Value, c: Value) => numberOf(a) * numberOf(b) + numberOf(c),
  frexp(value: Value) {
    const x = numberOf(value);
    if (x === 0 || !Number.isFinite(x)) return [x, 0];
    const power = exponent(x) + 1;
    return [x / 2 ** power, power];
  },
  modf(value: Value) {
    const x = numberOf(value);
    return [Number.isFinite(x) ? x - Math.trunc(x) : 0, Math.trunc(x)];
  },
};
