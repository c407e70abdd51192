import { S_IFMT, S_IFREG } from '../../vfs/inode.ts';
import { OutputError, type Stdio } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';
import { eachInput, type Utility } from '../utility.ts';

/** cat(1). Bytes pass through untouched unless an option asks for lines to be marked. */
export const cat: Utility = {
  name: 'cat',
  usage: '[OPTION]... [FILE]...',
  summary: 'Concatenate FILE(s) to standard output; with no FILE, or when FILE is -, read standard input.',
  options: {
    short: 'AbeEnstTuv',
    // POSIX asks for unbuffered output; what cat reads it writes at once anyway.
    inert: ['u'],
    long: {
      'show-all': 'A',
      'number-nonblank': 'b',
      'show-ends': 'E',
      number: 'n',
      'squeeze-blank': 's',
      'show-tabs': 'T',
      'show-nonprinting': 'v',
    },
  },
  busybox: { options: { short: 'nbvteA' }, usage: '[-nbvteA] [FILE]...' },
  async run(io, { options, operands }, flavour) {
    const given = new Set(options.map((option) => option.name));
    const any = (...names: string[]) => names.some((name) => given.has(name));
    const ends = any('A', 'e', 'E');
    const tabs = any('A', 't', 'T');
    const visible = any('A', 'e', 't', 'v');
    const numberFilled = any('b');
    const number = any('n') || numberFilled;
    const squeeze = any('s');
    const plain = !(ends || tabs || visible || number || squeeze);
    let line = 0;
    let blanks = 0;
    return eachInput(io, operands, flavour, async (input) => {
      if (plain) {
        for (;;) {
          const chunk = await input.read();
          if (chunk.length === 0) return;
          await pass(io, input.fd, chunk);
        }
      }
      for (;;) {
        const bytes = await input.bytesUntil(10);
        if (bytes === undefined) return;
        const ended = bytes.at(-1) === 10;
        const body = ended ? bytes.subarray(0, -1) : bytes;
        blanks = body.length === 0 ? blanks + 1 : 0;
        if (squeeze && blanks > 1) continue;
        let text = visible ? reveal(body) : bytesToText(body);
        if (tabs) text = text.replaceAll('\t', '^I');
        if (number && !(numberFilled && body.length === 0)) text = `${String(++line).padStart(6)}\t${text}`;
        const whole = ended || (number && flavour === 'busybox');
        await io.stdout.write(`${text}${whole ? (ends ? '$\n' : '\n') : ''}`);
      }
    });
  },
};

/** Passes bytes on at once. Between two files the kernel does the copying, and a failure is said to be the input's. */
async function pass(io: Stdio, from: number, chunk: Uint8Array): Promise<void> {
  try {
    await io.stdout.write(chunk);
    await io.stdout.flush();
  } catch (error) {
    if (!(error instanceof OutputError)) throw error;
    const isFile = async (fd: number) => ((await io.sys.fstat(fd)).mode & S_IFMT) === S_IFREG;
    throw (await isFile(from)) && (await isFile(1)) ? error.errno : error;
  }
}

/** Control characters as ^X, bytes above 127 as M-…, tabs left alone. */
function reveal(bytes: Uint8Array): string {
  let out = '';
  for (const byte of bytes) {
    let low = byte;
    if (low >= 128) {
      out += 'M-';
      low -= 128;
    }
    if (low === 9 && byte < 128) out += '\t';
    else if (low < 32) out += `^${String.fromCharCode(low + 64)}`;
    else out += low === 127 ? '^?' : String.fromCharCode(low);
  }
  return out;
}
