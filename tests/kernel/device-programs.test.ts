import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isErrno } from '../../src/engine/base/errno.ts';
import {
  BPF_ALU,
  BPF_ALU64,
  BPF_AND,
  BPF_EXIT,
  BPF_JMP,
  BPF_JMP32,
  BPF_K,
  BPF_LDX,
  BPF_MEM,
  BPF_MOV,
  BPF_RSH,
  BPF_X,
  encodeInstructions,
  type Instruction,
} from '../../src/engine/kernel/bpf/instruction.ts';
import { BpfProgram } from '../../src/engine/kernel/bpf/program.ts';
import { DEVICE_MAKE, DEVICE_READ, DEVICE_WRITE } from '../../src/engine/kernel/cgroup/devices.ts';
import { deviceFilter } from '../../src/engine/runtime/cgroup/device-filter.ts';
import {
  type DeviceRule,
  DeviceRules,
  deviceRules,
  ruleText,
} from '../../src/engine/runtime/cgroup/device-rules.ts';

type Access = [type: 'c' | 'b', major: number, minor: number, letters: 'r' | 'w' | 'rw' | 'm'];
type Answer = string | boolean[];

interface Job {
  code: Uint8Array;
  accesses: Access[];
}

const BITS: Readonly<Record<string, number>> = { r: DEVICE_READ, w: DEVICE_WRITE, m: DEVICE_MAKE };
const ACCESSES: Access[] = (
  [
    ['c', 1, 3],
    ['c', 1, 5],
    ['c', 1, 7],
    ['c', 1, 9],
    ['c', 5, 0],
    ['c', 10, 200],
    ['b', 7, 0],
    ['b', 7, 1],
  ] as const
).flatMap((device) => (['r', 'w', 'rw', 'm'] as const).map((letters): Access => [...device, letters]));

function simulated({ code, accesses }: Job): Answer {
  try {
    const program = new BpfProgram(1, code, () => {});
    return accesses.map(([type, major, minor, letters]) =>
      program.permits({
        type,
        major,
        minor,
        access: [...letters].reduce((sum, letter) => sum | BITS[letter]!, 0),
      }),
    );
  } catch (error) {
    if (isErrno(error)) return error.code;
    throw error;
  }
}

