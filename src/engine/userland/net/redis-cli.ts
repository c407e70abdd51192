import { Errno } from '../../base/errno.ts';
import { lookupHost } from '../lib/resolver.ts';
import { textToBytes } from '../lib/text.ts';
import { connectAny } from './connection.ts';
import { encodeCommand, type Reply, RespReader } from './resp.ts';
import { netProgram } from './tool.ts';

/** redis-cli: one command from its arguments, or one a line from standard input. */
export const redisCli = netProgram(async (io) => {
  let host = '127.0.0.1';
  let port = 6379;
  const args = [...io.args];
  while (args[0]?.startsWith('-')) {
    const option = args.shift()!;
    if (option === '-h') host = args.shift() ?? host;
    else if (option === '-p') port = Number(args.shift());
    else if (option !== '--raw') {
      await io.stderr.write(`Unrecognized option or bad number of args for: '${option}'\n`);
      return 1;
    }
  }
  const addresses = await lookupHost(io.sys, host);
  const failed = async (reason: string) => {
    await io.stderr.write(`Could not connect to Redis at ${host}:${port}: ${reason}\n`);
    return 1;
  };
  if (typeof addresses === 'string') return failed('Name or service not known');
  const connected = await connectAny(io.sys, addresses, port);
  if (connected === 'timeout') return failed('Connection timed out');
  if (connected instanceof Errno) return failed(connected.message);
  const reader = new RespReader(connected.stream);
  const terminal = await io.sys.isatty(1);
  const ask = async (words: readonly string[]) => {
    await connected.stream.write(textToBytes(encodeCommand(words)));
    const reply = await reader.reply();
    if (reply === undefined) return false;
    await io.stdout.write(`${terminal ? pretty(reply, '') : raw(reply)}\n`);
    return true;
  };
  if (args.length > 0) return (await ask(args)) ? 0 : 1;
  const prompt = async () => {
    if (!terminal) return;
    await io.stdout.write(`${host}:${port}> `);
    await io.stdout.flush();
  };
  await prompt();
  for await (const line of io.stdin.lines()) {
    const words = line
      .trim()
      .split(/\s+/)
      .filter((word) => word !== '');
    if (words[0] === 'exit' || words[0] === 'quit') return 0;
    if (words.length > 0 && !(await ask(words))) return 1;
    await prompt();
  }
  return 0;
});

function raw(reply: Reply): string {
  if (reply.kind === 'array') return reply.items.map(raw).join('\n');
  return reply.kind === 'integer' ? String(reply.value) : (reply.text ?? '');
}

function pretty(reply: Reply, indent: string): string {
  if (reply.kind === 'integer') return `(integer) ${reply.value}`;
  if (reply.kind === 'status' || reply.kind === 'error')
    return reply.kind === 'error' ? `(error) ${reply.text}` : reply.text;
  if (reply.kind === 'bulk') return reply.text === null ? '(nil)' : JSON.stringify(reply.text);
  if (reply.items.length === 0) return '(empty array)';
  return reply.items
    .map((item, i) => `${i === 0 ? '' : indent}${i + 1}) ${pretty(item, `${indent}   `)}`)
    .join('\n');
}
