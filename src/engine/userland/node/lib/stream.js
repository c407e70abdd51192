// exports: Stream Readable Writable Duplex Transform PassThrough pipeline finished promises compose addAbortSignal
// exports: isReadable isErrored isDisturbed
const Stream = require('readable-stream');
module.exports = Stream;
