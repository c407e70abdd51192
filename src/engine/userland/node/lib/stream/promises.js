// exports: pipeline finished
const { pipeline, finished } = require('readable-stream').promises;

Object.assign(exports, { pipeline, finished });
