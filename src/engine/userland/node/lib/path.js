// exports: basename delimiter dirname extname format isAbsolute join normalize parse posix relative resolve sep
// exports: toNamespacedPath matchesGlob
const path = require('path-browserify');
module.exports = path;
path.posix = path;
path.toNamespacedPath = (name) => name;
