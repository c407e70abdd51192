import {
  BPF_ALU,
  BPF_ALU64,
  BPF_B,
  BPF_EXIT,
  BPF_H,
  BPF_JMP,
  BPF_LDX,
  BPF_X,
  type Instruction,
} from './instruction.ts';

/**
 * Runs a program that the verifier has let pass, on the context that register 1 points to, and gives what it leaves in register 0
 * (kernel/bpf/core.c, ___bpf_prog_run()).
 */
export function interpret(program: readonly Instruction[], context: DataView): bigint {
  const registers = new Array<bigint>(11).fill(0n);
  for (let at = 0; ; at++) {
    const { code, dst, src, off, imm } = program[at]!;
    const kind = code & 7;
    const operation = code & 0xf0;
    if (kind === BPF_LDX) {
      registers[dst] = load(context, code & 0x18, off);
      continue;
    }
    if (kind === BPF_JMP && operation === BPF_EXIT) return registers[0]!;
    const bits = kind === BPF_ALU64 || kind === BPF_JMP ? 64 : 32;
    const one = BigInt.asUintN(bits, registers[dst]!);
    const other = BigInt.asUintN(bits, code & BPF_X ? registers[src]! : BigInt(imm));
    if (kind === BPF_ALU || kind === BPF_ALU64)
      registers[dst] = BigInt.asUintN(bits, ARITHMETIC[operation]!(one, other, bits));
    else if (JUMPS[operation]!(one, other, bits)) at += off;
  }
}

function load(context: DataView, size: number, at: number): bigint {
  if (size === BPF_B) return BigInt(context.getUint8(at));
  return BigInt(size === BPF_H ? context.getUint16(at, true) : context.getUint32(at, true));
}

type Operation<Result> = (one: bigint, other: bigint, bits: number) => Result;

const signed = (value: bigint, bits: number) => BigInt.asIntN(bits, value);
/** Shifts go by the lowest bits of their operand. */
const distance = (by: bigint, bits: number) => by & BigInt(bits - 1);

/** BPF_ADD, … by the upper four bits. Dividing by 0 gives 0, and leaves the rest as it is. */
export const ARITHMETIC: Readonly<Record<number, Operation<bigint>>> = {
  0: (one, other) => one + other,
  16: (one, other) => one - other,
  32: (one, other) => one * other,
  48: (one, other) => (other === 0n ? 0n : one / other),
  64: (one, other) => one | other,
  80: (one, other) => one & other,
  96: (one, other, bits) => one << distance(other, bits),
  112: (one, other, bits) => one >> distance(other, bits),
  128: (one) => -one,
  144: (one, other) => (other === 0n ? one : one % other),
  160: (one, other) => one ^ other,
  176: (_one, other) => other,
  192: (one, other, bits) => signed(one, bits) >> distance(other, bits),
};

/** BPF_JA, BPF_JEQ, … */
export const JUMPS: Readonly<Record<number, Operation<boolean>>> = {
  0: () => true,
  16: (one, other) => one === other,
  32: (one, other) => one > other,
  48: (one, other) => one >= other,
  64: (one, other) => (one & other) !== 0n,
  80: (one, other) => one !== other,
  96: (one, other, bits) => signed(one, bits) > signed(other, bits),
  112: (one, other, bits) => signed(one, bits) >= signed(other, bits),
  160: (one, other) => one < other,
  176: (one, other) => one <= other,
  192: (one, other, bits) => signed(one, bits) < signed(other, bits),
  208: (one, other, bits) => signed(one, bits) <= signed(other, bits),
};
