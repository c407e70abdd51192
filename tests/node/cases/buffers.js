const { StringDecoder } = require('string_decoder');
const b = Buffer.from('héllo wörld');
console.log(
  b.length,
  b.toString('hex'),
  b.toString('base64'),
  b.toString('base64url'),
  b.subarray(0, 3).toString('latin1'),
);
console.log(
  Buffer.concat([Buffer.from('a'), Buffer.from([98])]).toString(),
  Buffer.byteLength('é'),
  Buffer.compare(Buffer.from('a'), Buffer.from('b')),
);
console.log(
  b.indexOf('w'),
  b.includes('hé'),
  b.equals(Buffer.from('héllo wörld')),
  Buffer.alloc(3, 'ab'),
  Buffer.isBuffer(b),
);
const n = Buffer.alloc(8);
n.writeUInt32BE(0xdeadbeef, 0);
n.writeInt16LE(-2, 4);
console.log(n, n.readUInt32LE(0), n.readInt16LE(4), n.toJSON());
console.log(
  Buffer.from('aGk=', 'base64').toString(),
  Buffer.from('6869', 'hex').toString(),
  atob('aGk='),
  btoa('hi'),
);
const d = new StringDecoder('utf8');
console.log(d.write(Buffer.from([0xe4, 0xbd])), d.write(Buffer.from([0xa0])), d.end());
console.log(new TextDecoder().decode(new TextEncoder().encode('你好')), new TextEncoder().encode('é'));
console.log(structuredClone({ a: new Date(5), m: new Map([[1, { x: 1 }]]) }));
console.log('a\0b'.length, JSON.stringify('a\0b'));
process.stdout.write('nul:a\0b\n');
