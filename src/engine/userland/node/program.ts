import type { Process, Program } from '../../kernel/program.ts';
import { readLines } from '../lib/prompt.ts';
import { type Stdio, utility } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';
import { embeddedHost, startRuntime } from './embedded-host.ts';
import { HostUnavailable, type JavaScriptHost, type ProgramFile } from './javascript-host.ts';
import type { QuickJsBuild } from './quickjs.ts';
import type { Library, NodeRuntime } from './runtime.ts';

/** What the command line asks for (node(1)). */
interface Invocation {
  /** A program's file, a text, the prompt or standard input. */
  kind: 'file' | 'eval' | 'print' | 'check' | 'stdin' | 'version' | 'help';
  text: string;
  execArgv: string[];
  args: string[];
  interactive: boolean;
}

/** Options that change nothing here and may be given. */
const QUIET =
  /^--(trace-[a-z-]+|no-warnings|no-deprecation|enable-source-maps|max-old-space-size=\d+|max-http-header-size=\d+|use-openssl-ca|unhandled-rejections=\w+|disable-warning=.*|stack-trace-limit=\d+)$/;

/** Options that the real one has and that would change something. */
const ABSENT =
  /^(-r|-C|--(require|import|loader|experimental-[a-z-]+|conditions|env-file(-if-exists)?|input-type|watch(-[a-z-]+)?|test(-[a-z-]+)?|run|inspect(-[a-z-]+)?|cpu-prof|heap-prof|prof|permission|allow-[a-z-]+|title|preserve-symlinks|expose-gc|stack-size|zero-fill-buffers))(=|$)/;

class BadOption extends Error {}

function parse(argv: readonly string[]): Invocation {
  const invocation: Invocation = { kind: 'stdin', text: '', execArgv: [], args: [], interactive: false };
  const rest = [...argv];
  const needed = (option: string): string => {
    const value = rest.shift();
    if (value === undefined) throw new BadOption(`${option} requires an argument`);
    invocation.execArgv.push(value);
    return value;
  };
  while (rest[0]?.startsWith('-') && rest[0] !== '-') {
    const option = rest.shift()!;
    if (option === '--') break;
    invocation.execArgv.push(option);
    if (option === '-v' || option === '--version') return { ...invocation, kind: 'version' };
    if (option === '-h' || option === '--help') return { ...invocation, kind: 'help' };
    if (option === '-i' || option === '--interactive') invocation.interactive = true;
    else if (option === '-e' || option === '--eval')
      Object.assign(invocation, { kind: 'eval', text: needed(option) });
    else if (option === '-p' || option === '--print' || option === '-pe')
      Object.assign(invocation, { kind: 'print', text: needed(option) });
    else if (option === '-c' || option === '--check') invocation.kind = 'check';
    else if (ABSENT.test(option)) throw new BadOption(`${option} is not simulated in Drydock`);
    else if (!QUIET.test(option)) throw new BadOption(`bad option: ${option}`);
  }
  if (invocation.kind === 'eval' || invocation.kind === 'print') return { ...invocation, args: rest };
  const [file, ...args] = rest;
  if (file === undefined || file === '-') return { ...invocation, args };
  return { ...invocation, kind: invocation.kind === 'check' ? 'check' : 'file', text: file, args };
}

const HELP = `Usage: node [options] [ script.js ] [arguments]

Options:
  -v, --version        print Node.js version
  -e, --eval=...       evaluate script
  -p, --print=...      evaluate script and print result
  -i, --interactive    open the prompt even where standard input is no terminal
  -h, --help           print this help
  --                   end of node options
  -                    script read from stdin (default if no file name is
                       provided, interactive mode if a tty)
`;

/** Gives the host that was asked for in place of the embedded one, at this moment; undefined for none. */
export type ChosenHost = () => JavaScriptHost | undefined;

/** The program `node` of one version. A program's file may run in another host; the rest is the embedded one's. */
export const node =
  (build: QuickJsBuild, library: Library) =>
  (version: string, chosen: ChosenHost = () => undefined): Program =>
    utility((io) => run(io, build, library, version, chosen), 1);

async function run(
  io: Stdio,
  build: QuickJsBuild,
  library: Library,
  version: string,
  chosen: ChosenHost,
): Promise<number> {
  const { process, sys } = io;
  let invocation: Invocation;
  try {
    invocation = parse(io.args);
  } catch (error) {
    if (!(error instanceof BadOption)) throw error;
    await io.stderr.write(`${process.argv[0]}: ${error.message}\n`);
    return 9;
  }
  const { kind, text, args, execArgv } = invocation;
  if (kind === 'version') return print(io, `v${version}\n`);
  if (kind === 'help') return print(io, HELP);
  if (kind === 'check') return io.fail('checking without running is not simulated in Drydock', 1);
  const execPath = await executable(process);
  const directory = await sys.getcwd();
  const path = text.startsWith('/') ? text : `${directory}/${text}`;
  const program = { args, version, execArgv, execPath };
  if (kind === 'file') return runFile(io, chosen(), embeddedHost(build, library), { ...program, path });
  const start = () => startRuntime(process, build, library, program);
  if (kind === 'eval' || kind === 'print') return (await start()).runText(text, '[eval]', kind === 'print');
  if (invocation.interactive || (await sys.isatty(0).catch(() => false)))
    return prompt(io, await start(), version);
  return (await start()).runText(bytesToText(await io.stdin.readAll()), '[stdin]');
}

/** In the host that was asked for; where that cannot, in the embedded one, and it is said. */
async function runFile(
  io: Stdio,
  chosen: JavaScriptHost | undefined,
  embedded: JavaScriptHost,
  program: ProgramFile,
): Promise<number> {
  try {
    if (chosen) return await chosen.runFile(io.process, program);
  } catch (error) {
    if (!(error instanceof HostUnavailable)) throw error;
    await io.stderr.write(
      `node: not run in the WebContainer: ${error.message}\nnode: Drydock's embedded interpreter runs it.\n`,
    );
    await io.stderr.flush();
  }
  return embedded.runFile(io.process, program);
}

async function print(io: Stdio, text: string): Promise<number> {
  await io.stdout.write(text);
  return 0;
}

/** The file that runs, links followed (proc_pid_exe(5)). */
async function executable({ sys }: Process): Promise<string> {
  try {
    return await sys.readlink('/proc/self/exe');
  } catch {
    return '/usr/local/bin/node';
  }
}

/** The prompt (Node's documentation, "REPL"): values are shown, texts may go on in the next line. */
async function prompt(io: Stdio, runtime: NodeRuntime, version: string): Promise<number> {
  await io.stdout.write(`Welcome to Node.js v${version}.\nType ".help" for more information.\n`);
  await io.stdout.flush();
  let code = '';
  const lines = readLines(io, () => (code === '' ? '> ' : '... '), { interrupt: () => undefined });
  for (;;) {
    const next = await runtime.meanwhile(lines.next());
    if (next.done) return 0;
    const line = next.value;
    if (code === '' && line.trim() === '.exit') return 0;
    if (code === '' && line.trim() === '.help') {
      await io.stdout.write('.exit     Exit the REPL\n.help     Print this help message\n');
      await io.stdout.write('\nPress Ctrl+D to exit the REPL\n');
    } else if (code !== '' || line.trim() !== '') {
      code += `${line}\n`;
      const answer = await runtime.answer(code);
      if (answer === undefined) continue;
      await io.stdout.write(answer);
    }
    code = '';
    await io.stdout.flush();
  }
}
