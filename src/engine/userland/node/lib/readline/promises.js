// exports: Interface createInterface
const readline = require('readline');

class Interface extends readline.Interface {
  question(text, options) {
    return new Promise((resolve) => super.question(text, options ?? {}, resolve));
  }
}
exports.Interface = Interface;
exports.createInterface = (input, output) => new Interface(input?.input ? input : { input, output });
