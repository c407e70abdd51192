import type {
  AndOr,
  Assignment,
  CommandNode,
  CompoundCommand,
  Redirection,
  Script,
  Segment,
  Stage,
  Word,
} from './tree.ts';

/** A command as the job tables of dash and BusyBox show it (dash's jobs.c, cmdtxt): on one line. */
export function posixCommandText(node: AndOr | Stage): string {
  if (node.type === 'and-or') {
    const parts = node.commands.map(posixCommandText);
    return parts.reduce((text, part, i) => `${text} ${node.operators[i - 1]} ${part}`);
  }
  if (node.type !== 'pipeline') return commandText(node);
  return `${node.negated ? '!' : ''}${node.commands.map(commandText).join(' | ')}`;
}

function commandText(node: CommandNode): string {
  switch (node.type) {
    case 'simple': {
      const words = node.words.map(argumentText);
      return [...words, ...node.redirections.map(redirectionText)].join(' ');
    }
    case 'function':
      return `${node.name}() { ... }`;
    case 'coprocess':
      return commandText(node.body);
    default:
      return compoundText(node);
  }
}

const listText = ({ commands }: Script): string =>
  commands.map(({ command }) => posixCommandText(command)).join('; ');

function compoundText(node: CompoundCommand): string {
  switch (node.type) {
    case 'group':
      return listText(node.body);
    case 'subshell':
      return `(${listText(node.body)})`;
    case 'while':
    case 'until':
      return `${node.type} ${listText(node.test)}; do ${listText(node.body)}; done`;
    case 'for':
      return `for ${node.name} in ${node.words?.map(wordText).join(' ') ?? '"${@}"'}; do ${listText(node.body)}; done`;
    case 'if': {
      const [first, ...others] = node.branches;
      const rest = others.length > 0 ? compoundText({ ...node, branches: others }) : node.otherwise;
      const otherwise =
        rest === undefined ? '' : `; else ${typeof rest === 'string' ? rest : listText(rest)}`;
      return `if ${listText(first!.test)}; then ${listText(first!.body)}${otherwise}; fi`;
    }
    case 'case': {
      const items = node.items.map(({ patterns, body }) => `${wordText(patterns[0]!)}) ${listText(body)};; `);
      return `case ${wordText(node.subject)} in ${items.join('')}esac`;
    }
    default:
      return '';
  }
}

const argumentText = (word: Word | Assignment): string => (word.type === 'word' ? wordText(word) : word.text);

const wordText = (word: Word): string => {
  let out = '';
  let quoted = false;
  for (const segment of word.segments) {
    const inQuotes = 'quoted' in segment && segment.quoted;
    // A character that a backslash quotes stands without it.
    const marks = segment.kind === 'text' && inQuotes && !/["']/.test(word.text) ? false : inQuotes;
    if (marks !== quoted) out += '"';
    quoted = marks;
    out += segmentText(segment);
  }
  return quoted ? `${out}"` : out;
};

function segmentText(segment: Segment): string {
  switch (segment.kind) {
    case 'text':
      return segment.text;
    case 'tilde':
      return `~${segment.user}`;
    case 'parameter':
      return segment.parameter.text.startsWith('${')
        ? segment.parameter.text
        : `\${${segment.parameter.name}}`;
    case 'command':
    case 'process':
      return '$(...)';
    case 'arithmetic':
      return `$((${segment.text}))`;
  }
}

function redirectionText(redirection: Redirection): string {
  if (redirection.type === 'here-document') return '<<...';
  const { operator, target } = redirection;
  return `${redirection.fd ?? (operator.startsWith('<') ? 0 : 1)}${operator}${wordText(target)}`;
}
