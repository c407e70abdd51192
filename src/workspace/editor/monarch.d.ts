// Monaco's tokenizer has no types: what the test of our colours uses of it.
declare module 'monaco-editor/editor/standalone/common/monarch/monarchCompile.js' {
  export function compile(language: string, definition: object): object;
}

declare module 'monaco-editor/editor/standalone/common/monarch/monarchLexer.js' {
  export class MonarchTokenizer {
    constructor(languages: object, themes: object, language: string, lexer: object, configuration: object);
    getInitialState(): object;
    tokenize(
      line: string,
      hasEol: boolean,
      state: object,
    ): { tokens: { offset: number; type: string }[]; endState: object };
  }
}
