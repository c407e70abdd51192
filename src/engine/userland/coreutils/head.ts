import { parseCount } from '../lib/count.ts';
import { eachInput, quote, type Utility } from '../utility.ts';

/** head(1): the first lines or bytes. Stops reading as soon as it has them, so that its writer meets a broken pipe. */
export const head: Utility = {
  name: 'head',
  usage: '[OPTION]... [FILE]...',
  summary: 'Print the first 10 lines of each FILE to standard output.',
  options: {
    short: 'c:n:qvz0123456789',
    long: { bytes: 'c:', lines: 'n:', quiet: 'q', silent: 'q', verbose: 'v', 'zero-terminated': 'z' },
  },
  busybox: { options: { short: 'n:c:qv0123456789' }, usage: '[OPTIONS] [FILE]...' },
  async run(io, { options, operands }, flavour) {
    let count = 10;
    let bytes = false;
    let titles = operands.length > 1;
    let digits = '';
    let end = 10;
    for (const { name, value } of options) {
      if (/^\d$/.test(name)) digits += name;
      else if (name === 'q') titles = false;
      else if (name === 'v') titles = true;
      else if (name === 'z') end = 0;
      else if (name === 'n' || name === 'c') {
        bytes = name === 'c';
        const parsed = parseCount(value ?? '');
        if (parsed === undefined)
          return io.fail(
            flavour === 'busybox'
              ? `invalid number '${value}'`
              : `invalid number of ${bytes ? 'bytes' : 'lines'}: ${quote(io, value ?? '')}`,
          );
        count = parsed;
      }
    }
    if (digits !== '') count = Number(digits);
    return eachInput(
      io,
      operands,
      flavour,
      async (input, name, index) => {
        if (titles)
          await io.stdout.write(
            `${index > 0 ? '\n' : ''}==> ${name === '-' ? 'standard input' : name} <==\n`,
          );
        if (count < 0) return allBut(input, -count, bytes ? undefined : end, io.stdout);
        let left = count;
        while (left > 0) {
          const chunk = await input.read();
          if (chunk.length === 0) return;
          const to = bytes ? Math.min(left, chunk.length) : endOfLines(chunk, left, end);
          left -= bytes ? to : countLines(chunk, to, end);
          await io.stdout.write(chunk.subarray(0, to));
          if (left <= 0) return;
          await io.stdout.flush();
        }
      },
      (name, text) =>
        flavour === 'busybox' ? `${name}: ${text}` : `cannot open '${name}' for reading: ${text}`,
    );
  },
};

/** Where the `lines`-th line ends in `chunk`, or its length. */
function endOfLines(chunk: Uint8Array, lines: number, end: number): number {
  let at = 0;
  for (let seen = 0; seen < lines; seen++) {
    const newline = chunk.indexOf(end, at);
    if (newline === -1) return chunk.length;
    at = newline + 1;
  }
  return at;
}

function countLines(chunk: Uint8Array, to: number, end: number): number {
  let lines = 0;
  for (let at = chunk.indexOf(end); at !== -1 && at < to; at = chunk.indexOf(end, at + 1)) lines++;
  return lines;
}

/** All but the last `count` lines, which end as `ending` says, or bytes if they end in nothing: holds back that many. */
async function allBut(
  input: { readAll(): Promise<Uint8Array> },
  count: number,
  ending: number | undefined,
  out: { write(data: Uint8Array): void | Promise<void> },
): Promise<void> {
  const all = await input.readAll();
  let end = all.length;
  if (ending === undefined) end = Math.max(0, end - count);
  else {
    // What stands behind the last end is a line too.
    let left = all.at(-1) !== ending && end > 0 ? count - 1 : count;
    for (; left >= 0 && end > 0; left--) {
      const at = all.lastIndexOf(ending, end - 1);
      if (left === 0) {
        end = at + 1;
        break;
      }
      end = Math.max(0, at);
    }
  }
  await out.write(all.subarray(0, end));
}
