import { bytesToText } from '../lib/text.ts';
import { eachInput, Given, quote, type Utility } from '../utility.ts';

/** tac(1) */
export const tac: Utility = {
  name: 'tac',
  usage: '[OPTION]... [FILE]...',
  summary: 'Write each FILE to standard output, last line first.',
  options: { short: 'brs:', long: { before: 'b', regex: 'r', separator: 's:' }, refused: ['r'] },
  busybox: { options: {}, usage: '[FILE]...' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const separator = given.value('s') ?? '\n';
    if (separator === '') return io.fail('separator cannot be empty');
    return eachInput(
      io,
      parsed.operands,
      flavour,
      async (input) => {
        const text = bytesToText(await input.readAll());
        await io.stdout.write(piecesOf(text, separator, given.has('b')).reverse().join(''));
      },
      (name, text) =>
        flavour === 'busybox' ? `${name}: ${text}` : `failed to open ${quote(io, name)} for reading: ${text}`,
    );
  },
};

/** A text at its separators, each of which ends a piece, or begins one. */
function piecesOf(text: string, separator: string, before: boolean): string[] {
  const pieces: string[] = [];
  let from = 0;
  for (let at = text.indexOf(separator); at !== -1; at = text.indexOf(separator, at + separator.length)) {
    const end = before ? at : at + separator.length;
    if (end > from) pieces.push(text.slice(from, end));
    from = end;
  }
  if (from < text.length) pieces.push(text.slice(from));
  return pieces;
}
