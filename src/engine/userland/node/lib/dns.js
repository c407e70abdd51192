const { begin } = binding;

const failed = (code, name) =>
  Object.assign(new Error(`getaddrinfo ${code} ${name}`), {
    errno: code === 'EAI_AGAIN' ? -3001 : -3008,
    code,
    syscall: 'getaddrinfo',
    hostname: name,
  });

exports.lookup = (name, options, callback) => {
  const done = typeof options === 'function' ? options : callback;
  const { family = 0, all = false } =
    typeof options === 'number' ? { family: options } : typeof options === 'object' && options ? options : {};
  begin(
    { syscall: 'getaddrinfo' },
    (error, answer) => {
      if (error) return done(error);
      if (answer.startsWith('EAI_')) return done(failed(answer === 'EAI_AGAIN' ? answer : 'ENOTFOUND', name));
      const found = JSON.parse(answer)
        .map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
        .filter((one) => family === 0 || one.family === family);
      if (found.length === 0) return done(failed('ENOTFOUND', name));
      if (all) return done(null, found);
      done(null, found[0].address, found[0].family);
    },
    'lookup',
    String(name),
  );
};
exports.promises = {
  lookup: (name, options) =>
    new Promise((resolve, reject) =>
      exports.lookup(name, options ?? {}, (error, address, family) =>
        error ? reject(error) : resolve(Array.isArray(address) ? address : { address, family }),
      ),
    ),
};
for (const name of ['resolve', 'resolve4', 'resolve6', 'reverse', 'resolveMx', 'resolveTxt'])
  exports[name] = () => {
    throw require('internal/errors').notSimulated(`dns.${name}`);
  };
