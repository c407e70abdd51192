import { isErrno } from '../../base/errno.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { bytesToText } from '../lib/text.ts';

/** Keys of a terminal, one at a time; what a function key sends is one key. */
export class Keys {
  readonly #sys: Syscalls;
  readonly fd: number;
  #waiting = '';

  constructor(sys: Syscalls, fd: number) {
    this.#sys = sys;
    this.fd = fd;
  }

  /** The next key; '' when the terminal is gone, undefined when a signal came first. */
  async next(): Promise<string | undefined> {
    if (this.#waiting === '') {
      try {
        this.#waiting = bytesToText(await this.#sys.read(this.fd, 256));
      } catch (error) {
        if (isErrno(error, 'EINTR')) return undefined;
        throw error;
      }
      if (this.#waiting === '') return '';
    }
    const [key] = /^\x1b(?:\[[0-9;]*[A-Za-z~]|O[A-Za-z]|[^\x1b])?|^[\s\S]/u.exec(this.#waiting)!;
    this.#waiting = this.#waiting.slice(key.length);
    return key;
  }

  /** Puts a key back, for whoever asks next. */
  unread(key: string): void {
    this.#waiting = key + this.#waiting;
  }
}

export type Command =
  | 'forward'
  | 'back'
  | 'half forward'
  | 'half back'
  | 'line forward'
  | 'line back'
  | 'left'
  | 'right'
  | 'first'
  | 'last'
  | 'per cent'
  | 'follow'
  | 'repaint'
  | 'state'
  | 'search'
  | 'search back'
  | 'again'
  | 'again back'
  | 'filter'
  | 'mark'
  | 'to mark'
  | 'option'
  | 'colon'
  | 'edit'
  | 'highlight'
  | 'help'
  | 'quit';

const COMMANDS: readonly (readonly [Command, readonly string[]])[] = [
  ['forward', [' ', 'f', '\x06', '\x16', 'z', '\x1b ', '\x1b[6~']],
  ['back', ['b', '\x02', 'w', '\x1bv', '\x1b[5~']],
  ['half forward', ['d', '\x04']],
  ['half back', ['u', '\x15']],
  ['line forward', ['j', 'e', '\r', '\n', '\x0e', '\x05', 'J', '\x1b[B', '\x1bOB']],
  ['line back', ['k', 'y', '\x0b', '\x10', '\x19', 'K', 'Y', '\x1b[A', '\x1bOA']],
  ['left', ['\x1b[D', '\x1bOD', '\x1b(']],
  ['right', ['\x1b[C', '\x1bOC', '\x1b)']],
  ['first', ['g', '<', '\x1b<', '\x1b[H', '\x1bOH', '\x1b[1~']],
  ['last', ['G', '>', '\x1b>', '\x1b[F', '\x1bOF', '\x1b[4~']],
  ['per cent', ['p', '%']],
  ['follow', ['F']],
  ['repaint', ['r', '\x12', '\x0c', 'R']],
  ['state', ['=', '\x07']],
  ['search', ['/']],
  ['search back', ['?']],
  ['again', ['n']],
  ['again back', ['N']],
  ['filter', ['&']],
  ['mark', ['m']],
  ['to mark', ["'"]],
  ['option', ['-']],
  ['colon', [':']],
  ['edit', ['v']],
  ['highlight', ['\x1bu']],
  ['help', ['h', 'H']],
  ['quit', ['q', 'Q', 'ZZ']],
];

/** What a key asks for; undefined if it is nothing. */
export const commandOf = (key: string): Command | undefined =>
  COMMANDS.find(([, keys]) => keys.includes(key))?.[0];

export const HELP = `
                   SUMMARY OF COMMANDS

  h  H                 Show this.
  q  :q  Q             Quit.

  e  j  RETURN  DOWN   Forward one line (or N).
  y  k  UP             Back one line (or N).
  f  SPACE             Forward one window (or N lines).
  b                    Back one window (or N lines).
  d  u                 Forward, back half a window.
  LEFT  RIGHT          Half a screen sideways, with -S.
  F                    Forward for ever, like tail -f.
  r                    Repaint.

  /pattern  ?pattern   Search forward, back.
  n  N                 Search again, the other way.
  &pattern             Show matching lines only.
  ESC-u                Highlighting off and on.

  g  G  N g            To the first line, the last, line N.
  N %                  To N per cent of the file.
  m<letter>  '<letter> Mark the top line; go back there.

  :n  :p               Next file, previous file.
  =                    Where in the file this is.
  v                    Open the file in an editor.
  -i -I -N -S          Change an option.
`;
