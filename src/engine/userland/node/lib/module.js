// exports: Module builtinModules createRequire isBuiltin
const Module = require('internal/modules');
module.exports = Module;
