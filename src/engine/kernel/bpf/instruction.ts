// The instructions of eBPF (Documentation/bpf/instruction-set.rst): eight bytes each, for a machine of eleven 64-bit registers.

export interface Instruction {
  /** Class, operation and kind of operand in one byte. */
  readonly code: number;
  readonly dst: number;
  readonly src: number;
  /** Where a jump goes, counted from the next instruction, or a place in memory. */
  readonly off: number;
  readonly imm: number;
}

/** Classes: the lowest three bits. */
export const BPF_LDX = 0x01;
export const BPF_ALU = 0x04;
export const BPF_JMP = 0x05;
export const BPF_JMP32 = 0x06;
export const BPF_ALU64 = 0x07;

/** How much is loaded, and from where. */
export const BPF_W = 0x00;
export const BPF_H = 0x08;
export const BPF_B = 0x10;
export const BPF_MEM = 0x60;

/** The second operand: `imm` (BPF_K) or the register `src` (BPF_X). */
export const BPF_K = 0x00;
export const BPF_X = 0x08;

/** Some of the operations; the interpreter has them all. */
export const BPF_DIV = 0x30;
export const BPF_AND = 0x50;
export const BPF_LSH = 0x60;
export const BPF_RSH = 0x70;
export const BPF_MOD = 0x90;
export const BPF_MOV = 0xb0;
export const BPF_ARSH = 0xc0;
export const BPF_JNE = 0x50;
export const BPF_EXIT = 0x90;

export const SIZE = 8;

/** As they lie in memory, little-endian. */
export function encodeInstructions(program: readonly Instruction[]): Uint8Array {
  const bytes = new Uint8Array(program.length * SIZE);
  const view = new DataView(bytes.buffer);
  program.forEach(({ code, dst, src, off, imm }, i) => {
    view.setUint8(i * SIZE, code);
    view.setUint8(i * SIZE + 1, dst | (src << 4));
    view.setInt16(i * SIZE + 2, off, true);
    view.setInt32(i * SIZE + 4, imm, true);
  });
  return bytes;
}

export function decodeInstructions(bytes: Uint8Array): Instruction[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: bytes.length / SIZE }, (_, i) => ({
    code: view.getUint8(i * SIZE),
    dst: view.getUint8(i * SIZE + 1) & 15,
    src: view.getUint8(i * SIZE + 1) >> 4,
    off: view.getInt16(i * SIZE + 2, true),
    imm: view.getInt32(i * SIZE + 4, true),
  }));
}