function linux(jobs: readonly Job[]): Answer[] {
  const driver = fileURLToPath(new URL('bpf/linux-bpf.py', import.meta.url));
  const input = JSON.stringify(jobs.map((job) => ({ ...job, code: Buffer.from(job.code).toString('hex') })));
  const { status, stdout, stderr } = spawnSync('python3', ['-B', driver], { input, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

/** Why the kernel here cannot be asked; undefined if it can. */
function missing(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'needs Linux and root';
  try {
    const [answer] = linux([{ code: deviceFilter([]), accesses: [['c', 1, 3, 'r']] }]);
    return Array.isArray(answer) ? undefined : `bpf(2): ${answer}`;
  } catch (error) {
    return String(error).trim().split('\n').at(-1);
  }
}

const op = (code: number, fields: Partial<Instruction> = {}): Instruction => ({
  code,
  dst: 0,
  src: 0,
  off: 0,
  imm: 0,
  ...fields,
});
const XOR = 0xa0;
const exit = op(BPF_JMP | BPF_EXIT);
const set = (dst: number, imm: number) => op(BPF_ALU64 | BPF_MOV | BPF_K, { dst, imm });
const load = (dst: number, off: number, size = 0) => op(BPF_LDX | BPF_MEM | size, { dst, src: 1, off });

const rule: fc.Arbitrary<DeviceRule> = fc.record({
  allow: fc.boolean(),
  type: fc.constantFrom('a', 'b', 'c', 'c', 'c'),
  major: fc.constantFrom(-1, 1, 5, 7, 10),
  minor: fc.constantFrom(-1, 0, 1, 3, 5, 9, 200),
  access: fc.constantFrom('r', 'w', 'm', 'rw', 'rwm', 'wm'),
});

/** Rules that runc takes: not those that would make holes. */
const rules = fc.array(rule, { maxLength: 8 }).filter((list) => {
  try {
    return new DeviceRules(list) !== undefined;
  } catch {
    return false;
  }
});

/** Calculates with what it is asked, and answers whether the number of bits in all that is odd. */
const calculation: fc.Arbitrary<Instruction[]> = fc
  .array(
    fc.record({
      operation: fc.constantFrom(
        0x00,
        0x10,
        0x20,
        0x30,
        0x40,
        0x50,
        0x60,
        0x70,
        0x80,
        0x90,
        0xa0,
        0xb0,
        0xc0,
      ),
      jump: fc.constantFrom(0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70, 0xa0, 0xb0, 0xc0, 0xd0),
      kind: fc.constantFrom(BPF_ALU, BPF_ALU64, BPF_JMP, BPF_JMP32),
      register: fc.boolean(),
      dst: fc.integer({ min: 2, max: 5 }),
      src: fc.integer({ min: 2, max: 5 }),
      imm: fc.oneof(fc.integer({ min: 1, max: 31 }), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
    }),
    { maxLength: 24 },
  )
  .map((steps) => {
    const body = steps.flatMap(({ operation, jump, kind, register, dst, src, imm }) => {
      const operand = register ? { dst, src } : { dst, imm };
      const from = register ? BPF_X : BPF_K;
      if (kind === BPF_JMP || kind === BPF_JMP32)
        return [op(kind | jump | from, { ...operand, off: 1 }), set(dst, imm)];
      if (operation === 0x80) return [op(kind | operation, { dst })];
      const shifts = [0x60, 0x70, 0xc0].includes(operation);
      return [op(kind | operation | from, shifts && !register ? { dst, imm: imm & 31 } : operand)];
    });
    return [
      load(2, 0),
      load(3, 4),
      load(4, 8),
      load(5, 2, 0x08),
      ...body,
      op(BPF_ALU64 | BPF_MOV | BPF_X, { dst: 0, src: 2 }),
      ...[3, 4, 5].map((src) => op(BPF_ALU64 | XOR | BPF_X, { dst: 0, src })),
      ...[32, 16, 8, 4, 2, 1].flatMap((imm) => [
        op(BPF_ALU64 | BPF_MOV | BPF_X, { dst: 6, src: 0 }),
        op(BPF_ALU64 | BPF_RSH | BPF_K, { dst: 6, imm }),
        op(BPF_ALU64 | XOR | BPF_X, { dst: 0, src: 6 }),
      ]),
      op(BPF_ALU64 | BPF_AND | BPF_K, { dst: 0, imm: 1 }),
      exit,
    ];
  });

/** What the verifier thinks of each. */
const JUDGED: readonly (readonly [string, readonly Instruction[]])[] = [
  ['nothing', []],
  ['allows', [set(0, 1), exit]],
  ['gives 2', [set(0, 2), exit]],
  ['gives nothing', [exit]],
  ['does not end', [set(0, 1)]],
  ['jumps out', [set(0, 1), op(BPF_JMP | 0x10, { dst: 0, off: 4 }), exit]],
  ['never gets somewhere', [set(0, 1), op(BPF_JMP, { off: 1 }), set(0, 0), exit]],
  ['reads a register that is not set', [op(BPF_ALU64 | BPF_MOV | BPF_X, { dst: 0, src: 3 }), exit]],
  ['sets a register on one path only', [load(2, 4), op(BPF_JMP | 0x10, { dst: 2, off: 1 }), set(0, 1), exit]],
  ['gives what it was asked', [load(0, 0), exit]],
  ['gives a bit of that', [load(0, 0), op(BPF_ALU | BPF_AND | BPF_K, { dst: 0, imm: 1 }), exit]],
  ['reads behind its context', [load(2, 12), set(0, 1), exit]],
  ['reads before it', [load(2, -4), set(0, 1), exit]],
  ['reads askew', [load(2, 2), set(0, 1), exit]],
  ['reads half of the type', [load(2, 2, 0x08), set(0, 1), exit]],
  ['reads half of a number', [load(2, 4, 0x08), set(0, 1), exit]],
  ['divides by 0', [set(0, 1), op(BPF_ALU64 | 0x30 | BPF_K, { dst: 0, imm: 0 }), exit]],
  ['shifts too far', [set(0, 1), op(BPF_ALU | 0x60 | BPF_K, { dst: 0, imm: 32 }), exit]],
  ['an unknown operation', [set(0, 1), op(BPF_ALU64 | 0xe0), exit]],
];

describe('programs about devices', () => {
  test('decide as a devices cgroup with the same rules would', () => {
    fc.assert(
      fc.property(rules, (list) => {
        // The fewest rules lead to the same as all of them.
        const cleaned = new DeviceRules().transition(new DeviceRules(list));
        expect(simulated({ code: deviceFilter(cleaned), accesses: ACCESSES })).toEqual(
          simulated({ code: deviceFilter(list), accesses: ACCESSES }),
        );
      }),
    );
  });

  test('let a container do no more than it needs', () => {
    const code = deviceFilter(deviceRules([{ allow: false }]));
    const answers = simulated({ code, accesses: ACCESSES }) as boolean[];
    const refused = ACCESSES.filter((_, i) => !answers[i]).map((access) => access.join(' '));
    expect(refused).toEqual(['b 7 0 r', 'b 7 0 w', 'b 7 0 rw', 'b 7 1 r', 'b 7 1 w', 'b 7 1 rw']);
  });

  test('make no holes in what is allowed', () => {
    const list: DeviceRule[] = [
      { allow: true, type: 'c', major: -1, minor: -1, access: 'm' },
      { allow: false, type: 'c', major: 10, minor: 229, access: 'rwm' },
    ];
    expect(() => new DeviceRules(list)).toThrow(
      "unable to remove 'allow' exception: requested rule [{99 10 229} rwm] not supported by devices cgroupv1 " +
        '(cannot punch hole in existing wildcard rule [{99 -1 -1} m])',
    );
    expect(ruleText(list[0]!)).toBe('c *:* m');
  });
});

const why = missing();

describe.skipIf(why !== undefined)(
  `the same programs in Linux${why === undefined ? '' : ` (${why})`}`,
  () => {
    test('are refused alike', () => {
      const jobs = JUDGED.map(([, program]) => ({ code: encodeInstructions(program), accesses: ACCESSES }));
      const named = (answers: Answer[]) =>
        JUDGED.map(([name], i) => `${name}: ${Array.isArray(answers[i]) ? 'loaded' : answers[i]}`);
      expect(named(jobs.map(simulated))).toEqual(named(linux(jobs)));
    });

    test('calculate alike', () => {
      const jobs = fc
        .sample(calculation, { numRuns: 300, seed: 7 })
        .map((program) => ({ code: encodeInstructions(program), accesses: ACCESSES }));
      expect(jobs.map(simulated)).toEqual(linux(jobs));
    });

    test('made of rules decide alike', () => {
      const jobs = fc
        .sample(rules, { numRuns: 100, seed: 3 })
        .map((list) => ({ code: deviceFilter(list), accesses: ACCESSES }));
      expect(jobs.map(simulated)).toEqual(linux(jobs));
    });
  },
);
