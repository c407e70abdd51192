import {
  BPF_ALU,
  BPF_AND,
  BPF_EXIT,
  BPF_JMP,
  BPF_JNE,
  BPF_K,
  BPF_LDX,
  BPF_MEM,
  BPF_MOV,
  BPF_RSH,
  BPF_W,
  BPF_X,
  encodeInstructions,
  type Instruction,
} from '../../kernel/bpf/instruction.ts';
import { type DeviceRule, DeviceRules } from './device-rules.ts';

// Registers, as runc uses them.
const [RESULT, CONTEXT, TYPE, ACCESS, MAJOR, MINOR] = [0, 1, 2, 3, 4, 5];
/** BPF_DEVCG_DEV_BLOCK, BPF_DEVCG_DEV_CHAR; BPF_DEVCG_ACC_* */
const TYPES = { b: 1, c: 2 } as const;
const ACCESSES: Readonly<Record<string, number>> = { m: 1, r: 2, w: 4 };
const ANYTHING = 7;

const instruction = (code: number, fields: Partial<Instruction>): Instruction => ({
  code,
  dst: 0,
  src: 0,
  off: 0,
  imm: 0,
  ...fields,
});

const load = (dst: number, off: number) => instruction(BPF_LDX | BPF_MEM | BPF_W, { dst, src: CONTEXT, off });
const calculate = (operation: number, dst: number, imm: number) =>
  instruction(BPF_ALU | operation | BPF_K, { dst, imm });
/** Where a register is not what a rule asks for; where that leads is not known yet. */
const unless = (dst: number, imm: number) => instruction(BPF_JMP | BPF_JNE | BPF_K, { dst, imm });
const answer = (allow: boolean) => [
  calculate(BPF_MOV, RESULT, Number(allow)),
  instruction(BPF_JMP | BPF_EXIT, {}),
];

/**
 * The eBPF program that decides as a devices cgroup of version 1 with these rules would: it takes the access that is asked for apart and compares
 * it with one exception after the other. Models runc libcontainer/cgroups/ebpf/devicefilter.
 */
export function deviceFilter(rules: readonly DeviceRule[]): Uint8Array {
  const target = new DeviceRules(rules);
  const exceptions = new DeviceRules().transition(target).filter(({ type }) => type !== 'a');
  return encodeInstructions([
    load(TYPE, 0),
    calculate(BPF_AND, TYPE, 0xffff),
    load(ACCESS, 0),
    calculate(BPF_RSH, ACCESS, 16),
    load(MAJOR, 4),
    load(MINOR, 8),
    ...exceptions.flatMap(block),
    ...answer(target.allowsAll),
  ]);
}

/** Answers if the exception fits, else goes on behind itself. */
function block({ type, major, minor, access, allow }: DeviceRule): Instruction[] {
  const bits = [...access].reduce((sum, letter) => sum | ACCESSES[letter]!, 0);
  const code = [
    unless(TYPE, TYPES[type as 'b' | 'c']),
    ...(bits === ANYTHING
      ? []
      : [
          // Register 1 is free by now.
          instruction(BPF_ALU | BPF_MOV | BPF_X, { dst: CONTEXT, src: ACCESS }),
          calculate(BPF_AND, CONTEXT, bits),
          instruction(BPF_JMP | BPF_JNE | BPF_X, { dst: CONTEXT, src: ACCESS }),
        ]),
    ...(major < 0 ? [] : [unless(MAJOR, major)]),
    ...(minor < 0 ? [] : [unless(MINOR, minor)]),
    ...answer(allow),
  ];
  const jumps = (one: Instruction) => (one.code & 0xf7) === (BPF_JMP | BPF_JNE);
  return code.map((one, i) => (jumps(one) ? { ...one, off: code.length - 1 - i } : one));
}
