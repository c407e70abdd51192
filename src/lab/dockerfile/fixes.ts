import type { Location } from '../../engine/builder/ast.ts';
import type { RuleName } from '../../engine/builder/plan/context.ts';
import type { Edit, Fix } from './protocol.ts';
import { findWord, wholeOf } from './spans.ts';

/**
 * How a problem is mended, where it is plain what is meant; else nothing. The message is Docker's, and names what it is about.
 */
export function fixOf(
  lines: readonly string[],
  location: Location,
  rule: RuleName | undefined,
  message: string,
): Fix | undefined {
  const first = lines[location.startLine - 1] ?? '';
  const isOneLine = location.startLine === location.endLine;
  const instead = (word: string | undefined, text: string | undefined): Fix | undefined => {
    const span = word === undefined ? undefined : findWord(lines, location, word);
    return span && text !== undefined ? writing(text, [{ span, text }]) : undefined;
  };
  const whole = (text: string | undefined): Fix | undefined =>
    text === undefined || !isOneLine ? undefined : writing(text, [{ span: wholeOf(lines, location), text }]);
  const quoted = /'([^']+)'/.exec(message)?.[1];
  const meant = /\(did you mean \$?([^?]+)\?\)/.exec(message)?.[1];

  switch (rule) {
    case undefined: {
      const word = /^unknown (?:instruction|flag): (\S+?)(?: \(|$)/.exec(message)?.[1];
      if (meant === undefined) return undefined;
      return instead(word, word?.startsWith('--') ? `--${meant}` : meant);
    }
    case 'undefinedVar':
      return meant === undefined ? undefined : instead(/'\$(\w+)'/.exec(message)?.[1], meant);
    case 'undefinedArgInFrom':
      return meant === undefined ? undefined : instead(quoted, meant);
    case 'maintainerDeprecated':
      return whole(labelOf(first));
    case 'consistentInstructionCasing': {
      const [keyword = ''] = /^\s*(\S+)/.exec(first)?.slice(1) ?? [];
      return instead(
        keyword,
        message.includes('(lowercase)') ? keyword.toLowerCase() : keyword.toUpperCase(),
      );
    }
    case 'fromAsCasing': {
      const from = first.trimStart().slice(0, 4);
      return instead(quoted, from === from.toLowerCase() ? 'as' : 'AS');
    }
    case 'stageNameCasing':
    case 'exposeProtoCasing':
      return instead(quoted, quoted?.toLowerCase());
    case 'exposeInvalidFormat':
      return instead(quoted, quoted?.slice(quoted.lastIndexOf(':') + 1));
    case 'jsonArgsRecommended':
      return whole(jsonForm(first));
    case 'legacyKeyValueFormat':
      return whole(pairForm(first));
    case 'redundantTargetPlatform': {
      const flag = /--platform=\S+\s+/.exec(first);
      if (flag === null) return undefined;
      const startColumn = flag.index + 1;
      const { startLine } = location;
      const span = { startLine, startColumn, endLine: startLine, endColumn: startColumn + flag[0].length };
      return { does: 'remove', what: flag[0].trim(), edits: [{ span, text: '' }] };
    }
    case 'noEmptyContinuation':
      return withoutEmptyLines(lines, location.endLine);
    default:
      return undefined;
  }
}

const writing = (what: string, edits: Edit[]): Fix => ({ does: 'write', what, edits });

/** `MAINTAINER Ann <a@b.c>` as the label that the specification of images has for it. */
function labelOf(line: string): string | undefined {
  const [, keyword = '', name = ''] = /^\s*(maintainer)\s+(.+?)\s*$/i.exec(line) ?? [];
  if (name === '' || /["\\$]/.test(name.replace(/^"([^"]*)"$/, '$1'))) return undefined;
  const label = keyword === keyword.toLowerCase() ? 'label' : 'LABEL';
  return `${label} org.opencontainers.image.authors="${name.replace(/^"([^"]*)"$/, '$1')}"`;
}

/** `CMD node index.js` as `CMD ["node", "index.js"]`: only where no shell is needed to tell the words apart or to make them. */
function jsonForm(line: string): string | undefined {
  const [, keyword, rest] = /^\s*(\S+)\s+(.+?)\s*$/.exec(line) ?? [];
  if (
    keyword === undefined ||
    rest === undefined ||
    !/^[\w@%+:,./-][\w@%+=:,./-]*(?:\s+[\w@%+=:,./-]+)*$/.test(rest)
  )
    return undefined;
  // `A=b program` sets a variable, and `exec` is the shell's own.
  const words = rest.split(/\s+/);
  if (/^(?:\w+=|(?:exec|cd|export|set|source|\.|eval|exit)$)/.test(words[0] ?? '')) return undefined;
  return `${keyword} [${words.map((word) => JSON.stringify(word)).join(', ')}]`;
}

/** `ENV key some value` as `ENV key="some value"`. */
function pairForm(line: string): string | undefined {
  const [, keyword, key, value] = /^\s*(\S+)\s+([^\s=]+)\s+(.+?)\s*$/.exec(line) ?? [];
  if (keyword === undefined || value === undefined || /["'\\]/.test(value)) return undefined;
  return `${keyword} ${key}=${/\s/.test(value) ? `"${value}"` : value}`;
}

/** The empty lines over which an instruction goes on, that ends at `endLine`. */
function withoutEmptyLines(lines: readonly string[], endLine: number): Fix | undefined {
  const edits: Edit[] = [];
  for (let line = endLine - 1; line >= 1; line--) {
    const text = lines[line - 1] ?? '';
    if (text.trim() === '') {
      const span = { startLine: line, startColumn: 1, endLine: line + 1, endColumn: 1 };
      edits.unshift({ span, text: '' });
    } else if (!/\\\s*$/.test(text) && !/^\s*#/.test(text)) break;
  }
  return edits.length === 0 ? undefined : { does: 'remove-lines', what: '', edits };
}
