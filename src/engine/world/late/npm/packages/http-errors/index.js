const { STATUS_CODES } = require('node:http');

/** An error with an HTTP status: createError(404, 'no such page', { expose: true }). */
function createError(...args) {
  let status = 500;
  let message;
  let error;
  let properties = {};
  for (const arg of args) {
    if (arg instanceof Error) error = arg;
    else if (typeof arg === 'number') status = arg;
    else if (typeof arg === 'string') message = arg;
    else properties = { ...properties, ...arg };
  }
  if (!STATUS_CODES[status]) status = 500;
  const made = error ?? new Error(message ?? STATUS_CODES[status]);
  if (!error)
    made.name = `${STATUS_CODES[status].replace(/[^A-Za-z]/g, '')}${status < 500 && !/Error$/.test(STATUS_CODES[status]) ? 'Error' : ''}`;
  made.status = made.statusCode = error?.status ?? status;
  made.expose = made.status < 500;
  return Object.assign(made, properties);
}

module.exports = createError;
