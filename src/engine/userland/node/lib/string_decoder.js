exports.StringDecoder = require('string_decoder/').StringDecoder;
