import { O_CREAT, O_TRUNC, O_WRONLY } from '../../kernel/fcntl.ts';
import { Output } from '../lib/stdio.ts';
import { choiceOf, eachInput, Given, Misuse, quote, type Utility } from '../utility.ts';

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
      'all-repeated': 'all-repeated::',
      group: 'group::',
      'skip-fields': 'f:',
      'ignore-case': 'i',
      'skip-chars': 's:',
      unique: 'u',
      'check-chars': 'w:',
      'zero-terminated': 'z',
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
    const [end, endText] = given.has('z') ? [0, '\0'] : [10, '\n'];
    const [count, repeated, single] = ['c', 'd', 'u'].map((name) => given.has(name));
    const all = given.has('D', 'all-repeated');
    const parted = all
      ? choiceOf(io, given.value('all-repeated') ?? 'none', ['none', 'prepend', 'separate'], '--all-repeated')
      : 'none';
    const group = given.has('group')
      ? choiceOf(io, given.value('group') ?? 'separate', ['prepend', 'append', 'separate', 'both'], '--group')
      : undefined;
    if (group !== undefined && (count || repeated || single || all))
      throw new Misuse('--group is mutually exclusive with -c/-d/-D/-u');
    if (all && count) throw new Misuse('printing all duplicated lines and repeat counts is meaningless');
    /** The lines that are alike; unless all are to be shown, the first stands for them. */
    let held: string[] = [];
    let heldKey = '';
    let times = 0;
    let shown = 0;
    const emit = async (): Promise<void> => {
      if (times === 0) return;
      if (group === undefined && (repeated || all) && times < 2) return;
      if (single && times > 1) return;
      const gap =
        group === 'prepend' ||
        group === 'both' ||
        parted === 'prepend' ||
        ((group === 'separate' || parted === 'separate') && shown > 0);
      if (gap && !(group === 'both' && shown > 0)) await out.write(endText);
      shown++;
      for (const line of held)
        await out.write((count ? `${String(times).padStart(7)} ` : '') + line + endText);
      if (group === 'append' || group === 'both') await out.write(endText);
    };
    const status = await eachInput(io, input === undefined ? [] : [input], flavour, async (reader) => {
      for (;;) {
        const next = reader.line(end);
        const line = next instanceof Promise ? await next : next;
        if (line === undefined) break;
        const key = keyOf(line);
        if (times > 0 && key === heldKey) {
          times++;
          if (all || group !== undefined) held.push(line);
          continue;
        }
        if (times > 0) await emit();
        held = [line];
        heldKey = key;
        times = 1;
      }
    });
    await emit();
    await out.flush();
    return status;
  },
};
