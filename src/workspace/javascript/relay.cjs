/**
 * Runs inside the WebContainer, beside one program of the learner's: starts it, and carries what it prints and what its ports say. Both
 * ways each message is a line of JSON behind a mark, for the terminal between may add lines and colours of its own; bytes are in base64.
 */
const { spawn } = require('node:child_process');
const { connect } = require('node:net');
const { constants } = require('node:os');

const MARK = '\x02';
/** What a line may carry: terminals hold only so much in one. */
const PIECE = 1536;

const tell = (message) => process.stdout.write(`${MARK}${JSON.stringify(message)}\n`);
const carry = (bytes, message) => {
  for (let at = 0; at < bytes.length; at += PIECE)
    tell({ ...message, data: bytes.subarray(at, at + PIECE).toString('base64') });
};

const [file, ...args] = process.argv.slice(2);
const program = spawn('node', [file, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
program.stdout.on('data', (bytes) => carry(bytes, { is: 'output', fd: 1 }));
program.stderr.on('data', (bytes) => carry(bytes, { is: 'output', fd: 2 }));
program.on('error', ({ message }) => tell({ is: 'unavailable', reason: message }));
program.on('close', (status, signal) => {
  tell({ is: 'exited', status: status ?? 128 + (constants.signals[signal] ?? 0) });
  process.stdin.destroy();
});

const connections = new Map();
const orders = {
  connect({ connection, port }) {
    const socket = connect({ port, host: 'localhost', allowHalfOpen: true });
    connections.set(connection, socket);
    socket.on('data', (data) => carry(data, { is: 'data', connection }));
    const end = () => {
      if (connections.delete(connection)) tell({ is: 'end', connection });
    };
    socket.on('end', end);
    socket.on('close', end);
    socket.on('error', end);
  },
  data: ({ connection, data }) => connections.get(connection)?.write(Buffer.from(data, 'base64')),
  end: ({ connection }) => connections.get(connection)?.end(),
  stop: () => program.kill('SIGKILL'),
};

process.stdin.setRawMode?.(true);
process.stdin.setEncoding('utf8');
let rest = '';
process.stdin.on('data', (text) => {
  const lines = (rest + text).split(/[\r\n]/);
  rest = lines.pop();
  for (const line of lines) {
    const at = line.indexOf(MARK);
    if (at === -1) continue;
    const order = JSON.parse(line.slice(at + 1));
    orders[order.is]?.(order);
  }
});
