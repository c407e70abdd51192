import { compile } from 'monaco-editor/editor/standalone/common/monarch/monarchCompile.js';
import { MonarchTokenizer } from 'monaco-editor/editor/standalone/common/monarch/monarchLexer.js';
import { describe, expect, it } from 'vitest';
import { dockerfileColours } from './dockerfile-colours.ts';

/** The coloured pieces of a text, as Monaco's own tokenizer finds them: `piece:colour`. */
function coloured(text: string): string[][] {
  const tokenizer = new MonarchTokenizer(
    { languageIdCodec: { encodeLanguageId: () => 1 } },
    {},
    'dockerfile',
    compile('dockerfile', dockerfileColours),
    { getValue: () => 20_000, onDidChangeConfiguration: () => ({}) },
  );
  let state = tokenizer.getInitialState();
  const lines = text.split('\n');
  return lines.map((line, i) => {
    const { tokens, endState } = tokenizer.tokenize(line, i + 1 < lines.length, state);
    state = endState;
    return tokens
      .map(({ offset, type }, at) => `${line.slice(offset, tokens[at + 1]?.offset)}:${type.split('.')[0]}`)
      .filter((piece) => !piece.endsWith(':'));
  });
}

describe('the colours of a Dockerfile', () => {
  it('are the same for instructions in whatever case, where BuildKit looks for one', () => {
    for (const from of ['FROM', 'from', 'From'])
      expect(coloured(`${from} alpine as base`)).toEqual([[`${from}:keyword`, 'as:keyword']]);
    expect(coloured('onbuild copy --from=base a run')).toEqual([
      ['onbuild:keyword', 'copy:keyword', '--from:attribute'],
    ]);
    expect(coloured('runner run')).toEqual([[]]);
  });

  it('go on over broken lines, comments and empty lines', () => {
    expect(coloured('run apk add \\\n  # why\n\n  "a $HOME" run\nuser me')).toEqual([
      ['run:keyword', '\\:delimiter'],
      ['  # why:comment'],
      [],
      ['"a :string', '$HOME:variable', '":string'],
      ['user:keyword'],
    ]);
  });

  it('leave the text of a heredoc alone until its own end', () => {
    expect(coloured('COPY <<EOF /etc/x\nrun this\neof\n EOF\nEOF\nuser me')).toEqual([
      ['COPY:keyword', '<<EOF:string'],
      ['run this:string'],
      ['eof:string'],
      [' EOF:string'],
      ['EOF:string'],
      ['user:keyword'],
    ]);
    expect(coloured("RUN <<-'EOF'\n\tEOF\nuser me").at(-1)).toEqual(['user:keyword']);
  });
});
