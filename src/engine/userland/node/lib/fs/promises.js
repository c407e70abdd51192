// exports: access appendFile chmod chown constants copyFile cp link lstat mkdir mkdtemp open readFile readdir
// exports: readlink realpath rename rm rmdir stat symlink truncate unlink utimes writeFile
const { OPERATIONS, constants, later } = require('internal/files');

const promised = (steps) =>
  new Promise((resolve, reject) => {
    later(steps, (error, value) => (error ? reject(error) : resolve(value)));
  });

/** What `open` of node:fs/promises gives. */
class FileHandle {
  constructor(fd) {
    this.fd = fd;
  }
  readFile(options) {
    return promised(OPERATIONS.readFile(this.fd, options));
  }
  writeFile(data, options) {
    return promised(OPERATIONS.writeFile(this.fd, data, options));
  }
  appendFile(data, options) {
    return promised(OPERATIONS.writeFile(this.fd, data, options));
  }
  stat() {
    return promised(OPERATIONS.fstat(this.fd));
  }
  truncate(length) {
    return promised(OPERATIONS.ftruncate(this.fd, length));
  }
  write(data, ...args) {
    return new Promise((resolve, reject) =>
      require('fs').write(this.fd, data, ...args, (error, bytesWritten, buffer) =>
        error ? reject(error) : resolve({ bytesWritten, buffer }),
      ),
    );
  }
  read(buffer, offset, length, position) {
    return new Promise((resolve, reject) =>
      require('fs').read(this.fd, buffer, offset, length, position, (error, bytesRead) =>
        error ? reject(error) : resolve({ bytesRead, buffer }),
      ),
    );
  }
  close() {
    return promised(OPERATIONS.close(this.fd));
  }
  async [Symbol.asyncDispose]() {
    await this.close();
  }
}

Object.assign(exports, { constants });
for (const [name, operation] of Object.entries(OPERATIONS))
  exports[name] = async (...args) => promised(operation(...args));
exports.open = async (path, flags, mode) =>
  new FileHandle(await promised(OPERATIONS.open(path, flags, mode)));
