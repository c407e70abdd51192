import { isErrno } from '../../base/errno.ts';
import { O_APPEND, O_CREAT, O_WRONLY } from '../../kernel/fcntl.ts';
import type { TerminalAttributes, WindowSize } from '../../vfs/tty/attributes.ts';
import { LineEditor } from '../shell/line-editor/editor.ts';
import { readFile, type Stdio, writeAll } from './stdio.ts';
import { bytesToText, textToBytes } from './text.ts';
import { WholeCharacters } from './whole-characters.ts';

export interface PromptOptions {
  /** The file in the home directory that typed lines are kept in. */
  history?: string;
  /** Ctrl-C at the prompt: gives the line up, or ends the program as a signal without a handler does. */
  interrupt?: () => void;
  /** Ctrl-C while a line is being carried out; without this it counts for the next prompt. */
  busy?: () => void;
}

/**
 * The lines that somebody types at a client's prompt (readline(3)), or that standard input has. The prompt is asked for before
 * each line and shown only at a terminal.
 */
export async function* readLines(
  io: Stdio,
  prompt: () => string,
  options: PromptOptions = {},
): AsyncGenerator<string, void> {
  if (await io.sys.isatty(0).catch(() => false)) yield* typedLines(io, prompt, options);
  else yield* io.stdin.lines();
}

async function* typedLines(
  io: Stdio,
  prompt: () => string,
  options: PromptOptions,
): AsyncGenerator<string, void> {
  const { sys, stdout } = io;
  const file = options.history === undefined ? undefined : `${io.env.get('HOME') ?? ''}/${options.history}`;
  const history = file === undefined ? [] : await loadHistory(io, file);
  const editor = new LineEditor({ columns: 80, history, bracketedPaste: true });
  const characters = new WholeCharacters();
  let interrupted = false;
  let reading = false;
  if (options.interrupt !== undefined)
    await sys.sigaction('SIGINT', () => {
      if (reading || options.busy === undefined) interrupted = true;
      else options.busy();
    });
  for (;;) {
    const size = (await sys.ioctl(0, { request: 'TIOCGWINSZ' })) as WindowSize;
    editor.columns = size.columns > 0 ? size.columns : 80;
    editor.begin(prompt());
    const cooked = (await sys.ioctl(0, { request: 'TCGETS' })) as TerminalAttributes;
    await sys.ioctl(0, {
      request: 'TCSETS',
      attributes: { ...cooked, icanon: false, echo: false, ixon: false, icrnl: false },
    });
    reading = true;
    const line = await typed();
    reading = false;
    await sys.ioctl(0, { request: 'TCSETS', attributes: cooked });
    if (line === undefined) return;
    if (line === 'interrupt') continue;
    if (line.text.trim() !== '' && history.at(-1) !== line.text) {
      history.push(line.text);
      if (file !== undefined) await appendHistory(io, file, line.text);
    }
    yield line.text;
    await stdout.flush();
  }

  async function typed(): Promise<{ text: string } | 'interrupt' | undefined> {
    for (;;) {
      const event = editor.step();
      stdout.write(editor.takeOutput());
      await stdout.flush();
      if (event?.type === 'line') return { text: event.text };
      if (event?.type === 'end-of-file') {
        stdout.write('\n');
        return undefined;
      }
      if (event?.type === 'complete') {
        editor.provide({ from: event.before.length, candidates: [], suffix: '' });
        continue;
      }
      try {
        const chunk = await sys.readUntil(0, 65536, editor.ends);
        if (chunk.length === 0) return undefined;
        editor.feed(characters.take(chunk));
      } catch (error) {
        if (isErrno(error, 'EIO')) return undefined;
        if (!isErrno(error, 'EINTR')) throw error;
      }
      if (interrupted) {
        interrupted = false;
        editor.interrupt();
        stdout.write(editor.takeOutput());
        options.interrupt?.();
        return 'interrupt';
      }
    }
  }
}

async function loadHistory(io: Stdio, file: string): Promise<string[]> {
  try {
    return bytesToText(await readFile(io.sys, file))
      .split('\n')
      .filter((line) => line !== '');
  } catch (error) {
    if (isErrno(error)) return [];
    throw error;
  }
}

async function appendHistory({ sys }: Stdio, file: string, line: string): Promise<void> {
  try {
    const fd = await sys.open(file, O_WRONLY | O_CREAT | O_APPEND, 0o600);
    await writeAll(sys, fd, textToBytes(`${line}\n`));
    await sys.close(fd);
  } catch (error) {
    if (!isErrno(error)) throw error;
  }
}
/** A line that is not shown while it is typed (getpass(3)), from the terminal; undefined when there is none to type at. */
export async function readSecret({ sys }: Stdio, prompt: string): Promise<string | undefined> {
  let fd: number;
  try {
    fd = await sys.open('/dev/tty', 2);
  } catch (error) {
    if (isErrno(error)) return undefined;
    throw error;
  }
  await writeAll(sys, fd, textToBytes(prompt));
  const shown = (await sys.ioctl(fd, { request: 'TCGETS' })) as TerminalAttributes;
  await sys.ioctl(fd, { request: 'TCSETS', attributes: { ...shown, echo: false } });
  const line = bytesToText(await sys.read(fd, 4096)).replace(/\n$/, '');
  await sys.ioctl(fd, { request: 'TCSETS', attributes: shown });
  await writeAll(sys, fd, textToBytes('\n'));
  await sys.close(fd);
  return line;
}
