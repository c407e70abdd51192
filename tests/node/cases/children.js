const { execSync, exec, execFile, spawn, spawnSync } = require('child_process');
console.log(execSync('echo out; echo "$X"', { env: { ...process.env, X: 'env' } }).toString());
try {
  execSync('echo no >&2; exit 3', { stdio: 'pipe' });
} catch (error) {
  console.log(error.status, String(error.stderr), error.message);
}
const sync = spawnSync('cat', [], { input: 'given', encoding: 'utf8' });
console.log(sync.status, sync.signal, sync.stdout, sync.output);
console.log(spawnSync('nonesuch').error.code);
exec('echo a; echo b >&2; exit 2', (error, stdout, stderr) => {
  console.log(error.code, error.killed, error.signal, error.cmd, stdout, stderr);
  execFile('echo', ['x', 'y'], (failure, out) => {
    console.log(failure, out);
    const child = spawn('cat');
    let heard = '';
    child.stdout.on('data', (data) => {
      heard += data;
    });
    child.on('exit', (code, signal) => console.log('exit', code, signal));
    child.on('close', (code) => {
      console.log('close', code, heard);
      const sleeper = spawn('sleep', ['100']);
      sleeper.on('exit', (c, signal) => {
        console.log(c, signal, sleeper.killed);
        spawn('nonesuch', ['a']).on('error', (e) =>
          console.log(e.code, e.syscall, e.path, e.spawnargs, e.message),
        );
      });
      console.log(sleeper.kill());
    });
    child.stdin.write('hello ');
    child.stdin.end('world');
  });
});
