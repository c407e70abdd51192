/** What is wrong with a text: a token where it may not stand, or an end that does not come. syntax-error.ts words it. */
export type FaultDetail =
  /** `token` is undefined at the end of the text; `expected` what alone would have been right. */
  | { kind: 'token'; token: string | undefined; word: boolean; expected: string | undefined }
  /** A quote or bracket that was opened on `from`, and what would have closed it. */
  | { kind: 'unterminated'; opened: string; from: number }
  /** `ended`: at the end of the line or text. */
  | { kind: 'message'; message: string; ended: boolean };

/** Thrown where a text is not the shell's language. */
export class SyntaxFault extends Error {
  readonly detail: FaultDetail;
  readonly line: number;
  /** The fault lies at the end of the text. */
  readonly ended: boolean;

  constructor(detail: FaultDetail, line: number, ended: boolean) {
    super(detail.kind);
    this.detail = detail;
    this.line = line;
    this.ended = ended;
  }

  static atEnd(line: number, expected?: string): SyntaxFault {
    return new SyntaxFault({ kind: 'token', token: undefined, word: false, expected }, line, true);
  }

  static unterminated(opened: string, from: number, line: number): SyntaxFault {
    return new SyntaxFault({ kind: 'unterminated', opened, from }, line, true);
  }

  static message(message: string, line: number): SyntaxFault {
    return new SyntaxFault({ kind: 'message', message, ended: true }, line, false);
  }
}
