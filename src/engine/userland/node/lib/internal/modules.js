// CommonJS: require, and what a module sees of it. Where modules are, the outside knows (modules.ts).
const { compile, builtin, has, raw } = binding;
const { PREFIX, wrapped } = require('internal/stack');
const { sources } = require('internal/fatal');

class Module {
  constructor(id, parent) {
    this.id = id;
    this.path = id.replace(/\/[^/]*$/, '') || '/';
    this.exports = {};
    this.filename = id;
    this.loaded = false;
    this.children = [];
    this.paths = pathsOf(this.path);
    Object.defineProperty(this, 'parent', { value: parent, enumerable: false });
    parent?.children.push(this);
  }
  require(name) {
    return load(name, this);
  }
  _compile(content, filename) {
    return run(this, content, filename);
  }
}

const pathsOf = (directory) => {
  const paths = [];
  for (let at = directory; ; at = at.replace(/\/[^/]*$/, '')) {
    if (!at.endsWith('/node_modules')) paths.push(`${at === '/' ? '' : at}/node_modules`);
    if (at === '' || at === '/') break;
  }
  return paths;
};

Module._cache = Object.create(null);
Module._extensions = {
  '.js': (module, filename) => run(module, read(filename), filename),
  '.json': (module, filename) => {
    try {
      module.exports = JSON.parse(read(filename).replace(/^\uFEFF/, ''));
    } catch (error) {
      error.message = `${filename}: ${error.message}`;
      throw error;
    }
  },
};
Module._nodeModulePaths = pathsOf;
Module.Module = Module;
Module.builtinModules = [
  'assert',
  'buffer',
  'child_process',
  'crypto',
  'dns',
  'events',
  'fs',
  'fs/promises',
  'http',
  'module',
  'net',
  'os',
  'path',
  'perf_hooks',
  'process',
  'querystring',
  'readline',
  'stream',
  'stream/promises',
  'string_decoder',
  'timers',
  'timers/promises',
  'tty',
  'url',
  'util',
];
Module.isBuiltin = (name) => has(name.replace(/^node:/, ''));
Module.createRequire = (from) => {
  const path = String(from).replace(/^file:\/\//, '');
  return requireOf(new Module(path));
};

const read = (path) => require('fs').readFileSync(path, 'utf8');

const run = (module, content, filename) => {
  const text = content.replace(/^\uFEFF/, '').replace(/^#!/, '//');
  sources.set(filename, content);
  wrapped.add(filename);
  const body = compile(`${PREFIX}${text}\n})`, filename);
  return Reflect.apply(body, module.exports, [
    module.exports,
    requireOf(module),
    module,
    filename,
    module.path,
  ]);
};

const requireOf = (module) => {
  const require = (name) => load(name, module);
  require.resolve = (name) => resolve(name, module).path;
  require.resolve.paths = () => module.paths;
  require.cache = Module._cache;
  require.extensions = Module._extensions;
  require.main = main;
  return require;
};

let main;

const resolve = (name, from) => {
  if (typeof name !== 'string') throw require('internal/errors').argumentType('id', 'of type string', name);
  if (name === '')
    throw require('internal/errors').coded(
      TypeError,
      'ERR_INVALID_ARG_VALUE',
      "The argument 'id' must be a non-empty string. Received ''",
    );
  const found = JSON.parse(raw('resolve', from.filename, name));
  if (found.path !== undefined) return found;
  const stack = [];
  for (let at = from; at; at = at.parent) stack.push(at.filename);
  const error = new Error(
    `${found.message}${found.code === 'MODULE_NOT_FOUND' ? `\nRequire stack:\n${stack.map((id) => `- ${id}`).join('\n')}` : ''}`,
  );
  error.code = found.code;
  if (found.code === 'MODULE_NOT_FOUND') error.requireStack = stack;
  throw error;
};

const load = (name, from) => {
  const found = resolve(name, from);
  if (found.format === 'builtin') return builtin(found.path);
  return loadFile(found, from).exports;
};

const loadFile = ({ path, format }, parent, isMain = false) => {
  const known = Module._cache[path];
  if (known) return known;
  if (format === 'module') {
    throw require('internal/errors').coded(
      Error,
      'ERR_REQUIRE_ESM',
      `require() of ES Module ${path} from ${parent?.filename ?? '.'} is not simulated in Drydock. Use import instead.`,
    );
  }
  const module = new Module(path, parent);
  if (isMain) {
    main = module;
    require('process').mainModule = module;
    module.id = '.';
  }
  Module._cache[path] = module;
  try {
    Module._extensions[format === 'json' ? '.json' : '.js'](module, path);
  } catch (error) {
    delete Module._cache[path];
    throw error;
  }
  module.loaded = true;
  return module;
};

/** What an import of a CommonJS module, of JSON or of one of Node's own gets. */
const requireBuilt = (path) => {
  if (!path.startsWith('/')) return builtin(path);
  return loadFile({ path, format: path.endsWith('.json') ? 'json' : 'commonjs' }).exports;
};

const importer = compile('((name) => import(name))', '/[importer]');

Object.assign(Module, {
  _load: load,
  requireBuilt,
  requireOf,
  /** Runs the program's file. */
  runMain(path) {
    const found = resolve(path, new Module('/[main]'));
    const process = require('process');
    process.argv[1] = found.path;
    if (found.format !== 'module') {
      loadFile(found, undefined, true);
      return;
    }
    sources.set(found.path, read(found.path));
    importer(found.path).catch((error) => require('internal/fatal').uncaught(error));
  },
});

module.exports = Module;
