import type { MissReason } from '../../../lab/xray/build/builds.ts';
import { fill } from '../../words/index.ts';
import type { BuildWords } from './words.ts';

/** A reason in a sentence; the files and lines that belong to it are listed beside it. */
export function reasonText(reason: MissReason, words: BuildWords): string {
  const value = (text: string | undefined) => (text === undefined ? words.unset : `“${text}”`);
  switch (reason.is) {
    case 'no-cache':
      return words.why_noCache;
    case 'first':
    case 'pruned':
    case 'failed':
    case 'instruction':
      return words[`why_${reason.is}`];
    case 'variable': {
      const { name, isArg, before, now } = reason;
      const kind = isArg ? 'ARG' : 'ENV';
      return fill(words.why_variable, { kind, name, before: value(before), now: value(now) });
    }
    case 'setting': {
      const { name, before, now } = reason;
      return fill(words.why_setting, {
        name: settingName(name, words),
        before: value(before),
        now: value(now),
      });
    }
    case 'files': {
      const from = fill(words[`from_${reason.from.is}`], { name: reason.from.name });
      return fill(reason.unnamed ? words.why_filesUnnamed : words.why_files, { from });
    }
    case 'base':
      return fill(reason.before === reason.now ? words.why_baseMoved : words.why_base, {
        before: reason.before,
        now: reason.now,
      });
    case 'parent': {
      const name = (title: string) => title || words.nothing;
      if (reason.before === undefined) return fill(words.why_parent, { now: name(reason.now) });
      return fill(words.why_parentOther, { now: name(reason.now), before: name(reason.before) });
    }
  }
}

/** The same in a few words, for the step itself. */
export function shortReason(reason: MissReason, words: BuildWords): string {
  switch (reason.is) {
    case 'no-cache':
      return '--no-cache';
    case 'variable':
      return reason.name;
    case 'setting':
      return settingName(reason.name, words);
    case 'files': {
      const [first] = filesFirst(reason.changes);
      const others = reason.changes.length + reason.more - 1;
      if (first === undefined)
        return fill(words.why_files, {
          from: fill(words[`from_${reason.from.is}`], { name: reason.from.name }),
        });
      return `${fileName(first.path)}${others > 0 ? ` +${others}` : ''}`;
    }
    default:
      return words[`short_${reason.is}`];
  }
}

/** What has other content says more than a directory whose mode has changed. */
export const filesFirst = (changes: Extract<MissReason, { is: 'files' }>['changes']) =>
  changes.toSorted((a, b) => Number(a.is === 'mode') - Number(b.is === 'mode'));

/** A path as it is written in a Dockerfile: the root of the source is `.` */
export const fileName = (path: string) => path.replace(/^\//, '') || '.';

function settingName(name: string, words: BuildWords): string {
  const key = `setting_${name}`;
  return key in words ? words[key as keyof BuildWords] : name;
}
