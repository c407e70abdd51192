/** What is done with the file of three services, in this order. */
export const COMPOSE_STEPS: readonly string[] = [
  'config --services',
  'up -d',
  "ps -a --format '{{.Service}}|{{.State}}|{{.ExitCode}}|{{.Ports}}'",
  'logs --no-color job',
  'exec -T web cat /www/index.html',
  'exec -T cache ls /data',
  'exec -T web sh -c "echo oops >&2; exit 7"',
  'port web 80',
  'top cache',
  'stop -t 1 web',
  "ps -a --format '{{.Service}}|{{.State}}'",
  'start web',
  'restart -t 1 cache',
  'run --rm -T job echo once',
  'up -d --scale web=0',
  "ps --format '{{.Service}}|{{.Status}}' web",
  'ls',
  'down -t 1 -v',
  'ps -a',
  'nosuch',
];

export interface ComposeStep {
  cmd: string;
  exit: number;
  stdout: string;
  stderr: string;
}

/** Several containers are made and ended at once, under pids of the host, in a directory of the run's own. */
export function comparable({ cmd, exit, stdout, stderr }: ComposeStep): ComposeStep {
  const sorted = (text: string) =>
    text
      .split('\n')
      .map((line) => line.trimEnd())
      .sort()
      .join('\n');
  const plain = (text: string) =>
    text
      .replace(/(?<=root) +\d+ +\d+ +\d+ +\d\d:\d\d/g, ' ‹pids›')
      .replace(/ {2,}/g, '  ')
      .replace(/\/\S+\/compose\.yaml/g, '‹file›');
  const several = /^(?:up|down|run|restart|config|ps)/.test(cmd);
  return {
    cmd,
    exit,
    stdout: several ? sorted(plain(stdout)) : plain(stdout),
    stderr: sorted(plain(stderr)),
  };
}
