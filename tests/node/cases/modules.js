const path = require('node:path');
console.log(
  path.basename(__filename),
  path.dirname(__filename) === __dirname,
  require.main === module,
  module.exports === exports,
  this === exports,
);
console.log(
  typeof require.resolve,
  require.cache[__filename] === module,
  module.loaded,
  module.children.length,
);
try {
  require('./missing');
} catch (error) {
  console.log(error.code, error.message.split('\n')[0]);
}
try {
  require('no-such-package');
} catch (error) {
  console.log(error.code, error.message.split('\n')[0]);
}
console.log(
  require('./esm/data.json').list,
  require('./esm/counter.cjs').count,
  require('./esm/counter.cjs').next(),
  require('./esm/counter.cjs').next(),
);
console.log(require('module').isBuiltin('fs'), require('module').builtinModules.includes('http'));
import('./esm/lib.mjs').then((lib) => console.log(lib.default, lib.named, Object.keys(lib)));
process.exitCode = 7;
