const application = require('./application');
const bodies = require('./bodies');
const Router = require('./router');

module.exports = Object.assign(() => application.create(), {
  Router,
  application: application.prototype,
  json: bodies.json,
  urlencoded: bodies.urlencoded,
  text: bodies.text,
  raw: bodies.raw,
  static: require('./static'),
});
