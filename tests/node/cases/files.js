const fs = require('fs');
const path = require('path');
const base = fs.mkdtempSync(path.join(require('os').tmpdir(), 'case-'));
process.chdir(base);
console.log(process.cwd() === fs.realpathSync(base));
fs.writeFileSync('a.txt', 'one\n');
fs.appendFileSync('a.txt', 'two\n');
console.log(fs.readFileSync('a.txt', 'utf8'), fs.readFileSync('a.txt').length);
fs.mkdirSync('d/e/f', { recursive: true });
fs.writeFileSync('d/e/x.json', JSON.stringify({ x: 1 }));
console.log(
  fs.readdirSync('.').sort(),
  fs.readdirSync('d', { withFileTypes: true }).map((e) => [e.name, e.isDirectory()]),
);
console.log(fs.readdirSync('d', { recursive: true }).sort());
const stat = fs.statSync('a.txt');
console.log(
  stat.isFile(),
  stat.isDirectory(),
  stat.size,
  (stat.mode & 0o777).toString(8),
  stat.mtime instanceof Date,
);
fs.symlinkSync('a.txt', 'link');
console.log(
  fs.readlinkSync('link'),
  fs.lstatSync('link').isSymbolicLink(),
  fs.existsSync('link'),
  fs.existsSync('nope'),
);
fs.chmodSync('a.txt', 0o600);
console.log((fs.statSync('a.txt').mode & 0o777).toString(8));
fs.renameSync('a.txt', 'b.txt');
fs.copyFileSync('b.txt', 'c.txt');
fs.truncateSync('c.txt', 3);
console.log(fs.readFileSync('c.txt', 'latin1'), fs.existsSync('a.txt'));
const fd = fs.openSync('c.txt', 'r+');
const buffer = Buffer.alloc(5);
console.log(fs.readSync(fd, buffer, 1, 2, 0), buffer, fs.writeSync(fd, 'XYZ', 1));
fs.closeSync(fd);
console.log(fs.readFileSync('c.txt', 'utf8'));
for (const attempt of [
  () => fs.readFileSync('nope'),
  () => fs.mkdirSync('d'),
  () => fs.rmdirSync('d'),
  () => fs.readdirSync('b.txt'),
  () => fs.readFileSync('d'),
  () => fs.rmSync('d'),
  () => fs.openSync('b.txt', 'wx'),
  () => fs.readFileSync(5.5),
  () => fs.writeFileSync('x', {}),
  () => fs.accessSync('nope'),
]) {
  try {
    attempt();
    console.log('no error');
  } catch (error) {
    console.log(error.code, error.message.replaceAll(base, 'BASE'), error.syscall);
  }
}
console.log(fs.statSync('nope', { throwIfNoEntry: false }));
fs.readFile('b.txt', 'utf8', (error, text) => {
  console.log('callback', error, text);
  fs.readFile('nope', (failure) => {
    console.log(failure.code, failure.path);
    fs.promises
      .readFile('b.txt', 'utf8')
      .then((again) => console.log('promise', again.length))
      .then(() => fs.promises.readdir('d/e'))
      .then((names) => console.log(names.sort()))
      .then(() => fs.promises.rm('nope').catch((e) => console.log(e.code)))
      .then(() => {
        fs.createReadStream('b.txt', { encoding: 'utf8', highWaterMark: 3 })
          .on('data', (chunk) => console.log('chunk', JSON.stringify(chunk)))
          .on('end', () => {
            const out = fs.createWriteStream('out.txt');
            out.write('first ');
            out.end('last', () => {
              console.log(fs.readFileSync('out.txt', 'utf8'), out.bytesWritten);
              fs.rmSync(base, { recursive: true });
              console.log(fs.existsSync(base));
            });
          });
      });
  });
});
