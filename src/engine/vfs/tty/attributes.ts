/** Terminal settings (termios(3)), the flags that change what programs and people see. */
export interface TerminalAttributes {
  /** c_iflag */
  icrnl: boolean;
  ixon: boolean;
  /** c_oflag */
  opost: boolean;
  onlcr: boolean;
  /** c_lflag */
  isig: boolean;
  icanon: boolean;
  echo: boolean;
  echoe: boolean;
  echok: boolean;
  echoctl: boolean;
  iexten: boolean;
  tostop: boolean;
  /** Control characters, as character codes; 0 turns one off. */
  vintr: number;
  vquit: number;
  verase: number;
  vkill: number;
  veof: number;
  vsusp: number;
  vwerase: number;
  vmin: number;
}

export interface WindowSize {
  columns: number;
  rows: number;
}

/** What a fresh terminal has (`stty sane`). */
export const SANE: TerminalAttributes = {
  icrnl: true,
  ixon: true,
  opost: true,
  onlcr: true,
  isig: true,
  icanon: true,
  echo: true,
  echoe: true,
  echok: true,
  echoctl: true,
  iexten: true,
  tostop: false,
  vintr: 3,
  vquit: 28,
  verase: 127,
  vkill: 21,
  veof: 4,
  vsusp: 26,
  vwerase: 23,
  vmin: 1,
};

/** What cfmakeraw(3) makes of the settings. */
export function raw(attributes: TerminalAttributes): TerminalAttributes {
  return {
    ...attributes,
    icrnl: false,
    ixon: false,
    opost: false,
    isig: false,
    icanon: false,
    echo: false,
    iexten: false,
  };
}
