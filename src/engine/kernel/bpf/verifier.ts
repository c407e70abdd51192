import { Errno } from '../../base/errno.ts';
import {
  BPF_ALU,
  BPF_ALU64,
  BPF_AND,
  BPF_ARSH,
  BPF_B,
  BPF_DIV,
  BPF_EXIT,
  BPF_H,
  BPF_JMP,
  BPF_JMP32,
  BPF_LDX,
  BPF_LSH,
  BPF_MEM,
  BPF_MOD,
  BPF_MOV,
  BPF_RSH,
  BPF_W,
  BPF_X,
  type Instruction,
} from './instruction.ts';
import { ARITHMETIC, JUMPS } from './interpreter.ts';

/** What a register may hold at a place of the program: nothing yet, the address of the context, or a number up to `most`. */
type Value = 'unset' | 'context' | { most: bigint };
type Registers = readonly Value[];

const ANY: Value = { most: 2n ** 64n - 1n };
const WIDTH: Readonly<Record<number, number>> = { [BPF_B]: 1, [BPF_H]: 2, [BPF_W]: 4 };

/** What a type of programs may do (the kernel's bpf_verifier_ops). */
export interface ProgramRules {
  /** Whether so many bytes may be read at a place of the context. */
  mayLoad(at: number, bytes: number): boolean;
  /** The most that it may give. */
  readonly most: bigint;
}

/**
 * Follows every path through a program before it may run (Documentation/bpf/verifier.rst): it ends, comes by each of its instructions, reads only
 * registers that it has set and what it may of its context, and gives no more than it may. EINVAL or EACCES, and ENOSYS for what is not modelled:
 * jumps back, memory beside the context, helpers and maps.
 */
export function verify(program: readonly Instruction[], rules: ProgramRules): void {
  const start = new Array<Value>(11).fill('unset');
  start[1] = 'context';
  const states: (Registers | undefined)[] = [start];
  const go = (to: number, registers: Registers) => {
    if (to >= program.length) throw new Errno('EINVAL');
    const before = states[to];
    states[to] = before ? before.map((value, i) => either(value, registers[i]!)) : registers;
  };
  program.forEach((instruction, at) => {
    const registers = states[at];
    // Unreachable.
    if (!registers) throw new Errno('EINVAL');
    const { code, src, dst, off } = instruction;
    if (src > 9 || dst > 9) throw new Errno(Math.max(src, dst) > 10 ? 'EINVAL' : 'ENOSYS');
    const kind = code & 7;
    if (kind === BPF_LDX) go(at + 1, loaded(instruction, registers, rules));
    else if (kind === BPF_ALU || kind === BPF_ALU64) go(at + 1, calculated(instruction, registers));
    else if (kind !== BPF_JMP && kind !== BPF_JMP32) throw new Errno('ENOSYS');
    else if (kind === BPF_JMP && (code & 0xf0) === BPF_EXIT) {
      if (numberIn(registers[0]!).most > rules.most) throw new Errno('EINVAL');
    } else {
      const jump = code & 0xf0;
      if (!JUMPS[jump]) throw new Errno('ENOSYS');
      if (jump !== 0) for (const register of operands(instruction)) numberIn(registers[register]!);
      if (off < 0) throw new Errno('ENOSYS');
      if (jump !== 0) go(at + 1, registers);
      go(at + 1 + off, registers);
    }
  });
}

const operands = ({ code, dst, src }: Instruction) => (code & BPF_X ? [dst, src] : [dst]);

/** Nobody compares addresses or calculates with them here. */
function numberIn(value: Value): { most: bigint } {
  if (value === 'unset' || value === 'context') throw new Errno('EACCES');
  return value;
}

function loaded({ code, dst, src, off }: Instruction, registers: Registers, rules: ProgramRules): Registers {
  const width = WIDTH[code & 0x18];
  if ((code & 0xe0) !== BPF_MEM || width === undefined) throw new Errno('ENOSYS');
  if (registers[src] !== 'context' || !rules.mayLoad(off, width)) throw new Errno('EACCES');
  return registers.with(dst, { most: 2n ** BigInt(8 * width) - 1n });
}

function calculated(instruction: Instruction, registers: Registers): Registers {
  const { code, dst, src, imm } = instruction;
  const operation = code & 0xf0;
  if (!ARITHMETIC[operation] || (!(code & BPF_X) && !takes(operation, imm, (code & 7) === BPF_ALU64)))
    throw new Errno('EINVAL');
  const moves = operation === BPF_MOV;
  if (moves && code & BPF_X) {
    const value = registers[src]!;
    if (value === 'unset') throw new Errno('EACCES');
    const whole = (code & 7) === BPF_ALU64;
    return registers.with(dst, whole ? value : numberIn(value));
  }
  if (!moves) for (const register of operands(instruction)) numberIn(registers[register]!);
  const bounded = (moves || operation === BPF_AND) && !(code & BPF_X) && imm >= 0;
  return registers.with(dst, bounded ? { most: BigInt(imm) } : ANY);
}

/** Nobody divides by a 0 that is written there, or shifts further than there are bits. */
function takes(operation: number, imm: number, whole: boolean): boolean {
  if (operation === BPF_DIV || operation === BPF_MOD) return imm !== 0;
  const shifts = operation === BPF_LSH || operation === BPF_RSH || operation === BPF_ARSH;
  return !shifts || (imm >= 0 && imm < (whole ? 64 : 32));
}

function either(one: Value, other: Value): Value {
  if (one === 'context' && other === 'context') return one;
  if (typeof one === 'string' || typeof other === 'string') return 'unset';
  return one.most > other.most ? one : other;
}
