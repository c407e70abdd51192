const { call } = binding;

exports.isatty = (fd) => Number.isInteger(fd) && fd >= 0 && call('isatty', fd);
