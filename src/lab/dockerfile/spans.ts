import type { Location } from '../../engine/builder/ast.ts';
import type { RuleName } from '../../engine/builder/plan/context.ts';
import type { Span } from './protocol.ts';

/** Where in its lines a problem is: the word that it is about, or the whole instruction. */
export function spanOf(
  lines: readonly string[],
  location: Location,
  rule: RuleName | undefined,
  message: string,
): Span {
  const word = wordOf(rule, message, lines[location.startLine - 1] ?? '');
  return (word === undefined ? undefined : findWord(lines, location, word)) ?? wholeOf(lines, location);
}

/** The word that a check's message is about. */
function wordOf(rule: RuleName | undefined, message: string, line: string): string | undefined {
  switch (rule) {
    case undefined:
      return (
        /^unknown instruction: (\S+?)(?: \(|$)/.exec(message)?.[1] ??
        /^unknown flag: (\S+?)(?: \(|$)/.exec(message)?.[1]
      );
    case 'maintainerDeprecated':
    case 'consistentInstructionCasing':
    case 'legacyKeyValueFormat':
    case 'jsonArgsRecommended':
    case 'multipleInstructionsDisallowed':
      return /^\s*(\S+)/.exec(line)?.[1];
    case 'fromAsCasing':
    case 'stageNameCasing':
    case 'exposeProtoCasing':
    case 'exposeInvalidFormat':
      return /'([^']+)'/.exec(message)?.[1];
    case 'undefinedVar':
      return /'\$(\w+)'/.exec(message)?.[1];
    case 'duplicateStageName':
    case 'reservedStageName':
    case 'workdirRelativePath':
    case 'fromPlatformFlagConstDisallowed':
    case 'copyIgnoredFile':
      return /"([^"]+)"/.exec(message)?.[1];
    default:
      return undefined;
  }
}

/** The first place where a word stands by itself; undefined where it does not. */
export function findWord(
  lines: readonly string[],
  { startLine, endLine }: Location,
  word: string,
): Span | undefined {
  const pattern = new RegExp(`(?<![\\w.])${word.replace(/[^\w\s]/g, '\\$&')}(?![\\w.])`);
  for (let line = startLine; line <= endLine; line++) {
    const at = (lines[line - 1] ?? '').search(pattern);
    if (at >= 0)
      return { startLine: line, startColumn: at + 1, endLine: line, endColumn: at + 1 + word.length };
  }
  return undefined;
}

/** All that an instruction is written in, without the blanks around it. */
export function wholeOf(lines: readonly string[], { startLine, endLine }: Location): Span {
  const first = lines[startLine - 1] ?? '';
  const last = lines[endLine - 1] ?? '';
  const startColumn = first.length - first.trimStart().length + 1;
  return { startLine, startColumn, endLine, endColumn: Math.max(last.trimEnd().length + 1, 1) };
}
