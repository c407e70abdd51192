import { concat } from '../../base/bytes.ts';
import { bytesToText, textToBytes } from '../lib/text.ts';
import { eachInput, Given, Misuse, plainReport, quote, type Utility } from '../utility.ts';

/** cut(1) */
export const cut: Utility = {
  name: 'cut',
  usage: 'OPTION... [FILE]...',
  summary: 'Print selected parts of lines from each FILE to standard output.',
  options: {
    short: 'b:c:d:f:nsz',
    // With -b it would keep multibyte characters whole; GNU's does not do so either.
    inert: ['n'],
    long: {
      bytes: 'b:',
      characters: 'c:',
      delimiter: 'd:',
      fields: 'f:',
      complement: 'complement',
      'only-delimited': 's',
      'output-delimiter': 'O:',
      'zero-terminated': 'z',
    },
  },
  busybox: {
    options: {
      short: 'b:c:f:F:d:snO:D',
      long: { 'output-delimiter': 'O:' },
      inert: ['n'],
      refused: ['F', 'D'],
    },
    usage: '[OPTIONS] [FILE]...',
  },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const gnu = flavour === 'gnu';
    const lists = parsed.options.filter(({ name }) => 'bcf'.includes(name));
    if (lists.length === 0)
      if (gnu) throw new Misuse('you must specify a list of bytes, characters, or fields');
      else return io.fail('expected a list of bytes, characters, or fields');
    if (lists.length > 1)
      if (gnu) throw new Misuse('only one list may be specified');
      else throw new Misuse('');
    const [{ name: kind, value: list = '' }] = lists as [{ name: string; value: string }];
    const delimiter = given.value('d') ?? '\t';
    if (kind !== 'f' && given.has('d'))
      if (gnu) throw new Misuse('an input delimiter may be specified only when operating on fields');
      else return io.fail('a delimiter may be specified only when operating on fields');
    if (kind !== 'f' && given.has('s'))
      if (gnu)
        throw new Misuse('suppressing non-delimited lines makes sense\n\tonly when operating on fields');
      else return io.fail('suppressing non-delimited lines makes sense only when operating on fields');
    if ([...delimiter].length > 1)
      if (gnu) throw new Misuse('the delimiter must be a single character');
      else return io.fail('the delimiter must be a single character');
    const ranges = parseRanges(list);
    if (typeof ranges === 'string') {
      if (!gnu)
        return io.fail(
          `invalid ${kind === 'f' ? 'field' : 'byte/character'} list`.replace(
            'invalid field list',
            `invalid range ${list}`,
          ),
        );
      throw new Misuse(
        ranges === 'zero'
          ? kind === 'f'
            ? 'fields are numbered from 1'
            : 'byte/character positions are numbered from 1'
          : ranges === 'decreasing'
            ? 'invalid decreasing range'
            : `invalid ${kind === 'f' ? 'field value' : 'byte or character position'} ${quote(io, ranges)}`,
      );
    }
    const complement = given.has('complement');
    const chosen = (position: number) =>
      ranges.some(([from, to]) => position >= from && position <= to) !== complement;
    const joiner = given.value('O') ?? (kind === 'f' ? delimiter : '');
    const end = given.has('z') ? 0 : 10;
    const endText = end === 0 ? '\0' : '\n';
    return eachInput(
      io,
      parsed.operands,
      flavour,
      async (input) => {
        for (;;) {
          const next = input.bytesUntil(end);
          const bytes = next instanceof Promise ? await next : next;
          if (bytes === undefined) return;
          const body = bytes.at(-1) === end ? bytes.subarray(0, -1) : bytes;
          let written: void | Promise<void>;
          if (kind !== 'f') {
            written = io.stdout.write(
              concat([pickBytes(body, chosen, textToBytes(joiner)), textToBytes(endText)]),
            );
          } else {
            const line = bytesToText(body);
            if (!line.includes(delimiter))
              written = given.has('s') ? undefined : io.stdout.write(line + endText);
            else
              written = io.stdout.write(
                line
                  .split(delimiter)
                  .filter((_, i) => chosen(i + 1))
                  .join(joiner) + endText,
              );
          }
          if (written) await written;
        }
      },
      plainReport,
    );
  },
};

function pickBytes(body: Uint8Array, chosen: (position: number) => boolean, joiner: Uint8Array): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (let i = 0; i < body.length; ) {
    if (!chosen(i + 1)) {
      i++;
      continue;
    }
    const start = i;
    while (i < body.length && chosen(i + 1)) i++;
    if (pieces.length > 0 && joiner.length > 0) pieces.push(joiner);
    pieces.push(body.subarray(start, i));
  }
  return concat(pieces);
}

/** `1,3-5,7-`; or what is wrong with it. */
function parseRanges(list: string): [number, number][] | string {
  const ranges: [number, number][] = [];
  for (const item of list.split(/[, ]/)) {
    const match = /^(\d*)(-?)(\d*)$/.exec(item);
    if (!match || item === '' || item === '-') return item;
    const [, from, dash, to] = match;
    const first = from === '' ? 1 : Number(from);
    const last = dash === '' ? first : to === '' ? Number.POSITIVE_INFINITY : Number(to);
    if (first === 0 || last === 0) return 'zero';
    if (last < first) return 'decreasing';
    ranges.push([first, last]);
  }
  return ranges;
}
