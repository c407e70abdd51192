process.on('exit', (code) => console.log('exit', code));
function deep() {
  throw new RangeError('too deep');
}
deep();
