import { isErrno } from '../../../base/errno.ts';
import type { Process } from '../../../kernel/program.ts';
import type { Syscalls } from '../../../kernel/syscalls.ts';
import { readFile, type Stdio } from '../../lib/stdio.ts';
import { bytesToText } from '../../lib/text.ts';
import { netProgram } from '../tool.ts';
import { type NginxConfig, readConfig } from './config.ts';
import { ConfigError, parseDirectives } from './directives.ts';
import { Logs, logLine } from './log.ts';
import { Master, openSockets } from './master.ts';
import type { Listening } from './worker.ts';

const SIGNALS: Record<string, 'SIGTERM' | 'SIGQUIT' | 'SIGHUP'> = {
  stop: 'SIGTERM',
  quit: 'SIGQUIT',
  reload: 'SIGHUP',
};

/** nginx(8): a master that holds the sockets and workers that serve. known.ts says which directives are simulated. */
export const nginx = netProgram(async (io) => {
  const { args, sys } = io;
  const version = `nginx/${io.env.get('NGINX_VERSION') ?? '1.25.3'}`;
  const flags = { config: '/etc/nginx/nginx.conf', given: '', test: false, quiet: false, signal: '' };
  const refuse = async (text: string) => {
    await io.stderr.write(`nginx: ${text}\n`);
    return 1;
  };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === '-v') {
      await io.stderr.write(`nginx version: ${version}\n`);
      return 0;
    }
    if (arg === '-t') flags.test = true;
    else if (arg === '-q') flags.quiet = true;
    else if (/^-[cgs]$/.test(arg) && args[i + 1] === undefined)
      return refuse(`option "${arg}" requires ${arg === '-c' ? 'file name' : 'parameter'}`);
    else if (arg === '-c') flags.config = args[++i]!;
    else if (arg === '-g') flags.given = args[++i]!;
    else if (arg === '-s') {
      flags.signal = args[++i]!;
      if (!(flags.signal in SIGNALS))
        return refuse(
          flags.signal === 'reopen'
            ? 'option "-s reopen" is not simulated'
            : `invalid option: "-s ${flags.signal}"`,
        );
    } else if (/^-[TVpe]$/.test(arg)) return refuse(`option "${arg}" is not simulated`);
    else return refuse(`invalid option: "${arg.replace(/^-/, '')}"`);
  }
  const read = async (by: Syscalls) =>
    readConfig(by, flags.config, await parseDirectives(by, flags.given, 'command line'));
  let config: NginxConfig;
  let sockets: Listening[];
  try {
    config = await read(sys);
    if (flags.signal !== '') return await signalMaster(io, config, flags.signal);
    if (flags.test) {
      if (!flags.quiet)
        await io.stderr.write(
          `nginx: the configuration file ${flags.config} syntax is ok\nnginx: configuration file ${flags.config} test is successful\n`,
        );
      return 0;
    }
    sockets = await openSockets(sys, config);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    // Before its log is open nginx says it twice: in the log's form and in its own.
    if (!flags.test) await io.stderr.write(logLine(sys, 'emerg', error.message));
    await refuse(`[emerg] ${error.message}`);
    return flags.test ? refuse(`configuration file ${flags.config} test failed`) : 1;
  }
  const run = (process: Process) => new Master(process, config, sockets, version, read).run();
  if (!config.daemon) return run(io.process);
  await sys.fork(async (child) => {
    await child.sys.setsid();
    return run(child);
  });
  return 0;
});

/** `-s`: sends the signal to the master that the pid file names. */
async function signalMaster({ sys, stderr }: Stdio, config: NginxConfig, name: string): Promise<number> {
  const logs = await Logs.open(sys, config);
  await logs.notice(sys, 'signal process started');
  let text: string;
  try {
    text = bytesToText(await readFile(sys, config.pid)).trim();
  } catch (error) {
    if (!isErrno(error)) throw error;
    await stderr.write(`nginx: [error] open() "${config.pid}" failed (2: ${error.message})\n`);
    return 1;
  }
  if (!/^\d+$/.test(text)) {
    await stderr.write(`nginx: [error] invalid PID number "${text}" in "${config.pid}"\n`);
    return 1;
  }
  try {
    await sys.kill(Number(text), SIGNALS[name]!);
    return 0;
  } catch (error) {
    if (!isErrno(error)) throw error;
    const number = error.code === 'EPERM' ? 1 : 3;
    await stderr.write(
      `nginx: [alert] kill(${text}, ${SIGNAL_NUMBERS[name]}) failed (${number}: ${error.message})\n`,
    );
    return 1;
  }
}

const SIGNAL_NUMBERS: Record<string, number> = { stop: 15, quit: 3, reload: 1 };
