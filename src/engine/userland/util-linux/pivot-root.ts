import { attempt, Misuse, type Utility } from '../utility.ts';

/** pivot_root(8) */
export const pivotRoot: Utility = {
  name: 'pivot_root',
  usage: '[options] new_root put_old',
  summary: 'Change the root filesystem.',
  options: { short: 'Vh', about: { help: 'h', version: 'V' } },
  busybox: { options: { short: '' }, usage: 'NEW_ROOT PUT_OLD' },
  async run(io, { operands }, flavour) {
    const [fresh, old, ...more] = operands;
    if (fresh === undefined || old === undefined || more.length > 0) throw new Misuse('bad usage');
    const done = await attempt(
      io,
      () => io.sys.pivot_root(fresh, old),
      (text) => (flavour === 'gnu' ? `failed to change root from \`${fresh}' to \`${old}': ${text}` : text),
    );
    return done ? 0 : 1;
  },
};
