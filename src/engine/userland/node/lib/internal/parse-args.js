// util.parseArgs: options of a command line by their declarations.
const { coded } = require('internal/errors');

exports.parseArgs = ({
  args = require('process').argv.slice(2),
  options = {},
  strict = true,
  allowPositionals = !strict,
} = {}) => {
  const values = Object.create(null);
  const positionals = [];
  for (const [name, { default: value }] of Object.entries(options))
    if (value !== undefined) values[name] = value;
  const given = new Set();
  const put = (name, value, raw) => {
    const option = options[name];
    if (strict && !option) throw coded(TypeError, 'ERR_PARSE_ARGS_UNKNOWN_OPTION', `Unknown option '${raw}'`);
    if (strict && option.type === 'string' && typeof value !== 'string')
      throw coded(
        TypeError,
        'ERR_PARSE_ARGS_INVALID_OPTION_VALUE',
        `Option '${option.short ? `-${option.short}, ` : ''}--${name} <value>' argument missing`,
      );
    if (option?.multiple) values[name] = given.has(name) ? [...values[name], value] : [value];
    else values[name] = value;
    given.add(name);
  };
  const rest = [...args];
  while (rest.length > 0) {
    const arg = rest.shift();
    if (arg === '--') {
      positionals.push(...rest.splice(0));
    } else if (arg.startsWith('--')) {
      const [, name, value] = /^--([^=]*)(?:=(.*))?$/s.exec(arg);
      const takes = options[name]?.type === 'string';
      put(name, takes ? (value ?? rest.shift()) : (value ?? true), arg);
    } else if (/^-./.test(arg)) {
      for (const [at, letter] of [...arg.slice(1)].entries()) {
        const name = Object.keys(options).find((key) => options[key].short === letter) ?? letter;
        if (options[name]?.type === 'string') {
          put(name, arg.slice(at + 2) || rest.shift(), `-${letter}`);
          break;
        }
        put(name, true, `-${letter}`);
      }
    } else {
      if (strict && !allowPositionals)
        throw coded(
          TypeError,
          'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL',
          `Unexpected argument '${arg}'. This command does not take positional arguments`,
        );
      positionals.push(arg);
    }
  }
  return { values, positionals };
};
