/** The signals that Docker knows by name, without `SIG` (moby/sys/signal). */
export const SIGNAL_NAMES: readonly string[] = [
  ...'ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ RTMIN RTMAX'.split(
    ' ',
  ),
  ...Array.from({ length: 15 }, (_, i) => `RTMIN+${i + 1}`),
  ...Array.from({ length: 14 }, (_, i) => `RTMAX-${i + 1}`),
];

/** Whether a signal may be named so: by its name, with or without `SIG`, or by any number but 0. Models ParseSignal. */
export function isSignal(text: string): boolean {
  if (/^[-+]?\d+$/.test(text)) return Number(text) !== 0;
  return SIGNAL_NAMES.includes(text.toUpperCase().replace(/^SIG/, ''));
}
