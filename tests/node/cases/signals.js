process.on('SIGUSR1', (name, number) => {
  console.log('heard', name, number);
  clearInterval(alive);
});
process.once('SIGTERM', () => {
  console.log('term');
  process.kill(process.pid, 'SIGUSR1');
});
const alive = setInterval(() => {}, 1000);
process.kill(process.pid, 'SIGTERM');
try {
  process.kill(999999999, 0);
} catch (error) {
  console.log(error.code, error.syscall, error.message);
}
console.log(process.kill(process.pid, 0));
