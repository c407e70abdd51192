/** Where an exchange can break: before anything came, in the middle, by bytes that are not HTTP, or by size. */
export type HttpErrorCode = 'EOF' | 'UNEXPECTED_EOF' | 'MALFORMED' | 'TOO_LARGE' | 'UNSUPPORTED';

/** What a broken exchange throws; `message` is worded as Go's net/http words it. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly code: HttpErrorCode;

  constructor(code: HttpErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
