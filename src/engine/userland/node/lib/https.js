// TLS is not modelled for programs of one's own.
const refused = (name) => () => {
  throw require('internal/errors').notSimulated(`https.${name}`);
};

module.exports = {
  Agent: class Agent {},
  createServer: refused('createServer'),
  get: refused('get'),
  request: refused('request'),
};
