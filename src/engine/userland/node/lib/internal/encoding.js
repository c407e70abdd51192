// TextEncoder and TextDecoder (Encoding Standard), for UTF-8, UTF-16LE and Latin-1.
const { Buffer } = require('buffer');

exports.TextEncoder = class TextEncoder {
  encoding = 'utf-8';
  encode(text = '') {
    const { buffer, byteOffset, length } = Buffer.from(String(text), 'utf8');
    return new Uint8Array(buffer.slice(byteOffset, byteOffset + length));
  }
  encodeInto(text, target) {
    const bytes = this.encode(text);
    const written = Math.min(bytes.length, target.length);
    target.set(bytes.subarray(0, written));
    return { read: text.length, written };
  }
};

const NAMES = {
  'utf-8': 'utf8',
  utf8: 'utf8',
  'utf-16le': 'utf16le',
  latin1: 'latin1',
  'iso-8859-1': 'latin1',
  ascii: 'latin1',
  'windows-1252': 'latin1',
};

exports.TextDecoder = class TextDecoder {
  #name;
  #decoder;
  constructor(label = 'utf-8', { fatal = false, ignoreBOM = false } = {}) {
    this.#name = NAMES[String(label).toLowerCase()];
    if (!this.#name)
      throw require('internal/errors').coded(
        RangeError,
        'ERR_ENCODING_NOT_SUPPORTED',
        `The "${label}" encoding is not supported`,
      );
    Object.assign(this, { encoding: String(label).toLowerCase(), fatal, ignoreBOM });
  }
  decode(input = new Uint8Array(0), { stream = false } = {}) {
    const bytes = ArrayBuffer.isView(input)
      ? Buffer.from(input.buffer, input.byteOffset, input.byteLength)
      : Buffer.from(input);
    this.#decoder ??= new (require('string_decoder').StringDecoder)(this.#name);
    const text = this.#decoder.write(bytes) + (stream ? '' : this.#decoder.end());
    if (!stream) this.#decoder = undefined;
    if (this.fatal && text.includes('\ufffd'))
      throw require('internal/errors').coded(
        TypeError,
        'ERR_ENCODING_INVALID_ENCODED_DATA',
        `The encoded data was not valid for encoding ${this.encoding}`,
      );
    return this.ignoreBOM ? text : text.replace(/^\ufeff/, '');
  }
};
