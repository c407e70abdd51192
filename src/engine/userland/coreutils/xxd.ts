import { O_CREAT, O_TRUNC, O_WRONLY } from '../../kernel/fcntl.ts';
import { parseCount } from '../lib/count.ts';
import { Output } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';
import { Given, type Utility } from '../utility.ts';
import { pad, printable, whole } from './dump.ts';

/** xxd(1) */
export const xxd: Utility = {
  name: 'xxd',
  usage: '[options] [infile [outfile]]',
  summary: 'Make a hexdump or do the reverse.',
  options: {
    short: 'abc:Cdeg:hil:n:o:prs:uEv',
    refused: ['E', 'e'],
    about: { help: 'h', version: 'v' },
  },
  busybox: {
    options: { short: 'prig:c:l:s:o:' },
    usage: '[-pri] [-g N] [-c N] [-n LEN] [-s OFS] [-o OFS] [FILE]',
  },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const seek = given.value('s') ?? '0';
    const [input, output] = parsed.operands;
    const from = offsetOf(seek.replace(/^\+/, ''));
    const limit = given.has('l') ? Math.max(0, offsetOf(given.value('l')!)) : undefined;
    // From the end can only be counted when that is known.
    const reach = limit === undefined || from < 0 || given.has('r') ? undefined : from + limit;
    const all = await whole(input === undefined ? [] : [input], io, flavour, 0, reach);
    const start = from < 0 ? Math.max(0, all.bytes.length + from) : from;
    const bytes = all.bytes.subarray(start, limit === undefined ? undefined : start + limit);
    const out =
      output === undefined || output === '-'
        ? io.stdout
        : new Output(io.sys, await io.sys.open(output, O_WRONLY | O_CREAT | O_TRUNC, 0o666));
    if (given.has('r')) out.write(reversed(bytesToText(all.bytes), given.has('p')));
    else if (given.has('i')) out.write(included(bytes, given, input, flavour === 'busybox'));
    else out.write(dumped(bytes, start + offsetOf(given.value('o') ?? '0'), given));
    await out.flush();
    return all.status;
  },
};

const offsetOf = (text: string): number =>
  /^-?0x[0-9a-f]+$/i.test(text) ? Number.parseInt(text, 16) : (parseCount(text) ?? 0);

/** What a dump was made of: each line's bytes go where its address says. */
function reversed(text: string, plain: boolean): Uint8Array {
  const out: number[] = [];
  for (const line of text.split('\n')) {
    const address = plain ? undefined : /^\s*([0-9a-f]+): ?/i.exec(line);
    const digits = plain ? line : line.slice(address?.[0].length ?? line.length).split('  ')[0]!;
    let at = address ? Number.parseInt(address[1]!, 16) : out.length;
    while (out.length < at) out.push(0);
    for (const pair of digits.replace(/\s/g, '').match(/[0-9a-f]{2}/gi) ?? [])
      out[at++] = Number.parseInt(pair, 16);
  }
  return Uint8Array.from(out);
}

/** -i: the bytes as an array of C, named after the file if there is one. */
function included(bytes: Uint8Array, given: Given, file: string | undefined, busybox: boolean): string {
  const width = Number(given.value('c') ?? 12);
  const upper = given.has('u');
  const cells = [...bytes].map((byte) => (upper ? `0X${pad(byte, 2).toUpperCase()}` : `0x${pad(byte, 2)}`));
  let rows = '';
  for (let at = 0; at < cells.length; at += width) {
    const isLast = at + width >= cells.length;
    rows += `  ${cells.slice(at, at + width).join(', ')}${isLast && !(busybox && file !== undefined) ? '' : ','}\n`;
  }
  if (file === undefined && !given.has('n')) return rows;
  const plain = (given.value('n') ?? file!).replace(/[^A-Za-z0-9_]/g, '_').replace(/^(?=\d)/, '__');
  const name = given.has('C') ? plain.toUpperCase() : plain;
  return `unsigned char ${name}[] = {\n${rows}};\nunsigned int ${name}_${given.has('C') ? 'LEN' : 'len'} = ${bytes.length};\n`;
}

function dumped(bytes: Uint8Array, start: number, given: Given): string {
  const [plain, binary] = [given.has('p'), given.has('b')];
  const width = Number(given.value('c') ?? (plain ? 30 : binary ? 6 : 16));
  const group = Number(given.value('g') ?? (binary ? 1 : 2)) || width;
  const each = binary ? 8 : 2;
  const lines: string[] = [];
  const isZero: boolean[] = [];
  for (let at = 0; at < bytes.length; at += width) {
    const row = bytes.subarray(at, at + width);
    isZero.push(row.every((byte) => byte === 0));
    let digits = [...row].map((byte) => pad(byte, each, binary ? 2 : 16)).join('');
    if (given.has('u')) digits = digits.toUpperCase();
    if (plain) {
      lines.push(digits);
      continue;
    }
    const grouped = digits.match(new RegExp(`.{1,${group * each}}`, 'g'))!.join(' ');
    const room = width * each + Math.ceil(width / group) - 1;
    const address = pad(start + at, 8, given.has('d') ? 10 : 16);
    lines.push(`${address}: ${grouped.padEnd(room)}  ${[...row].map(printable).join('')}`);
  }
  const shown = given.has('a') && !plain ? withoutZeros(lines, isZero) : lines;
  return shown.map((line) => `${line}\n`).join('');
}

/** -a: of several lines of zeros the first is shown and a star, and the last of all. */
function withoutZeros(lines: readonly string[], isZero: readonly boolean[]): string[] {
  const out: string[] = [];
  for (let at = 0; at < lines.length; ) {
    let end = at;
    while (end < lines.length && isZero[end]) end++;
    const last = end === lines.length ? end - 1 : end;
    if (last - at > 2) {
      out.push(lines[at]!, '*');
      at = last;
    } else out.push(lines[at++]!);
  }
  return out;
}
