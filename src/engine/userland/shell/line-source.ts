import { isErrno } from '../../base/errno.ts';
import type { TerminalAttributes, WindowSize } from '../../vfs/tty/attributes.ts';
import { bytesToText } from '../lib/text.ts';
import { WholeCharacters } from '../lib/whole-characters.ts';
import { complete } from './completion.ts';
import { reportJobs } from './jobs.ts';
import { LineEditor } from './line-editor/editor.ts';
import { Abandon, type Shell } from './shell.ts';
import { catchSignal, runPendingTraps } from './traps.ts';

/** Where an interactive shell gets its lines from: an editor of its own, or the terminal's. */
export type Read = { kind: 'line'; text: string } | { kind: 'end' } | { kind: 'interrupt' };

export interface LineSource {
  read(prompt: string): Promise<Read>;
}

export async function lineSource(shell: Shell): Promise<LineSource> {
  const terminal = await shell.sys.isatty(0).catch(() => false);
  return shell.dialect.name === 'dash' || !terminal ? new PlainLines(shell) : new EditedLines(shell);
}

/** A trap's action that is given up leaves the prompt where it is. */
async function runTrapsAtPrompt(shell: Shell): Promise<void> {
  try {
    await runPendingTraps(shell);
  } catch (failure) {
    if (!(failure instanceof Abandon)) throw failure;
  }
}

/** Without an editor: the terminal's own line editing, or no terminal at all. */
class PlainLines implements LineSource {
  readonly #shell: Shell;
  #pending = '';

  constructor(shell: Shell) {
    this.#shell = shell;
  }

  async read(prompt: string): Promise<Read> {
    const shell = this.#shell;
    await shell.error(prompt);
    for (;;) {
      const newline = this.#pending.indexOf('\n');
      if (newline !== -1) {
        const text = this.#pending.slice(0, newline);
        this.#pending = this.#pending.slice(newline + 1);
        return { kind: 'line', text };
      }
      try {
        const chunk = await shell.sys.read(0, 4096);
        if (chunk.length === 0) {
          const text = this.#pending;
          this.#pending = '';
          if (text !== '') return { kind: 'line', text };
          await shell.error('\n');
          return { kind: 'end' };
        }
        this.#pending += bytesToText(chunk);
      } catch (error) {
        if (isErrno(error, 'EIO')) return { kind: 'end' };
        if (!isErrno(error, 'EINTR')) throw error;
        if (shell.pendingSignals.includes('SIGINT')) {
          this.#pending = '';
          return { kind: 'interrupt' };
        }
        await runTrapsAtPrompt(shell);
      }
    }
  }
}

/** With an editor: the terminal gives every key. */
class EditedLines implements LineSource {
  readonly #shell: Shell;
  readonly #editor: LineEditor;
  readonly #characters = new WholeCharacters();
  /** The window has changed since the last key. */
  #resized = false;

  constructor(shell: Shell) {
    this.#shell = shell;
    this.#editor = new LineEditor({
      columns: 80,
      history: shell.history,
      bracketedPaste: shell.dialect.name === 'bash' && shell.variables.get('TERM') !== 'dumb',
    });
  }

  async read(prompt: string): Promise<Read> {
    const shell = this.#shell;
    const cooked = (await shell.sys.ioctl(0, { request: 'TCGETS' })) as TerminalAttributes;
    const { columns } = await windowSize(shell);
    this.#editor.columns = columns;
    this.#editor.begin(prompt);
    await shell.sys.ioctl(0, {
      request: 'TCSETS',
      // readline leaves Ctrl-C to the terminal, and takes Enter as it comes; BusyBox' line editing does the opposite.
      attributes: {
        ...cooked,
        icanon: false,
        echo: false,
        ixon: false,
        isig: cooked.isig && shell.dialect.name !== 'ash',
        icrnl: cooked.icrnl && shell.dialect.name === 'ash',
      },
    });
    // `set -b`: the end of a job interrupts the wait for a key.
    const notifies = shell.option('notify') && !shell.traps.has('CHLD');
    if (notifies) await catchSignal(shell, 'SIGCHLD');
    // BusyBox draws its line anew when the window changes; `docker attach` makes use of it.
    const repaints = shell.dialect.name === 'ash' && !shell.traps.has('WINCH');
    if (repaints)
      await shell.sys.sigaction('SIGWINCH', () => {
        this.#resized = true;
      });
    try {
      return await this.#keys();
    } finally {
      if (repaints) await shell.sys.sigaction('SIGWINCH', 'default');
      if (notifies) await this.#forgetChildren();
      await shell.sys.ioctl(0, { request: 'TCSETS', attributes: cooked });
    }
  }

  async #forgetChildren(): Promise<void> {
    const shell = this.#shell;
    shell.caught.delete('SIGCHLD');
    await shell.sys.sigaction('SIGCHLD', 'default');
    shell.pendingSignals = shell.pendingSignals.filter((signal) => signal !== 'SIGCHLD');
  }

  async #keys(): Promise<Read> {
    const shell = this.#shell;
    const editor = this.#editor;
    for (;;) {
      const event = editor.step();
      if (event?.type === 'complete') {
        editor.provide(await complete(shell, event.before));
        continue;
      }
      const output = editor.takeOutput();
      if (output !== '') await shell.error(output);
      if (event?.type === 'line') return { kind: 'line', text: event.text };
      if (event?.type === 'end-of-file') return { kind: 'end' };
      if (event?.type === 'interrupt') {
        if (shell.traps.has('INT')) await shell.sys.kill(shell.sys.getpid(), 'SIGINT');
        return { kind: 'interrupt' };
      }
      try {
        const chunk = await shell.sys.readUntil(0, 65536, editor.ends);
        if (chunk.length === 0) return { kind: 'end' };
        editor.feed(this.#characters.take(chunk));
      } catch (error) {
        if (isErrno(error, 'EIO')) return { kind: 'end' };
        if (!isErrno(error, 'EINTR')) throw error;
      }
      if (shell.pendingSignals.includes('SIGINT')) {
        editor.interrupt();
        await shell.error(editor.takeOutput());
        if (!shell.traps.has('INT')) shell.pendingSignals.length = 0;
        return { kind: 'interrupt' };
      }
      await this.#signals();
      const { columns } = await windowSize(shell);
      if (columns !== editor.columns) editor.resize(columns);
      if (this.#resized) editor.repaint();
      this.#resized = false;
    }
  }

  /** What signals that came while the shell waited for a key bring about. */
  async #signals(): Promise<void> {
    const shell = this.#shell;
    if (shell.pendingSignals.length === 0) return;
    if (shell.pendingSignals.includes('SIGCHLD') && !shell.traps.has('CHLD')) {
      shell.pendingSignals = shell.pendingSignals.filter((signal) => signal !== 'SIGCHLD');
      await reportJobs(shell);
      this.#editor.showAgain();
    }
    await runTrapsAtPrompt(shell);
  }
}

async function windowSize(shell: Shell): Promise<WindowSize> {
  try {
    const size = (await shell.sys.ioctl(0, { request: 'TIOCGWINSZ' })) as WindowSize;
    return size.columns > 0 ? size : { columns: 80, rows: 24 };
  } catch (error) {
    if (!isErrno(error)) throw error;
    return { columns: 80, rows: 24 };
  }
}
