/** What a server refuses, with the number and the name that clients know it by. */
export class MongoError extends Error {
  readonly code: number;
  readonly codeName: string;

  constructor(code: keyof typeof CODES, message: string) {
    super(message);
    this.codeName = code;
    this.code = CODES[code];
  }
}

const CODES = {
  BadValue: 2,
  FailedToParse: 9,
  Unauthorized: 13,
  TypeMismatch: 14,
  InvalidLength: 16,
  AuthenticationFailed: 18,
  UserNotFound: 11,
  NamespaceNotFound: 26,
  IndexNotFound: 27,
  PathNotViable: 28,
  NamespaceExists: 48,
  CommandNotFound: 59,
  ImmutableField: 66,
  CannotCreateIndex: 67,
  InvalidNamespace: 73,
  NotImplemented: 238,
  DuplicateKey: 11000,
  Location16410: 16410,
  Location15947: 15947,
  Location40324: 40324,
  Location51003: 51003,
} as const;
