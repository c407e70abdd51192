import { fnmatch, glob } from '../lib/glob.ts';
import { expandBraces, sizeOfRanges } from './braces.ts';
import { substituteCommand } from './command-substitution.ts';
import { type Field, FieldBuilder, isPattern } from './fields.ts';
import { makeRoom } from './memory.ts';
import type { Shell } from './shell.ts';
import type { Prepared, Segment } from './syntax/tree.ts';

/** Word expansion (POSIX XCU 2.6 and bash's additions). */

/** All expansions: words become fields, with splitting, file names and quote removal. */
export async function expandToFields(shell: Shell, words: readonly Prepared[]): Promise<string[]> {
  const out: string[] = [];
  for (const word of words) {
    if (word.plain !== undefined) {
      out.push(word.plain);
      continue;
    }
    const braces = word.braces && shell.option('braceexpand');
    if (braces) await makeRoom(shell, sizeOfRanges(word));
    for (const variant of braces ? expandBraces(word) : [word]) {
      if (variant.plain !== undefined) {
        out.push(variant.plain);
        continue;
      }
      const builder = new FieldBuilder(shell.ifs);
      await shell.evaluator.expandInto(shell, variant.segments, builder);
      for (const field of builder.finish()) await pathnames(shell, field, out);
    }
  }
  return out;
}

/** Expansion to one text, without splitting or file names: assignments, here-documents, `case` words. */
export async function expandToText(shell: Shell, word: Prepared): Promise<string> {
  if (word.plain !== undefined) return word.plain;
  const [only] = word.segments;
  if (word.segments.length === 1 && only!.kind === 'command')
    return substituteCommand(shell, only as Segment & { kind: 'command' });
  const fields = await unsplit(shell, word);
  return fields.map((field) => field.text).join(' ');
}

/** Expansion to a pattern, in which what was quoted is escaped. */
export async function expandToPattern(shell: Shell, word: Prepared): Promise<string> {
  const fields = await unsplit(shell, word, new PatternBuilder(''));
  return fields.map((field) => field.pattern).join(' ');
}

/** Expansion to a regular expression, in which what was quoted is escaped. */
export async function expandToRegex(shell: Shell, word: Prepared): Promise<string> {
  const fields = await unsplit(shell, word, new RegexBuilder(''));
  return fields.map((field) => field.pattern).join(' ');
}

async function unsplit(shell: Shell, word: Prepared, builder = new FieldBuilder('')): Promise<Field[]> {
  await shell.evaluator.expandInto(shell, word.segments, builder, true);
  return builder.finish();
}

/** Patterns keep the backslashes of unquoted expansions: they escape there. */
class PatternBuilder extends FieldBuilder {
  override literalValue(text: string): void {
    this.literal(text);
  }
}

class RegexBuilder extends PatternBuilder {
  protected override escape(text: string): string {
    return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  }
}

async function pathnames(shell: Shell, field: Field, out: string[]): Promise<void> {
  const extended = shell.dialect.bashSyntax && shell.shopt.has('extglob');
  if (shell.option('noglob') || !isPattern(field, extended)) {
    out.push(field.text);
    return;
  }
  const ignored = shell.dialect.bashSyntax ? (shell.variables.get('GLOBIGNORE') ?? '') : '';
  let found = await glob(shell.sys, field.pattern, {
    extended,
    dots: shell.shopt.has('dotglob') || ignored !== '',
    ignoreCase: shell.shopt.has('nocaseglob'),
    globstar: shell.shopt.has('globstar'),
    skipDots: shell.shopt.has('globskipdots'),
  });
  for (const pattern of ignored.split(':').filter((one) => one !== ''))
    found = found.filter((path) => !fnmatch(pattern, path, { pathname: true, extended }));
  if (found.length > 0) out.push(...found);
  else if (shell.shopt.has('failglob')) await shell.abandon(`no match: ${field.text}`, { fatal: false });
  else if (!shell.shopt.has('nullglob')) out.push(field.text);
}
