import { decode, encode } from './bytes.ts';

/**
 * Simulated executables. A file runs when it begins like this: a minimal ELF64 header (elf(5)),
 * so that the magic number says what it would of a real binary, then at offset 64 the marker
 * `drydock`, a NUL, the name of the simulated program, a NUL. What follows is a hole up to the size the
 * real binary has. So a program survives COPY, tar, save, push and pull, and a foreign binary can be told
 * from one that the simulator can run.
 */
const HEADER_SIZE = 64;
const MARKER = 'drydock\0';

/** How much of a file `decodeExecutable` and `isElf` need to see. */
export const EXECUTABLE_HEAD = 256;

/** `e_machine` by architecture, as uname(1) names it. */
const MACHINES = { x86_64: 62, aarch64: 183 } as const;

export type Machine = keyof typeof MACHINES;

/** The bytes at the front of a file that runs `program`; the rest of the file is a hole. */
export function encodeExecutable(program: string, machine: Machine = 'x86_64'): Uint8Array {
  if (!/^[\x21-\x7e]{1,128}$/.test(program))
    throw new RangeError(`not a program name: ${JSON.stringify(program)}`);
  HEADS[machine] ??= headFor(machine);
  const head = HEADS[machine];
  const out = new Uint8Array(head.length + program.length + 1);
  out.set(head);
  for (let i = 0; i < program.length; i++) out[head.length + i] = program.charCodeAt(i);
  return out;
}

/** What all executables for a machine begin with. A disk has hundreds of them. */
const HEADS: { [M in Machine]?: Uint8Array } = {};

function headFor(machine: Machine): Uint8Array {
  const out = new Uint8Array(HEADER_SIZE + MARKER.length);
  const view = new DataView(out.buffer);
  out.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]); // \x7fELF, 64-bit, little endian, version 1, System V
  view.setUint16(16, 2, true); // e_type ET_EXEC
  view.setUint16(18, MACHINES[machine], true); // e_machine
  view.setUint32(20, 1, true); // e_version
  view.setUint32(24, 0x400078, true); // e_entry
  view.setUint16(52, HEADER_SIZE, true); // e_ehsize
  view.setUint16(54, 56, true); // e_phentsize; no program headers follow
  view.setUint16(58, 64, true); // e_shentsize; no section headers follow
  out.set(encode(MARKER), HEADER_SIZE);
  return out;
}

/**
 * The program that a file beginning with `head` runs on a machine; undefined when it is no simulated executable, or one
 * for another machine (exec format error).
 */
export function decodeExecutable(head: Uint8Array, machine: Machine = 'x86_64'): string | undefined {
  if (!isElf(head) || machineOf(head) !== MACHINES[machine]) return undefined;
  const text = decode(head.subarray(HEADER_SIZE, EXECUTABLE_HEAD));
  if (!text.startsWith(MARKER)) return undefined;
  const end = text.indexOf('\0', MARKER.length);
  return end > MARKER.length ? text.slice(MARKER.length, end) : undefined;
}

/** The program that stands for every binary of the machine's own kind that is no simulated program. */
export const FOREIGN_BINARY = 'foreign-binary';

/** Whether a file beginning with `head` is a real binary that a real machine of this kind would run (ELF64, ET_EXEC or ET_DYN). */
export function isForeignBinary(head: Uint8Array, machine: Machine = 'x86_64'): boolean {
  const type = (head[16] ?? 0) | ((head[17] ?? 0) << 8);
  return isElf(head) && head[4] === 2 && (type === 2 || type === 3) && machineOf(head) === MACHINES[machine];
}

/** Whether a file beginning with `head` is an ELF binary, simulated or foreign. */
export function isElf(head: Uint8Array): boolean {
  return head[0] === 0x7f && head[1] === 0x45 && head[2] === 0x4c && head[3] === 0x46;
}

/** `e_machine` of an ELF header. */
const machineOf = (head: Uint8Array): number => (head[18] ?? 0) | ((head[19] ?? 0) << 8);
