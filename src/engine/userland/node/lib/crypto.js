// exports: createHash createHmac getHashes randomBytes randomInt randomUUID timingSafeEqual webcrypto getRandomValues
const { call } = binding;
const { Buffer } = require('buffer');

const bytesOf = (data, encoding) =>
  typeof data === 'string'
    ? Buffer.from(data, encoding)
    : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
const contents = ({ buffer, byteOffset, byteLength }) => buffer.slice(byteOffset, byteOffset + byteLength);

const digestOf = (algorithm, data) => {
  const hex = call('hash', algorithm.toLowerCase().replace('-', ''), contents(data));
  if (hex === undefined)
    throw require('internal/errors').coded(Error, 'ERR_OSSL_EVP_UNSUPPORTED', 'Digest method not supported');
  return Buffer.from(hex, 'hex');
};

class Hash {
  #chunks = [];
  #algorithm;
  constructor(algorithm) {
    digestOf(algorithm, Buffer.alloc(0));
    this.#algorithm = algorithm;
  }
  update(data, encoding) {
    this.#chunks.push(Buffer.from(bytesOf(data, encoding)));
    return this;
  }
  digest(encoding) {
    const digest = digestOf(this.#algorithm, Buffer.concat(this.#chunks));
    return encoding === undefined || encoding === 'buffer' ? digest : digest.toString(encoding);
  }
}

const BLOCK = { sha384: 128, sha512: 128 };

class Hmac {
  #inner;
  #outer;
  #algorithm;
  constructor(algorithm, key) {
    this.#algorithm = algorithm;
    const block = Buffer.alloc(BLOCK[algorithm.toLowerCase()] ?? 64);
    const given = bytesOf(key);
    (given.length > block.length ? digestOf(algorithm, given) : given).copy(block);
    this.#inner = new Hash(algorithm).update(block.map((byte) => byte ^ 0x36));
    this.#outer = block.map((byte) => byte ^ 0x5c);
  }
  update(data, encoding) {
    this.#inner.update(data, encoding);
    return this;
  }
  digest(encoding) {
    return new Hash(this.#algorithm).update(this.#outer).update(this.#inner.digest()).digest(encoding);
  }
}

const randomBytes = (size, callback) => {
  const bytes = Buffer.from(call('random', size));
  if (callback) require('process').nextTick(callback, null, bytes);
  return bytes;
};

Object.assign(exports, {
  createHash: (algorithm) => new Hash(algorithm),
  createHmac: (algorithm, key) => new Hmac(algorithm, key),
  getHashes: () => ['md5', 'sha1', 'sha256', 'sha384', 'sha512'],
  randomBytes,
  randomInt(min, max, callback) {
    const [low, high] = typeof max === 'number' ? [min, max] : [0, min];
    const value = low + Math.floor((randomBytes(6).readUIntBE(0, 6) / 2 ** 48) * (high - low));
    const done = typeof max === 'function' ? max : callback;
    if (!done) return value;
    require('process').nextTick(done, null, value);
    return undefined;
  },
  randomUUID() {
    const bytes = randomBytes(16);
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  },
  getRandomValues(array) {
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(randomBytes(array.byteLength));
    return array;
  },
  timingSafeEqual: (a, b) => Buffer.from(a).equals(Buffer.from(b)),
});
for (const name of [
  'createCipheriv',
  'createDecipheriv',
  'createSign',
  'createVerify',
  'generateKeyPair',
  'generateKeyPairSync',
  'pbkdf2',
  'pbkdf2Sync',
  'scrypt',
  'scryptSync',
  'createSecureContext',
])
  exports[name] = () => {
    throw require('internal/errors').notSimulated(`crypto.${name}`);
  };
exports.webcrypto = { getRandomValues: exports.getRandomValues, randomUUID: exports.randomUUID };
