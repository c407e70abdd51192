const readline = require('readline');
const lines = [];
const rl = readline.createInterface({ input: process.stdin });
rl.on('line', (line) => lines.push(line));
rl.on('close', () => {
  console.log(lines);
  console.log(
    process.stdin.isTTY,
    process.stdout.isTTY,
    process.argv.slice(2),
    process.env.GIVEN,
    process.platform,
    process.version.startsWith('v24'),
  );
});
