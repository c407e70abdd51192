// exports: Buffer SlowBuffer INSPECT_MAX_BYTES kMaxLength constants atob btoa isUtf8 isAscii
const { Buffer, SlowBuffer, INSPECT_MAX_BYTES, kMaxLength } = require('buffer/');

// base64url came to Node after the package was made.
const plain = Buffer.prototype.toString;
Buffer.prototype.toString = function text(encoding, start, end) {
  if (String(encoding).toLowerCase() !== 'base64url') return plain.call(this, encoding, start, end);
  return plain.call(this, 'base64', start, end).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
};
const { isEncoding, from } = Buffer;
Buffer.isEncoding = (name) => String(name).toLowerCase() === 'base64url' || isEncoding(name);
Buffer.from = (value, encoding, length) =>
  from(value, String(encoding).toLowerCase() === 'base64url' ? 'base64' : encoding, length);
Buffer.prototype[Symbol.for('nodejs.util.inspect.custom')] = function inspect() {
  const bytes = [...this.subarray(0, 50)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  const more = this.length > 50 ? ` ... ${this.length - 50} more byte${this.length > 51 ? 's' : ''}` : '';
  return `<Buffer${bytes === '' ? '' : ` ${bytes}`}${more}>`;
};

Object.assign(exports, {
  Buffer,
  SlowBuffer,
  INSPECT_MAX_BYTES,
  kMaxLength,
  constants: { MAX_LENGTH: kMaxLength, MAX_STRING_LENGTH: 2 ** 29 - 24 },
  atob: (text) => Buffer.from(String(text), 'base64').toString('latin1'),
  btoa: (text) => Buffer.from(String(text), 'latin1').toString('base64'),
  isAscii: (bytes) => bytes.every((byte) => byte < 128),
  isUtf8: (bytes) => Buffer.from(Buffer.from(bytes).toString()).equals(Buffer.from(bytes)),
});
