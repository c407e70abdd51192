import { isErrno } from '../../base/errno.ts';
import { O_CREAT, O_NONBLOCK, O_WRONLY } from '../../kernel/fcntl.ts';
import { parseCount } from '../lib/count.ts';
import { Given, Misuse, quote, quoteName, type Utility } from '../utility.ts';

/** truncate(1) */
export const truncate: Utility = {
  name: 'truncate',
  usage: 'OPTION... FILE...',
  summary: 'Shrink or extend the size of each FILE to the specified size.',
  options: {
    short: 'cor:s:',
    long: { 'no-create': 'c', 'io-blocks': 'o', reference: 'r:', size: 's:' },
  },
  busybox: { options: { short: 'cs:' }, usage: '[-c] -s SIZE FILE...' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const gnu = flavour === 'gnu';
    const [text, reference] = [given.value('s')?.trim(), given.value('r')];
    const operator = /^[-+<>/%]/.exec(text ?? '')?.[0] ?? '';
    const number = text?.slice(operator.length);
    const amount = number === undefined || !/^\d/.test(number) ? undefined : parseCount(number);
    if (text !== undefined && amount === undefined)
      return io.fail(
        gnu
          ? `Invalid number: ${quote(io, /^[-+]/.test(operator) ? text : number!)}`
          : `invalid number '${text}'`,
      );
    if ((operator === '/' || operator === '%') && amount === 0) return io.fail('division by zero');
    if (text === undefined && reference === undefined)
      throw new Misuse(`you must specify either ${quote(io, '--size')} or ${quote(io, '--reference')}`);
    if (reference !== undefined && text !== undefined && operator === '')
      throw new Misuse(`you must specify a relative ${quote(io, '--size')} with ${quote(io, '--reference')}`);
    if (given.has('o') && text === undefined)
      throw new Misuse(`${quote(io, '--io-blocks')} was specified but ${quote(io, '--size')} was not`);
    if (parsed.operands.length === 0) throw new Misuse('missing file operand');
    let base: number | undefined;
    if (reference !== undefined) {
      try {
        base = (await io.sys.stat(reference)).size;
      } catch (error) {
        if (!isErrno(error)) throw error;
        return io.fail(`cannot stat ${quoteName(reference)}: ${error.message}`);
      }
    }
    let status = 0;
    for (const path of parsed.operands) {
      let opened = false;
      let wanted = 0;
      try {
        const flags = O_WRONLY | O_NONBLOCK | (given.has('c') ? 0 : O_CREAT);
        const fd = await io.sys.open(path, flags, 0o666);
        opened = true;
        const stat = await io.sys.fstat(fd);
        const size = base ?? stat.size;
        wanted = sizeOf(operator, size, (amount ?? size) * (given.has('o') ? stat.blksize : 1));
        await io.sys.ftruncate(fd, wanted);
        await io.sys.close(fd);
      } catch (error) {
        if (!isErrno(error)) throw error;
        if (!opened && given.has('c') && error.code === 'ENOENT') continue;
        const said = opened
          ? `failed to truncate ${quoteName(path)} at ${wanted} bytes: ${error.message}`
          : `cannot open ${quoteName(path)} for writing: ${error.message}`;
        status = await io.fail(gnu ? said : `${path}: ${error.message}`);
      }
    }
    return status;
  },
};

/** The size that an operator makes of one and an amount. */
function sizeOf(operator: string, size: number, amount: number): number {
  switch (operator) {
    case '+':
      return size + amount;
    case '-':
      return Math.max(0, size - amount);
    case '<':
      return Math.min(size, amount);
    case '>':
      return Math.max(size, amount);
    case '/':
      return size - (size % amount);
    case '%':
      return Math.ceil(size / amount) * amount;
    default:
      return amount;
  }
}
