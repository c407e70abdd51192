import type { Container } from './container.ts';

/** The STATUS column of `docker ps`, which the daemon composes (moby container/state.go String). */
export function statusText(container: Container, now: number): string {
  const { state } = container;
  if (state.running) {
    const since = humanDuration(now - (state.startedAt ?? now));
    if (state.paused) return `Up ${since} (Paused)`;
    if (state.restarting)
      return `Restarting (${state.exitCode}) ${humanDuration(now - (state.finishedAt ?? now))} ago`;
    const health = state.health?.status;
    if (health && health !== 'none')
      return `Up ${since} (${health === 'starting' ? 'health: starting' : health})`;
    return `Up ${since}`;
  }
  if (state.removing) return 'Removal In Progress';
  if (state.dead) return 'Dead';
  if (state.startedAt === undefined) return 'Created';
  if (state.finishedAt === undefined) return '';
  return `Exited (${state.exitCode}) ${humanDuration(now - state.finishedAt)} ago`;
}

/** Models go-units HumanDuration. */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000);
  if (seconds < 1) return 'Less than a second';
  if (seconds === 1) return '1 second';
  if (seconds < 60) return `${seconds} seconds`;
  const minutes = Math.trunc(seconds / 60);
  if (minutes === 1) return 'About a minute';
  if (minutes < 60) return `${minutes} minutes`;
  const hours = Math.round(seconds / 3600);
  if (hours === 1) return 'About an hour';
  if (hours < 48) return `${hours} hours`;
  if (hours < 24 * 7 * 2) return `${Math.trunc(hours / 24)} days`;
  if (hours < 24 * 30 * 2) return `${Math.trunc(hours / 24 / 7)} weeks`;
  if (hours < 24 * 365 * 2) return `${Math.trunc(hours / 24 / 30)} months`;
  return `${Math.trunc(seconds / 3600 / 24 / 365)} years`;
}
