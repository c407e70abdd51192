import type { languages } from 'monaco-editor/editor.js';

/**
 * How Dockerfiles are coloured, as BuildKit reads them: the words in whatever case, heredocs to their end, comments between the lines
 * of an instruction. Monaco's own definition knows instructions in capitals only.
 */

const INSTRUCTIONS = [
  'ADD',
  'ARG',
  'CMD',
  'COPY',
  'ENTRYPOINT',
  'ENV',
  'EXPOSE',
  'FROM',
  'HEALTHCHECK',
  'LABEL',
  'MAINTAINER',
  'RUN',
  'SHELL',
  'STOPSIGNAL',
  'USER',
  'VOLUME',
  'WORKDIR',
];

/** A pattern of words in any case; the rest of the tokenizer minds it, for the end of a heredoc does. */
const anyCase = (...words: readonly string[]): string =>
  words.map((word) => [...word].map((letter) => `[${letter}${letter.toLowerCase()}]`).join('')).join('|');

const word = (...words: readonly string[]) => new RegExp(`(?:${anyCase(...words)})(?=\\s|$)`);

/** The last line of a heredoc; with `<<-` tabs may stand before it. */
const heredoc = (end: RegExp): languages.IMonarchLanguageRule[] => [
  [end, { token: 'string', next: '@popall' }],
  [/^.*\n?/, 'string'],
  // What stands behind the mark: the text begins in the next line.
  [/.+|\n/, ''],
];

const BREAK = /[\\`][ \t]*\n/;

/** How brackets and comments behave. */
export const dockerfileConfiguration: languages.LanguageConfiguration = {
  comments: { lineComment: '#' },
  brackets: [
    ['{', '}'],
    ['[', ']'],
    ['(', ')'],
  ],
  autoClosingPairs: ['{}', '[]', '()', '""', "''"].map(([open = '', close = '']) => ({ open, close })),
};

/** What gets which colour. */
export const dockerfileColours: languages.IMonarchLanguage = {
  includeLF: true,
  variable: /\$(?:\w+|\{[^}\n]*\}?)/,
  tokenizer: {
    root: [
      { include: '@between' },
      [word('ONBUILD'), 'keyword'],
      [word('FROM'), 'keyword', '@flags.stage'],
      [word('RUN', 'ADD', 'COPY'), 'keyword', '@flags.documents'],
      [word(...INSTRUCTIONS), 'keyword', '@flags.text'],
      [/\s+/, ''],
      [/\S+/, '', '@text'],
    ],
    /** Comments, and lines that are empty: an instruction goes on behind them. */
    between: [
      [/^\s*#.*\n?/, 'comment'],
      [/^[ \t]*\n/, ''],
    ],
    flags: [
      { include: '@between' },
      [/[ \t]+/, ''],
      [BREAK, 'delimiter'],
      [/(--[\w-]+)(=\S*)?/, ['attribute.name', '']],
      [/(?=.|\n)/, { token: '', switchTo: '@$S2' }],
    ],
    stage: [[word('AS'), 'keyword'], { include: '@text' }],
    documents: [
      [/<<-(["']?)([A-Za-z_]\w*)\1/, { token: 'string', next: '@indented.$2' }],
      [/<<(["']?)([A-Za-z_]\w*)\1/, { token: 'string', next: '@heredoc.$2' }],
      { include: '@text' },
    ],
    text: [
      { include: '@between' },
      [BREAK, 'delimiter'],
      // The instruction ends with its line.
      [/\n/, '', '@popall'],
      [/\\./, ''],
      [/@variable/, 'variable'],
      [/"/, 'string', '@quoted."'],
      [/'/, 'string', "@quoted.'"],
      [/[^\\`$"'\s<]+|[^\n]/, ''],
    ],
    quoted: [
      { include: '@between' },
      [BREAK, 'string'],
      [/\n/, '', '@popall'],
      [/\\./, 'string.escape'],
      [/["']/, { cases: { '$#==$S2': { token: 'string', next: '@pop' }, '@default': 'string' } }],
      [/@variable/, { cases: { "$S2=='": 'string', '@default': 'variable' } }],
      [/[^\\`$"'\n]+|[^\n]/, 'string'],
    ],
    heredoc: heredoc(/^$S2\n?$/),
    indented: heredoc(/^\t*$S2\n?$/),
  },
};
