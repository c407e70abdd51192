import { Errno } from '../../base/errno.ts';
import type { DeviceProgram, DeviceRule } from '../cgroup/devices.ts';
import { decodeInstructions, type Instruction, SIZE } from './instruction.ts';
import { interpret } from './interpreter.ts';
import { type ProgramRules, verify } from './verifier.ts';

/** The bytes of struct bpf_cgroup_dev_ctx: four each for type and access, major, minor. */
const CONTEXT_SIZE = 12;

const RULES: ProgramRules = {
  // Type and access may be read in parts.
  mayLoad: (at, bytes) => at >= 0 && at % bytes === 0 && (bytes === 4 ? at < CONTEXT_SIZE : at < 4),
  // A device is allowed, 1, or not, 0.
  most: 1n,
};
/** BPF_COMPLEXITY_LIMIT_INSNS */
const INSTRUCTIONS_MAX = 1_000_000;
/** BPF_DEVCG_DEV_BLOCK, BPF_DEVCG_DEV_CHAR */
const TYPES = { b: 1, c: 2 } as const;

/** A loaded program of the type BPF_PROG_TYPE_CGROUP_DEVICE: it decides whether a device may be used. */
export class BpfProgram implements DeviceProgram {
  readonly id: number;
  readonly #instructions: readonly Instruction[];
  readonly #gone: (program: BpfProgram) => void;
  #holders = 0;

  /** EINVAL, E2BIG, EACCES where the verifier does not let it pass. */
  constructor(id: number, code: Uint8Array, gone: (program: BpfProgram) => void) {
    if (code.length === 0 || code.length > INSTRUCTIONS_MAX * SIZE) throw new Errno('E2BIG');
    if (code.length % SIZE !== 0) throw new Errno('EINVAL');
    this.id = id;
    this.#gone = gone;
    this.#instructions = decodeInstructions(code);
    verify(this.#instructions, RULES);
  }

  /** A descriptor refers to it, or a cgroup has it. */
  hold(): void {
    this.#holders++;
  }

  drop(): void {
    if (--this.#holders === 0) this.#gone(this);
  }

  permits({ type, major = 0, minor = 0, access }: DeviceRule): boolean {
    const context = new DataView(new ArrayBuffer(CONTEXT_SIZE));
    context.setUint32(0, TYPES[type] | (access << 16), true);
    context.setUint32(4, major, true);
    context.setUint32(8, minor, true);
    return interpret(this.#instructions, context) !== 0n;
  }
}
