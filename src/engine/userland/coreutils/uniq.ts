import { O_CREAT, O_TRUNC, O_WRONLY } from '../../kernel/fcntl.ts';
import { Output } from '../lib/stdio.ts';
import { eachInput, Given, Misuse, quote, type Utility } from '../utility.ts';

/** uniq(1) */
export const uniq: Utility = {
  name: 'uniq',
  usage: '[OPTION]... [INPUT [OUTPUT]]',
  summary: 'Filter adjacent matching lines from INPUT, writing to OUTPUT.',
  options: {
    short: 'cdDf:is:uw:z',
    long: {
      count: 'c',
      repeated: 'd',
      'skip-fields': 'f:',
      'ignore-case': 'i',
      'skip-chars': 's:',
      unique: 'u',
      'check-chars': 'w:',
    },
  },
  busybox: { options: { short: 'cdf:is:uw:z' }, usage: '[-cduiz] [-f,s,w N] [FILE [OUTFILE]]' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const [input, output, extra] = parsed.operands;
    if (extra !== undefined) throw new Misuse(`extra operand ${quote(io, extra)}`);
    const [fields, chars, width] = ['f', 's', 'w'].map((name) => given.value(name)?.replace(/^\+/, ''));
    for (const [text, what] of [
      [fields, 'fields to skip'],
      [chars, 'bytes to skip'],
      [width, 'bytes to compare'],
    ])
      if (text !== undefined && !/^\d+$/.test(text))
        return io.fail(flavour === 'gnu' ? `${text}: invalid number of ${what}` : `invalid number '${text}'`);
    const skip = new RegExp(`^(?:[ \\t]*[^ \\t]+){0,${fields ?? 0}}`);
    const keyOf = (line: string) => {
      let key = fields === undefined ? line : line.replace(skip, '');
      key = key.slice(
        Number(chars ?? 0),
        width === undefined ? undefined : Number(chars ?? 0) + Number(width),
      );
      return given.has('i') ? key.toLowerCase() : key;
    };
    const out =
      output === undefined || output === '-'
        ? io.stdout
        : new Output(io.sys, await io.sys.open(output, O_WRONLY | O_CREAT | O_TRUNC, 0o666));
    const [count, repeated, single, all] = ['c', 'd', 'u', 'D'].map((name) => given.has(name));
    let held: string | undefined;
    let heldKey = '';
    let times = 0;
    const emit = () => {
      if (held === undefined || (repeated && times < 2) || (single && times > 1) || all) return;
      return out.write(`${count ? `${String(times).padStart(7)} ` : ''}${held}\n`);
    };
    const status = await eachInput(io, input === undefined ? [] : [input], flavour, async (reader) => {
      for (;;) {
        const next = reader.line();
        const line = next instanceof Promise ? await next : next;
        if (line === undefined) break;
        const key = keyOf(line);
        if (held !== undefined && key === heldKey) {
          times++;
          if (all) await out.write(times === 2 ? `${held}\n${line}\n` : `${line}\n`);
          continue;
        }
        const written = emit();
        if (written) await written;
        held = line;
        heldKey = key;
        times = 1;
      }
    });
    await emit();
    await out.flush();
    return status;
  },
};
