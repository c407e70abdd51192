/** Scripts that a shell here treats otherwise than the real one, with the reason. One that is treated alike after all fails the test. */
export interface Exception {
  readonly shell: 'bash' | 'dash' | 'ash';
  /** How the script begins. */
  readonly script: string;
  readonly reason: string;
  /** The real shell does not always do the same. */
  readonly varies?: boolean;
}

const APPLETS =
  "Debian's BusyBox finds its own applets before PATH; those of the images that are simulated do not";

export const EXCEPTIONS: readonly Exception[] = [
  { shell: 'ash', script: 'type cd echo if while [[', reason: APPLETS },
  { shell: 'ash', script: 'type -t cd if ls', reason: APPLETS },
  { shell: 'ash', script: 'hash; hash ls', reason: APPLETS },
  { shell: 'ash', script: 'ls / >/dev/null; cat /dev/null; ls', reason: APPLETS },
  { shell: 'ash', script: 'echo hi > /dev/null/x', reason: "the cat that runs here is GNU's" },
  { shell: 'ash', script: "printf 'echo noshebang", reason: 'BusyBox runs binary data as a script' },
  { shell: 'ash', script: "sh -c 'echo $-'", reason: 'the sh that runs here is dash' },
  {
    shell: 'ash',
    script: 'echo ~:/x ~/a:/x',
    reason: 'a fault of the real one: it loses the path after a tilde that names nobody',
  },
  {
    shell: 'ash',
    script: 'sleep 0.2 & a=$!; (exit 2)',
    reason: 'the words for an option that `wait` has not',
  },
  {
    shell: 'ash',
    script: 'sleep 1 & sleep 1 & jobs -l',
    reason: 'columns shift with the width of process ids',
    varies: true,
  },
];
