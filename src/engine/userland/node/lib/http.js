// exports: Agent ClientRequest IncomingMessage METHODS OutgoingMessage STATUS_CODES Server ServerResponse
// exports: createServer get globalAgent request
const { IncomingMessage, Server, ServerResponse } = require('internal/http/server');
const { OutgoingMessage } = require('internal/http/outgoing');
const { STATUS_CODES } = require('internal/http/status');

const optionsOf = (input, options) => {
  const url = typeof input === 'string' ? new URL(input) : input instanceof URL ? input : undefined;
  if (url === undefined) return input;
  if (url.protocol !== 'http:')
    throw require('internal/errors').coded(
      TypeError,
      'ERR_INVALID_PROTOCOL',
      `Protocol "${url.protocol}" not supported. Expected "http:"`,
    );
  return {
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port || 80,
    path: `${url.pathname}${url.search}`,
    ...(url.username
      ? { auth: `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}` }
      : {}),
    ...options,
  };
};

const request = (input, ...rest) => {
  const { ClientRequest } = require('internal/http/client');
  const options = typeof rest[0] === 'object' ? rest[0] : {};
  return new ClientRequest(
    optionsOf(input, options),
    rest.find((one) => typeof one === 'function'),
  );
};

class Agent {
  constructor(options = {}) {
    this.options = options;
  }
  destroy() {}
}

module.exports = {
  Agent,
  IncomingMessage,
  METHODS: [
    'ACL',
    'CONNECT',
    'COPY',
    'DELETE',
    'GET',
    'HEAD',
    'LINK',
    'LOCK',
    'MERGE',
    'MKCOL',
    'MOVE',
    'OPTIONS',
    'PATCH',
    'POST',
    'PROPFIND',
    'PROPPATCH',
    'PURGE',
    'PUT',
    'REPORT',
    'SEARCH',
    'SUBSCRIBE',
    'TRACE',
    'UNLINK',
    'UNLOCK',
    'UNSUBSCRIBE',
  ],
  OutgoingMessage,
  STATUS_CODES,
  Server,
  ServerResponse,
  get ClientRequest() {
    return require('internal/http/client').ClientRequest;
  },
  createServer: (options, listener) => new Server(options, listener),
  get(...args) {
    const req = request(...args);
    req.end();
    return req;
  },
  globalAgent: new Agent(),
  maxHeaderSize: 16384,
  request,
};
